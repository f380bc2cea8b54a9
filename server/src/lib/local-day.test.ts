import { DateTime } from 'luxon'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLocalTime } from './local-day.ts'

const ZONES = [
  'Asia/Shanghai',
  'UTC',
  'America/New_York',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
]

describe('local time', () => {
  for (const zone of ZONES) {
    const time = createLocalTime(zone)
    it(`agrees with luxon in ${zone}`, () => {
      fc.assert(
        fc.property(fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2030, 0, 1) }), (ms) => {
          const there = DateTime.fromMillis(ms, { zone })
          expect(time.dayOf(ms)).toBe(there.toISODate())
          expect(time.dayStart(time.dayOf(ms))).toBe(there.startOf('day').toMillis())
          expect(time.addDays(time.dayOf(ms), 40)).toBe(there.plus({ days: 40 }).toISODate())
        }),
        { numRuns: 300 },
      )
    })
  }

  it('keeps the two hours of a night apart in which clocks go back', () => {
    const time = createLocalTime('America/New_York')
    const first = Date.parse('2026-11-01T01:30:00-04:00')
    const second = Date.parse('2026-11-01T01:30:00-05:00')
    expect(time.hourStart(first)).toBe(Date.parse('2026-11-01T01:00:00-04:00'))
    expect(time.hourStart(second)).toBe(Date.parse('2026-11-01T01:00:00-05:00'))
    expect(time.dayOf(second)).toBe('2026-11-01')
  })

  it('starts a day after the gap where clocks skip midnight', () => {
    const time = createLocalTime('America/Sao_Paulo')
    expect(time.dayStart('2018-11-04')).toBe(Date.parse('2018-11-04T01:00:00-02:00'))
  })

  it('refuses an unknown zone', () => {
    expect(() => createLocalTime('Mars/Olympus')).toThrow(RangeError)
  })
})

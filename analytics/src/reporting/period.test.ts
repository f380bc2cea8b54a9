import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { daysOf, parsePeriod, periodOf, shiftPeriod, yearBefore } from './period.ts'

describe('periods', () => {
  it('knows the weeks around a new year', () => {
    expect(periodOf('week', '2027-01-01')).toEqual({
      kind: 'week',
      key: '2026-W53',
      from: '2026-12-28',
      to: '2027-01-04',
    })
    expect(periodOf('week', '2025-12-29').key).toBe('2026-W01')
    expect(parsePeriod('2026-W53').from).toBe('2026-12-28')
    expect(() => parsePeriod('2025-W53')).toThrow('not a period')
    expect(() => parsePeriod('2026-13')).toThrow('not a period')
    expect(() => parsePeriod('2026-02-30')).toThrow('not a period')
  })
  it('compares week 53 with the last week of the year before', () => {
    expect(yearBefore(parsePeriod('2026-W53')).key).toBe('2025-W52')
    expect(yearBefore(parsePeriod('2026-W47')).key).toBe('2025-W47')
    expect(yearBefore(parsePeriod('2024-02-29')).key).toBe('2023-02-28')
  })
  it('tiles time: each period ends where the next begins and holds its own days', () => {
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(day, fc.constantFrom('day', 'week', 'month' as const), (date, kind) => {
        const period = periodOf(kind as 'day', date.toISOString().slice(0, 10))
        expect(shiftPeriod(period, 1).to).toBe(period.from)
        expect(shiftPeriod(period, -1).from).toBe(period.to)
        expect(parsePeriod(period.key)).toEqual(period)
        for (const each of daysOf(period)) expect(periodOf(kind as 'day', each).key).toBe(period.key)
      }),
    )
  })
})

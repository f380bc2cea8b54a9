import { hourWindow, periodWindow, todayWindow, trendWindow } from '@guanlan/analytics/queries/window'
import { Range, RANGE_STEPS } from '@guanlan/contract/scope'
import { createLocalTime } from '@guanlan/server/lib/local-day'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const instants = fc.integer({
  min: Date.parse('2024-01-01T00:00:00Z'),
  max: Date.parse('2030-01-01T00:00:00Z'),
})
const zones = fc.constantFrom('Asia/Shanghai', 'Asia/Kathmandu', 'Europe/Berlin', 'America/New_York')

describe('windows of the panels', () => {
  it('hold now in their last step, have the steps of their range and know every day they touch', () => {
    fc.assert(
      fc.property(instants, zones, fc.constantFrom(...Range.options), (at, zone, range) => {
        const time = createLocalTime(zone)
        const { stepSeconds, steps } = RANGE_STEPS[range]
        const window = trendWindow(time, range, at)
        expect(window.now.to - window.now.from).toBe(stepSeconds * steps * 1000)
        expect(at).toBeGreaterThanOrEqual(window.now.to - stepSeconds * 1000)
        expect(at).toBeLessThan(window.now.to)
        for (const span of [window.now, window.before])
          for (const edge of [span.from, span.to - 1]) expect(window.days).toContain(time.dayOf(edge))
        const period = periodWindow(time, range, at)
        expect(period.before.to).toBe(period.now.from)
        expect(period.before.to - period.before.from).toBe(at - period.now.from)
        const hours = hourWindow(time, range, at)
        expect([time.hourStart(hours.now.from), time.hourStart(hours.now.to)]).toEqual([
          hours.now.from,
          hours.now.to,
        ])
        expect(hours.now.from).toBeLessThanOrEqual(window.now.from)
      }),
    )
  })

  it('compare today with the same stretch of the same weekday', () => {
    const time = createLocalTime('Asia/Shanghai')
    const window = todayWindow(time, Date.parse('2027-03-09T14:37:20+08:00'))
    expect(
      [window.now.from, window.now.to, window.before.from, window.before.to].map((ms) =>
        new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19),
      ),
    ).toEqual(['2027-03-09T00:00:00', '2027-03-10T00:00:00', '2027-03-02T00:00:00', '2027-03-02T14:37:00'])
    expect(window.days).toEqual(['2027-03-02', '2027-03-09'])
  })
})

import { describe, expect, it } from 'vitest'
import { backtest } from './backtest.ts'
import { isWorkingTime } from './calendar.ts'
import type { Episode } from './measures.ts'
import { measuresOf } from './measures.ts'
import { calendar, MINUTE, MONDAY_10, observation, rule } from './testing.ts'

const HOUR = 60 * MINUTE

describe('backtest of a rule', () => {
  const hours = Array.from({ length: 14 * 24 + 1 }, (_, i) => MONDAY_10 + i * HOUR)
  const isNight = (at: number): boolean => !isWorkingTime(calendar, at)

  it('counts what would have been raised a week, by unit and at night, and nothing else', () => {
    const history = hours.map((at, i) => ({
      at,
      observations: [
        observation(i % 24 === 0 ? 6 : 0),
        observation(i % 168 === 12 ? 25 : 0, { unitId: 'south' }),
      ],
    }))
    const result = backtest(rule, history, isNight)
    // 15 raisings at 10:00 local in two weeks, of which 4 on week-ends; two at 22:00
    expect(result).toEqual({
      weeks: 2,
      perWeek: 8.5,
      nightPerWeek: 3,
      byWeek: [9, 8],
      byUnit: [
        { unitId: 'north-a', perWeek: 7.5 },
        { unitId: 'south', perWeek: 1 },
      ],
    })
  })

  it('honours pending and keep-firing times like the live engine', () => {
    const flapping = hours.map((at, i) => ({ at, observations: [observation(i % 2 ? 6 : 0)] }))
    expect(backtest(rule, flapping, isNight).perWeek).toBe(84)
    expect(backtest({ ...rule, keepFiringSeconds: 2 * 3600 }, flapping, isNight).perWeek).toBe(0.5)
    expect(backtest({ ...rule, pendingSeconds: 3600 }, flapping, isNight).perWeek).toBe(0)
    expect(backtest(rule, [], isNight)).toEqual({
      weeks: 1,
      perWeek: 0,
      nightPerWeek: 0,
      byUnit: [],
      byWeek: [0],
    })
  })
})

describe('measures of alerting', () => {
  const episode = (over: Partial<Episode>): Episode => ({
    key: 'r',
    openedAt: 0,
    acknowledgedAt: null,
    resolvedAt: null,
    steps: 1,
    outcome: null,
    ...over,
  })

  it('gives medians and shares by key', () => {
    const measures = measuresOf([
      episode({ acknowledgedAt: 2, resolvedAt: 10, outcome: 'handled' }),
      episode({ acknowledgedAt: 4, resolvedAt: 30, outcome: 'false-alarm', steps: 3 }),
      episode({ acknowledgedAt: 9, resolvedAt: 20, outcome: 'recovered' }),
      episode({ acknowledgedAt: 5, steps: 2 }),
      episode({ key: 'q' }),
    ])
    expect(measures).toEqual([
      { key: 'q', episodes: 1, acknowledgeMs: null, resolveMs: null, escalated: 0, falseAlarms: null },
      { key: 'r', episodes: 4, acknowledgeMs: 4.5, resolveMs: 20, escalated: 0.5, falseAlarms: 0.5 },
    ])
  })
})

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
    acknowledgedBy: null,
    resolvedAt: null,
    steps: 1,
    outcome: null,
    ...over,
  })

  const NOTHING = { acknowledgeMs: null, resolveMs: null, escalated: null, falseAlarms: null }
  const taken = (by: string, acknowledgedAt: number, over: Partial<Episode> = {}): Episode =>
    episode({ acknowledgedBy: by, acknowledgedAt, ...over })
  const FIVE = [
    taken('a', 2, { resolvedAt: 10, outcome: 'handled' }),
    taken('b', 4, { resolvedAt: 30, outcome: 'false-alarm', steps: 3 }),
    taken('c', 9, { resolvedAt: 20, outcome: 'recovered' }),
    taken('a', 5, { resolvedAt: 40, outcome: 'handled', steps: 2 }),
    taken('a', 6, { resolvedAt: 50, outcome: 'handled' }),
  ]

  it('gives medians and shares by key', () => {
    const more = [taken('b', 7, { outcome: 'not-actionable' }), episode({ key: 'q' })]
    expect(measuresOf([...FIVE, ...more])).toEqual([
      { key: 'q', episodes: 1, ...NOTHING },
      { key: 'r', episodes: 6, acknowledgeMs: 5.5, resolveMs: 30, escalated: 2 / 6, falseAlarms: 0.2 },
    ])
  })

  it('tells no time and no share of fewer than five that were taken by fewer than three accounts', () => {
    const of = (episodes: readonly Episode[]) => measuresOf(episodes)[0]
    expect(of(FIVE)).toMatchObject({ acknowledgeMs: 5, resolveMs: 30, falseAlarms: null })
    expect(of(FIVE.slice(1))).toEqual({ key: 'r', episodes: 4, ...NOTHING })
    const two = FIVE.map((each) => (each.acknowledgedBy === 'c' ? { ...each, acknowledgedBy: 'b' } : each))
    expect(of([...two, ...two])).toEqual({ key: 'r', episodes: 10, ...NOTHING })
    // What nobody took counts for nothing: it would fill up the number behind one person's times.
    const untaken = Array.from({ length: 9 }, () => episode({ resolvedAt: 3, outcome: 'recovered' }))
    expect(of([...FIVE.slice(1), ...untaken])).toEqual({ key: 'r', episodes: 13, ...NOTHING })
  })
})

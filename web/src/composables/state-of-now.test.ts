import type { Freshness, Trend } from '@guanlan/contract/panels'
import { expect, it } from 'vitest'
import { stateOfNow } from './state-of-now.ts'

const AT = Date.UTC(2026, 10, 21, 4)
function trend(now: number, before: number): Trend {
  const points = Array.from({ length: 4 }, () => ({ illegal: 0, harmful: 0, conduct: now }))
  return {
    stepSeconds: 1800,
    from: AT - 4 * 1_800_000,
    points,
    lastWeek: points.map(() => before),
    messages: [1, 1, 1, 1],
    corrected: [],
  }
}
function sources(...states: ['live' | 'silent', number][]): Freshness {
  return {
    lastAcceptedAt: AT,
    backlog: 0,
    sources: states.map(([state, lastSeenAt], i) => ({
      source: `s${i}`,
      state,
      lastSeenAt,
      perMinute: 1,
      rejectedToday: 0,
      correctsUnknown: 0,
    })),
  }
}

it('is usual, above or unknown by the trend', () => {
  expect(stateOfNow(trend(20, 20), sources(['live', AT]), AT, 'day').tone).toBe('usual')
  expect(stateOfNow(trend(60, 20), sources(['live', AT]), AT, 'day').tone).toBe('above')
  expect(stateOfNow(null, null, AT, 'day').tone).toBe('unknown')
})

it('puts a silent source first, because every figure depends on it', () => {
  const now = stateOfNow(
    trend(60, 20),
    sources(['live', AT], ['silent', AT - 1000], ['silent', AT - 9000]),
    AT,
    'day',
  )
  expect(now.tone).toBe('attention')
  expect(now.silent.map((s) => s.source)).toEqual(['s2', 's1'])
})

it('says first that somebody has to respond', () => {
  const needs = { places: 2, level: 'orange', oldestAt: AT - 60_000 } as const
  expect(stateOfNow(trend(20, 20), sources(['silent', AT]), AT, 'day', needs)).toMatchObject({
    ...{ tone: 'respond', needs },
  })
})

import type { Trend } from '@guanlan/contract/panels'
import { describe, expect, it } from 'vitest'
import { compare, openStep, recentAgainstLastWeek, sums } from './trend-figures.ts'

const HOUR = 3_600_000
const FROM = Date.UTC(2026, 10, 21)

function trend(points: (number | null)[], lastWeek: (number | null)[]): Trend {
  return {
    stepSeconds: 3600,
    from: FROM,
    points: points.map((n) => (n === null ? null : { illegal: 0, harmful: 0, conduct: n })),
    lastWeek,
    messages: points.map(() => 1),
    corrected: [],
  }
}

describe('compare', () => {
  it('takes small differences for chance and large ones not', () => {
    expect(compare(12, 9).verdict).toBe('similar')
    expect(compare(120, 60).verdict).toBe('above')
    expect(compare(60, 120).verdict).toBe('below')
  })

  it('says nothing about a share of fewer than ten', () => {
    expect(compare(8, 4).share).toBeNull()
    expect(compare(30, 20).share).toBeCloseTo(0.5)
  })

  it('calls two equal rates different about once in a hundred', () => {
    // Poisson by inversion with a fixed sequence, so that the test is the same each time.
    let seed = 1
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
    const poisson = (rate: number) => {
      let k = 0
      for (let p = random(), limit = Math.exp(-rate); p > limit; k++) p *= random()
      return k
    }
    let different = 0
    for (let i = 0; i < 4000; i++) if (compare(poisson(40), poisson(40)).verdict !== 'similar') different += 1
    expect(different / 4000).toBeLessThan(0.02)
    expect(different / 4000).toBeGreaterThan(0.002)
  })
})

describe('recentAgainstLastWeek', () => {
  it('leaves the open step out', () => {
    const t = trend([10, 10, 100], [10, 10, 10])
    expect(openStep(t, FROM + 2.5 * HOUR)).toBe(2)
    expect(recentAgainstLastWeek(t, FROM + 2.5 * HOUR, 2)).toMatchObject({
      now: 20,
      before: 20,
      verdict: 'similar',
    })
    expect(openStep(t, FROM + 3 * HOUR)).toBeUndefined()
    expect(recentAgainstLastWeek(t, FROM + 3 * HOUR, 2)).toMatchObject({ now: 110, before: 20 })
  })

  it('counts only steps that both weeks know', () => {
    const t = trend([50, null, 10], [10, 10, null])
    expect(recentAgainstLastWeek(t, FROM + 3 * HOUR, 3)).toMatchObject({ now: 50, before: 10, steps: 1 })
    expect(recentAgainstLastWeek(trend([null], [1]), FROM + HOUR, 1)).toBeUndefined()
  })

  it('says since when it has been above', () => {
    const t = trend([5, 40, 50, 60], [10, 10, 10, 10])
    expect(recentAgainstLastWeek(t, FROM + 4 * HOUR, 2)?.since).toBe(FROM + HOUR)
    expect(recentAgainstLastWeek(trend([10, 10], [10, 10]), FROM + 2 * HOUR, 2)?.since).toBeNull()
  })
})

it('sums what is known and counts what is not', () => {
  expect(sums(trend([3, null, 4], [null, null, null]))).toMatchObject({
    conduct: 7,
    total: 7,
    unknown: 1,
    lastWeek: null,
  })
  expect(sums(trend([3], [2])).lastWeek).toBe(2)
})

import { describe, expect, it } from 'vitest'
import { DELAY_BUCKETS, delayBucket, delayUpperEdge } from '../delay-buckets.ts'
import { shareWithin } from './delay.ts'

function bucketsOf(durations: readonly number[]): number[] {
  const buckets = new Array<number>(DELAY_BUCKETS).fill(0)
  for (const ms of durations) buckets[delayBucket(ms)] = (buckets[delayBucket(ms)] ?? 0) + 1
  return buckets
}

describe('share decided within a target', () => {
  it('is exact at bucket edges and within one bucket elsewhere', () => {
    const durations = Array.from({ length: 400 }, (_, index) => 50 * 1.03 ** index)
    const buckets = bucketsOf(durations)
    const exact = (target: number) => durations.filter((ms) => ms <= target).length / durations.length
    for (const bucket of [10, 25, 40])
      expect(shareWithin(buckets, delayUpperEdge(bucket))).toBeCloseTo(exact(delayUpperEdge(bucket)), 2)
    for (const target of [3_000, 60_000, 600_000])
      expect(Math.abs((shareWithin(buckets, target) ?? 0) - exact(target))).toBeLessThan(0.03)
  })

  it('is not given for fewer than three events', () => {
    expect(shareWithin(bucketsOf([100, 200]), 1_000)).toBeNull()
    expect(shareWithin(bucketsOf([]), 1_000)).toBeNull()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DELAY_BUCKETS,
  delayBucket,
  delayLowerEdge,
  delayPercentile,
  delayUpperEdge,
} from './delay-buckets.ts'

describe('delay buckets', () => {
  it('puts every duration between the edges of its bucket', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000 }), (ms) => {
        const bucket = delayBucket(ms)
        expect(ms).toBeGreaterThanOrEqual(Math.floor(delayLowerEdge(bucket)))
        if (bucket < DELAY_BUCKETS - 1) expect(ms).toBeLessThanOrEqual(Math.ceil(delayUpperEdge(bucket)))
      }),
    )
  })
  it('gives percentiles within a bucket width of the exact ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 200, max: 10_000_000 }), { minLength: 20, maxLength: 200 }),
        (values) => {
          const counts = new Array<number>(DELAY_BUCKETS).fill(0)
          for (const value of values) counts[delayBucket(value)]!++
          const sorted = [...values].sort((a, b) => a - b)
          const exact = sorted[Math.ceil(0.5 * sorted.length) - 1]!
          const got = delayPercentile(counts, 0.5)!
          expect(got / exact).toBeGreaterThan(0.74)
          expect(got / exact).toBeLessThan(1.34)
        },
      ),
    )
  })
  it('is null without data and ignores cancelled counts', () => {
    expect(delayPercentile([], 0.5)).toBeNull()
    expect(delayPercentile([0, -1], 0.9)).toBeNull()
  })
})

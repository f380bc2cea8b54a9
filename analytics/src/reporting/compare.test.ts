import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareCounts, dispersion, PERCENT_BASE, shareInterval, usualRange } from './compare.ts'

const count = fc.integer({ min: 0, max: 100_000 })

describe('comparing counts', () => {
  it('never says rose for a fall, nor a percentage on a small base', () => {
    fc.assert(
      fc.property(count, count, fc.double({ min: 0.1, max: 50, noNaN: true }), (current, previous, phi) => {
        const { verdict, percent } = compareCounts(current, previous, phi)
        if (verdict === 'rose') expect(current).toBeGreaterThan(previous)
        if (verdict === 'fell') expect(current).toBeLessThan(previous)
        if (previous < PERCENT_BASE) expect(percent).toBeNull()
        if (percent !== null && verdict === 'rose') expect(percent).toBeGreaterThanOrEqual(0)
      }),
    )
  })
  it('is right about known cases', () => {
    expect(compareCounts(150, 100).verdict).toBe('rose')
    expect(compareCounts(150, 100, 20).verdict).toBe('steady')
    expect(compareCounts(103, 100).verdict).toBe('steady')
    expect(compareCounts(3, 1).verdict).toBe('few')
    expect(compareCounts(0, 0).verdict).toBe('none')
    expect(compareCounts(5, null).verdict).toBe('unknown')
  })
  it('finds change in about one case of twenty where there is none', () => {
    // Poisson counts by inversion with a fixed linear congruential sequence: the test always sees the same numbers.
    let state = 12_345
    const uniform = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x7fffffff
    const poisson = (mean: number) => {
      let n = 0
      for (let product = uniform(); product > Math.exp(-mean); product *= uniform()) n++
      return n
    }
    let changed = 0
    for (let n = 0; n < 4000; n++) {
      const { verdict } = compareCounts(poisson(60), poisson(60))
      if (verdict === 'rose' || verdict === 'fell') changed++
    }
    expect(changed / 4000).toBeGreaterThan(0.03)
    expect(changed / 4000).toBeLessThan(0.07)
  })
  it('estimates dispersion and the usual range only from enough history', () => {
    expect(dispersion([10, 12])).toBe(1)
    expect(dispersion([10, 10, 10, 10])).toBe(1)
    expect(dispersion([0, 50, 0, 50, 0, 50])).toBeGreaterThan(20)
    expect(usualRange([1, 2, 3])).toBeNull()
    expect(usualRange([10, 20, 30, 40, 50])).toEqual({ low: 14, high: 46 })
  })
  it('keeps the share inside its interval', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (trials, part) => {
          const hits = Math.round(trials * part)
          const { share, low, high } = shareInterval(hits, trials)!
          expect(low).toBeLessThanOrEqual(share + 1e-9)
          expect(high).toBeGreaterThanOrEqual(share - 1e-9)
        },
      ),
    )
    expect(shareInterval(0, 0)).toBeNull()
  })
})

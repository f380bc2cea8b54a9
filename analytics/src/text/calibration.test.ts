import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adjustedShare,
  calibrate,
  LEAST_SAMPLES,
  negativeShare,
  probabilityNegative,
  shareFromCount,
  wilson,
  type LabelledScore,
} from './calibration.ts'

/** A small generator with the clock's place taken by a seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296
  }
}

/** Scores of a classifier that is worth having: negatives around -1, positives around +1, unit noise, shifted. */
function draw(random: () => number, negative: boolean, shift = 0): number {
  const noise = random() + random() + random() + random() - 2
  return (negative ? -1 : 1) + noise * 1.7 + shift
}

function samples(n: number, share: number, random: () => number, shift = 0): LabelledScore[] {
  return Array.from({ length: n }, (_, i) => {
    const negative = i < n * share
    return { score: draw(random, negative, shift), label: negative ? 'negative' : 'positive' }
  })
}

describe('wilson', () => {
  it('gives the textbook interval', () => {
    const { low, high } = wilson(10, 20)
    expect(low).toBeCloseTo(0.2993, 4)
    expect(high).toBeCloseTo(0.7007, 4)
  })

  it('stays within 0 and 1 and holds the estimate', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, share) => {
          const { low, estimate, high } = wilson(Math.round(share * n), n)
          expect(low).toBeGreaterThanOrEqual(0)
          expect(high).toBeLessThanOrEqual(1)
          expect(low <= estimate + 1e-12 && estimate <= high + 1e-12).toBe(true)
        },
      ),
    )
  })

  it('refuses an impossible share', () => {
    expect(() => wilson(3, 2)).toThrow(RangeError)
    expect(() => wilson(0, 0)).toThrow(RangeError)
  })
})

describe('calibrate', () => {
  it('moves the threshold to where the local scores part', () => {
    const shifted = calibrate(samples(300, 0.5, seeded(1), 2))
    const crossing = -shifted.offset / shifted.slope
    expect(crossing).toBeGreaterThan(1.6)
    expect(crossing).toBeLessThan(2.4)
    expect(shifted.margins.negative).toBeLessThan(shifted.margins.positive)
  })

  it('gives probabilities that fall with the score', () => {
    const calibration = calibrate(samples(300, 0.4, seeded(2)))
    fc.assert(
      fc.property(
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        (s, d) => {
          expect(probabilityNegative(calibration, s + d)).toBeLessThanOrEqual(
            probabilityNegative(calibration, s),
          )
        },
      ),
    )
  })

  it('refuses too few samples, and keeps none of them', () => {
    expect(() => calibrate(samples(LEAST_SAMPLES - 1, 0.5, seeded(3)))).toThrow(RangeError)
    expect(() => calibrate(samples(300, 0.02, seeded(3)))).toThrow(RangeError)
    expect(JSON.stringify(calibrate(samples(300, 0.5, seeded(3)))).length).toBeLessThan(400)
  })
})

describe('share of negatives', () => {
  const calibration = calibrate(samples(300, 0.5, seeded(4)))

  it('is right within 5 points on average over bags of 200, whatever their true share', () => {
    const random = seeded(5)
    let error = 0
    let bags = 0
    for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      for (let i = 0; i < 20; i++, bags++) {
        const bag = Array.from({ length: 200 }, (_, k) => draw(random, k < share * 200))
        error += Math.abs(adjustedShare(calibration, bag) - share)
      }
    }
    expect(error / bags).toBeLessThan(0.05)
  })

  it('has an interval that holds the truth in at least nine bags of ten', () => {
    const random = seeded(6)
    let held = 0
    for (let i = 0; i < 60; i++) {
      const share = 0.2 + 0.6 * random()
      const negatives = Math.round(share * 200)
      const bag = Array.from({ length: 200 }, (_, k) => draw(random, k < negatives))
      const { low, estimate, high } = negativeShare(calibration, bag, random, 100)
      expect(low <= estimate && estimate <= high).toBe(true)
      if (low <= negatives / 200 && negatives / 200 <= high) held++
    }
    expect(held).toBeGreaterThanOrEqual(54)
  })

  it('from a count undoes the known error rates', () => {
    const known = { ...calibration, hitRate: 0.8, falseRate: 0.2, negatives: 150, others: 150 }
    expect(shareFromCount(known, 100, 200).estimate).toBeCloseTo(0.5, 6)
    expect(shareFromCount(known, 40, 200).estimate).toBeCloseTo(0, 6)
    const few = shareFromCount({ ...known, negatives: 20, others: 20 }, 100, 200)
    const many = shareFromCount({ ...known, negatives: 500, others: 500 }, 100, 200)
    expect(few.high - few.low).toBeGreaterThan(many.high - many.low)
  })

  it('refuses an empty bag', () => {
    expect(() => adjustedShare(calibration, [])).toThrow(RangeError)
  })
})

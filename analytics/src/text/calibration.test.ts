import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../train/metrics.ts'
import {
  calibrate,
  expectedWidth,
  LEAST_SAMPLES,
  negativeAndRest,
  positiveAndRest,
  shareOf,
} from './calibration.ts'

type Outcomes = readonly [number, number, number]

/** Counts of what `n` messages are called, when each outcome has its rate. */
function callAll(n: number, rates: Outcomes, random: () => number): [number, number, number] {
  const counts: [number, number, number] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const at = random()
    counts[at < rates[0] ? 0 : at < rates[0] + rates[1] ? 1 : 2]++
  }
  return counts
}

const samples = (negative: Outcomes, positive: Outcomes, neutral: Outcomes = [0, 0, 0]) =>
  Object.entries({ negative, positive, neutral }).flatMap(([label, counts]) =>
    ([-1, 1, 0] as const).flatMap((called, i) =>
      Array.from({ length: counts[i]! }, () => ({
        called,
        label: label as 'negative' | 'positive' | 'neutral',
      })),
    ),
  )

const seen = ([a, b, c]: Outcomes) => {
  const n = a + b + c
  return { n, shares: [a / n, b / n], blur: [0, 0] }
}

describe('calibrate', () => {
  it('counts what was called what, and keeps no sample', () => {
    const calibration = calibrate(samples([20, 3, 7], [4, 30, 6], [1, 2, 5]))
    expect(calibration).toEqual({ negative: [20, 3, 7], positive: [4, 30, 6], neutral: [1, 2, 5] })
    expect(negativeAndRest(calibration)).toEqual([
      [20, 3, 7],
      [5, 32, 11],
    ])
    expect(positiveAndRest(calibration)).toEqual([
      [4, 30, 6],
      [21, 5, 12],
    ])
  })

  it('refuses too few samples', () => {
    expect(() => calibrate(samples([LEAST_SAMPLES - 21, 0, 0], [0, 20, 0]))).toThrow(RangeError)
    expect(() => calibrate(samples([14, 0, 0], [0, 100, 0]))).toThrow(RangeError)
    expect(() => calibrate(samples([100, 0, 0], [0, 14, 0]))).toThrow(RangeError)
  })
})

/** Rates of the shipped model in reviews and in talk that it never saw (npm run bench -- sentiment). */
const REVIEWS: readonly [Outcomes, Outcomes] = [
  [0.61, 0.09, 0.3],
  [0.11, 0.64, 0.25],
]
const TALK: readonly [Outcomes, Outcomes] = [
  [0.43, 0.08, 0.49],
  [0.25, 0.2, 0.55],
]

/** Per cent of simulated bags whose interval holds the truth, each with labels of its own, and the mean width. */
function cover([one, rest]: readonly [Outcomes, Outcomes], bag: number, labelled: number, share: number) {
  const random = seededRandom(bag * 1000 + Math.round(share * 100))
  const rounds = 120
  let [held, width] = [0, 0]
  for (let i = 0; i < rounds; i++) {
    const labels = [callAll(labelled / 2, one, random), callAll(labelled / 2, rest, random)] as const
    const negatives = Math.round(share * bag)
    const [a, b] = [callAll(negatives, one, random), callAll(bag - negatives, rest, random)]
    const { low, high } = shareOf(seen([a[0] + b[0], a[1] + b[1], a[2] + b[2]]), ...labels)
    if (low <= negatives / bag && negatives / bag <= high) held++
    width += high - low
  }
  return { held: (100 * held) / rounds, width: width / rounds }
}

describe('share of a kind of message', () => {
  it.each([
    ['reviews', REVIEWS, 200, 300],
    ['reviews, small cells', REVIEWS, 25, 300],
    ['reviews, few labels', REVIEWS, 200, 60],
    ['talk', TALK, 200, 300],
    ['talk, large cells', TALK, 1000, 300],
  ] as const)('has an interval that holds the truth in nine bags of ten: %s', (_, rates, bag, labelled) => {
    for (const share of [0, 0.2, 0.5, 0.9])
      expect(cover(rates, bag, labelled, share).held, `at ${share}`).toBeGreaterThanOrEqual(90)
  })

  it('is far from certain where both kinds are called alike, and says next to nothing where they are the same', () => {
    expect(cover(REVIEWS, 200, 300, 0.3).width).toBeLessThan(0.3)
    expect(cover(TALK, 200, 300, 0.3).width).toBeGreaterThan(0.5)
    const alike = shareOf(seen([80, 40, 80]), [60, 30, 60], [60, 30, 60])
    expect(alike.high - alike.low).toBeGreaterThan(0.9)
    expect(alike.estimate).toBeCloseTo(0.5, 1)
  })

  it('says beforehand how wide its intervals will be', () => {
    const reviews = { negative: [92, 13, 45], positive: [16, 96, 38], neutral: [0, 0, 0] } as const
    const talk = { negative: [64, 12, 74], positive: [38, 30, 82], neutral: [0, 0, 0] } as const
    expect(expectedWidth(reviews, 200)).toBeCloseTo(cover(REVIEWS, 200, 300, 0.5).width, 1)
    expect(expectedWidth(talk, 200)).toBeGreaterThan(0.5)
    expect(expectedWidth(reviews, 1000)).toBeLessThan(expectedWidth(reviews, 50))
  })

  it('undoes known error rates', () => {
    const rates = [
      [80_000, 5_000, 15_000],
      [20_000, 50_000, 30_000],
    ] as const
    expect(shareOf(seen([5_000, 2_750, 2_250]), ...rates).estimate).toBeCloseTo(0.5, 2)
    expect(shareOf(seen([2_000, 5_000, 3_000]), ...rates).estimate).toBeLessThan(0.02)
  })

  it('grows no narrower with fewer labels or rounded shares', () => {
    const bag = seen([70, 70, 60])
    const width = ({ low, high }: { low: number; high: number }) => high - low
    const many = width(shareOf(bag, [600, 90, 310], [110, 640, 250]))
    expect(width(shareOf(bag, [12, 2, 6], [2, 13, 5]))).toBeGreaterThan(many)
    expect(width(shareOf({ ...bag, blur: [0.001, 0.001] }, [600, 90, 310], [110, 640, 250]))).toBeGreaterThan(
      many,
    )
  })

  it('is a share within its interval, whatever was counted', () => {
    const counts = fc.tuple(fc.nat(300), fc.nat(300), fc.nat(300))
    fc.assert(
      fc.property(counts, counts, counts, (bag, one, rest) => {
        const { low, estimate, high } = shareOf(seen([bag[0], bag[1], bag[2] + 1]), one, rest)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low <= estimate && estimate <= high).toBe(true)
      }),
    )
  })
})

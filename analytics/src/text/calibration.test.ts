import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../train/metrics.ts'
import {
  calibrate,
  expectedWidth,
  knownRates,
  LEAST_SAMPLES,
  negativeAndRest,
  ratesOf,
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
    expect(knownRates(calibration, [])).toEqual({
      negative: [ratesOf([20, 3, 7]), ratesOf([5, 32, 11])],
      positive: [ratesOf([4, 30, 6]), ratesOf([21, 5, 12])],
    })
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

const thousands = (rates: Outcomes) => rates.map((rate) => 1000 * rate) as [number, number, number]
/** Domains that labels may turn out to be like. */
const ELSEWHERE = [REVIEWS, TALK].map(([negative, positive]) => ({
  negative: thousands(negative),
  positive: thousands(positive),
}))
/** As certain as in a domain, and another way round than in any. */
const UNHEARD: readonly [Outcomes, Outcomes] = [
  [0.2, 0.5, 0.3],
  [0.05, 0.15, 0.8],
]

/** Per cent of simulated bags whose interval holds the truth, each with labels of its own, and the mean width. */
function cover([one, rest]: readonly [Outcomes, Outcomes], bag: number, labelled: number, share: number) {
  const random = seededRandom(bag * 1000 + Math.round(share * 100))
  const rounds = 120
  let [held, width] = [0, 0]
  for (let i = 0; i < rounds; i++) {
    const negative = callAll(labelled / 2, one, random)
    const positive = callAll(labelled / 2, rest, random)
    const labels = knownRates({ negative, positive, neutral: [0, 0, 0] }, ELSEWHERE).negative
    const negatives = Math.round(share * bag)
    const [a, b] = [callAll(negatives, one, random), callAll(bag - negatives, rest, random)]
    const { low, high } = shareOf(seen([a[0] + b[0], a[1] + b[1], a[2] + b[2]]), ...labels)
    if (low <= negatives / bag && negatives / bag <= high) held++
    width += high - low
  }
  return { held: (100 * held) / rounds, width: width / rounds }
}

describe('rates of a kind of message', () => {
  const domains = [
    [600, 100, 300],
    [430, 80, 490],
  ]
  const off = (a: readonly number[], b: readonly number[]) =>
    Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))

  it('are by labels alone without another domain', () => {
    const { mean, error } = ratesOf([8, 1, 3])
    expect(off(mean, [8.5 / 13.5, 1.5 / 13.5, 3.5 / 13.5])).toBeLessThan(1e-12)
    expect(error).toBeCloseTo(1 / 14.5, 12)
  })

  it('lean to a domain that the labels are like, and are surer for it', () => {
    const labels = [34, 3, 13]
    const [alone, leaning] = [ratesOf(labels), ratesOf(labels, domains)]
    expect(off(leaning.mean, [0.6, 0.1, 0.3])).toBeLessThan(0.7 * off(alone.mean, [0.6, 0.1, 0.3]))
    expect(leaning.error).toBeLessThan(0.75 * alone.error)
  })

  it('are those of the labels where these are like no domain', () => {
    const labels = [10, 110, 30]
    const [alone, leaning] = [ratesOf(labels), ratesOf(labels, domains)]
    expect(off(leaning.mean, alone.mean)).toBeLessThan(1e-3)
    expect(leaning.error / alone.error).toBeCloseTo(1, 2)
  })

  it('are less sure where the labels could be of either', () => {
    const labels = [16, 3, 13]
    const either = ratesOf(labels, domains)
    expect(either.error).toBeGreaterThan(ratesOf(labels, [domains[0]!]).error)
    expect(either.error).toBeLessThan(ratesOf(labels).error)
  })
})

describe('share of a kind of message', () => {
  it.each([
    ['reviews', REVIEWS, 200, 300],
    ['reviews, small cells', REVIEWS, 25, 300],
    ['reviews, few labels', REVIEWS, 200, 60],
    ['talk', TALK, 200, 300],
    ['talk, large cells', TALK, 1000, 300],
    ['like no domain', UNHEARD, 200, 300],
    ['like no domain, few labels', UNHEARD, 200, 60],
  ] as const)('has an interval that holds the truth in nine bags of ten: %s', (_, rates, bag, labelled) => {
    for (const share of [0, 0.2, 0.5, 0.9])
      expect(cover(rates, bag, labelled, share).held, `at ${share}`).toBeGreaterThanOrEqual(90)
  })

  it('is far from certain where both kinds are called alike, and says next to nothing where they are the same', () => {
    expect(cover(REVIEWS, 200, 300, 0.3).width).toBeLessThan(0.3)
    expect(cover(TALK, 200, 300, 0.3).width).toBeGreaterThan(0.5)
    const alike = shareOf(seen([80, 40, 80]), ratesOf([60, 30, 60]), ratesOf([60, 30, 60]))
    expect(alike.high - alike.low).toBeGreaterThan(0.9)
    expect(alike.estimate).toBeCloseTo(0.5, 1)
  })

  it('says beforehand how wide its intervals will be', () => {
    const none = { neutral: [0, 0, 0] } as const
    const reviews = knownRates({ negative: [92, 13, 45], positive: [16, 96, 38], ...none }, ELSEWHERE)
    const talk = knownRates({ negative: [64, 12, 74], positive: [38, 30, 82], ...none }, ELSEWHERE)
    expect(expectedWidth(reviews, 200)).toBeCloseTo(cover(REVIEWS, 200, 300, 0.5).width, 1)
    expect(expectedWidth(talk, 200)).toBeGreaterThan(0.5)
    expect(expectedWidth(reviews, 1000)).toBeLessThan(expectedWidth(reviews, 50))
  })

  it('undoes known error rates', () => {
    const rates = [ratesOf([80_000, 5_000, 15_000]), ratesOf([20_000, 50_000, 30_000])] as const
    expect(shareOf(seen([5_000, 2_750, 2_250]), ...rates).estimate).toBeCloseTo(0.5, 2)
    expect(shareOf(seen([2_000, 5_000, 3_000]), ...rates).estimate).toBeLessThan(0.02)
  })

  it('grows no narrower with fewer labels or rounded shares', () => {
    const bag = seen([70, 70, 60])
    const width = ({ low, high }: { low: number; high: number }) => high - low
    const known = [ratesOf([600, 90, 310]), ratesOf([110, 640, 250])] as const
    const many = width(shareOf(bag, ...known))
    expect(width(shareOf(bag, ratesOf([12, 2, 6]), ratesOf([2, 13, 5])))).toBeGreaterThan(many)
    expect(width(shareOf({ ...bag, blur: [0.001, 0.001] }, ...known))).toBeGreaterThan(many)
  })

  it('is a share within its interval, whatever was counted', () => {
    const counts = fc.tuple(fc.nat(300), fc.nat(300), fc.nat(300))
    fc.assert(
      fc.property(counts, counts, counts, (bag, one, rest) => {
        const { low, estimate, high } = shareOf(
          seen([bag[0], bag[1], bag[2] + 1]),
          ratesOf(one),
          ratesOf(rest),
        )
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low <= estimate && estimate <= high).toBe(true)
      }),
    )
  })
})

// Local calibration of the sentiment model from messages that the operator's own staff labelled: how often it calls a
// message of each kind negative, positive or neither. A Calibration holds nine counts, no sample and no text.

import type { Polarity } from './sentiment.ts'

type SampleLabel = 'positive' | 'negative' | 'neutral'

/** Messages called negative, called positive, and those where the model can't tell. */
type Called = readonly [negative: number, positive: number, neither: number]

/** What is stored: labelled samples by what staff said and what the model called them. */
export type Calibration = Readonly<Record<SampleLabel, Called>>

export interface Interval {
  readonly low: number
  readonly estimate: number
  readonly high: number
}

export const LEAST_SAMPLES = 60
const LEAST_PER_CLASS = 15

const totalOf = (counts: readonly number[]): number => counts.reduce((sum, n) => sum + n, 0)

const plus = (a: Called, b: Called): Called => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]

/** Samples labelled negative and the others, by what the model called them. */
export const negativeAndRest = (calibration: Calibration): readonly [Called, Called] => [
  calibration.negative,
  plus(calibration.positive, calibration.neutral),
]

/** Samples labelled positive and the others, by what the model called them. */
export const positiveAndRest = (calibration: Calibration): readonly [Called, Called] => [
  calibration.positive,
  plus(calibration.negative, calibration.neutral),
]

/**
 * Counts labelled samples; `called` by the very margins that windows count by. Throws RangeError with fewer than
 * LEAST_SAMPLES samples or LEAST_PER_CLASS negatives or others.
 */
export function calibrate(
  samples: readonly { readonly called: Polarity; readonly label: SampleLabel }[],
): Calibration {
  const of = (label: SampleLabel): Called => {
    const own = samples.filter((sample) => sample.label === label)
    const count = (polarity: Polarity) => own.filter(({ called }) => called === polarity).length
    return [count(-1), count(1), count(0)]
  }
  const calibration = { negative: of('negative'), positive: of('positive'), neutral: of('neutral') }
  const [negatives, others] = negativeAndRest(calibration).map(totalOf) as [number, number]
  if (samples.length < LEAST_SAMPLES || negatives < LEAST_PER_CLASS || others < LEAST_PER_CLASS) {
    throw new RangeError(
      `calibration needs ${LEAST_SAMPLES} labelled samples, ${LEAST_PER_CLASS} of them negative and ${LEAST_PER_CLASS} not`,
    )
  }
  return calibration
}

/** Jeffreys' prior on the rates: an outcome that no sample had is rare, not impossible. */
const SMOOTHING = 0.5
/** Shares looked at: every half point. */
const GRID = 200
const CONFIDENCE = 0.95

interface Rates {
  readonly mean: readonly number[]
  /** Variance of the mean for want of more samples, as a multiple of that of one message. */
  readonly error: number
}

/** Dirichlet posterior of the outcomes of one kind of message. */
function ratesOf(counts: readonly number[]): Rates {
  const total = totalOf(counts) + SMOOTHING * counts.length
  return { mean: counts.map((n) => (n + SMOOTHING) / total), error: 1 / (total + 1) }
}

/** Log density at d of a normal distribution around 0, but for a constant; `s` (symmetric, positive) is overwritten. */
function logNormal(d: number[], s: number[][]): number {
  // Cholesky's factor of s, with d solved along the way.
  let sum = 0
  for (let i = 0; i < d.length; i++) {
    const row = s[i]!
    for (let j = 0; j < i; j++) {
      const other = s[j]!
      let v = row[j]!
      for (let k = 0; k < j; k++) v -= row[k]! * other[k]!
      row[j] = v / other[j]!
      row[i]! -= row[j]! ** 2
      d[i]! -= row[j]! * d[j]!
    }
    row[i] = Math.sqrt(row[i]!)
    d[i]! /= row[i]!
    sum += d[i]! ** 2 / 2 + Math.log(row[i]!)
  }
  return -sum
}

export interface Seen {
  /** Messages counted. */
  readonly n: number
  /** Share of them with each outcome but the last. */
  readonly shares: readonly number[]
  /** Variance of each share for want of its exact value (rounding); 0 where it is exact. */
  readonly blur: readonly number[]
}

/** Log likelihood that `share` of the messages are of the first kind. */
function logLikelihood({ n, shares, blur }: Seen, one: Rates, rest: Rates, share: number): number {
  const away = shares.map((seen, i) => seen - share * one.mean[i]! - (1 - share) * rest.mean[i]!)
  const a = share / n + share ** 2 * one.error
  const b = (1 - share) / n + (1 - share) ** 2 * rest.error
  const covariance = shares.map((_, i) =>
    shares.map((__, j) => {
      const both = -a * one.mean[i]! * one.mean[j]! - b * rest.mean[i]! * rest.mean[j]!
      return i === j ? both + a * one.mean[i]! + b * rest.mean[i]! + blur[i]! : both
    }),
  )
  return logNormal(away, covariance)
}

/** The likeliest values of the grid that hold CONFIDENCE of its mass together, and the mean of all. */
function shortest(mass: readonly number[]): Interval {
  const total = totalOf(mass)
  const order = mass.map((_, i) => i).sort((a, b) => mass[b]! - mass[a]! || a - b)
  let [held, first, last] = [0, GRID, 0]
  for (const i of order) {
    if (held >= CONFIDENCE * total) break
    held += mass[i]!
    first = Math.min(first, i)
    last = Math.max(last, i)
  }
  const estimate = mass.reduce((sum, m, i) => sum + (m * i) / GRID, 0) / total
  return {
    low: Math.max(0, Math.min(estimate, (first - 0.5) / GRID)),
    estimate,
    high: Math.min(1, Math.max(estimate, (last + 0.5) / GRID)),
  }
}

/**
 * Share of one kind of message among `seen`, when labelled messages of this kind had the outcomes `one` and all others
 * `rest` (counts, in the order of `seen`, with the last outcome). Bayes with every share equally likely beforehand: which
 * samples staff pasted says little of how many such messages there are. Normal approximation of the likelihood, in which
 * the chance of each message, the few labels that the rates rest on, and rounding add up; so the shortest interval that
 * holds 95 % grows to the whole of 0 to 1 where the outcomes of both kinds are alike. The mixture model is that of
 * Saerens et al. 2002: it assumes that today's messages of each kind look like the labelled ones.
 */
export function shareOf(seen: Seen, one: readonly number[], rest: readonly number[]): Interval {
  const [first, second] = [ratesOf(one), ratesOf(rest)]
  const logs = Array.from({ length: GRID + 1 }, (_, i) => logLikelihood(seen, first, second, i / GRID))
  const most = Math.max(...logs)
  return shortest(logs.map((log) => Math.exp(log - most)))
}

const WORTH_SHARES = [0.1, 0.3, 0.5, 0.7, 0.9]

/** Mean width of the interval that the share of negatives among `n` messages gets with this calibration, in (0, 1]. */
export function expectedWidth(calibration: Calibration, n: number): number {
  const [one, rest] = negativeAndRest(calibration)
  const [first, second] = [ratesOf(one).mean, ratesOf(rest).mean]
  const widths = WORTH_SHARES.map((share) => {
    const shares = [0, 1].map((i) => share * first[i]! + (1 - share) * second[i]!)
    const { low, high } = shareOf({ n, shares, blur: [0, 0] }, one, rest)
    return high - low
  })
  return totalOf(widths) / widths.length
}

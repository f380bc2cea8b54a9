// Local calibration of the sentiment model from messages that the operator's own staff labelled: how often it calls a
// message of each kind negative, positive or neither. A Calibration holds nine counts, no sample and no text.

import type { Polarity } from './sentiment.ts'

type SampleLabel = 'positive' | 'negative' | 'neutral'

/** Messages called negative, called positive, and those where the model can't tell. */
type Called = readonly [negative: number, positive: number, neither: number]

/** What is stored: labelled samples by what staff said and what the model called them. */
export type Calibration = Readonly<Record<SampleLabel, Called>>

/** What messages of each kind were called in a domain whose labels the weights never saw. */
export interface CalledElsewhere {
  readonly negative: Called
  readonly positive: Called
}

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
const positiveAndRest = (calibration: Calibration): readonly [Called, Called] => [
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

/** As many labels a domain elsewhere is worth, where it is like this one. */
const WORTH_ELSEWHERE = 60

/** How often a message of one kind gets each outcome. */
interface Rates {
  readonly mean: readonly number[]
  /** Variance of the mean for want of more samples, as a multiple of that of one message. */
  readonly error: number
}

/** Log chance of these labels, in their order, when rates are drawn from a Dirichlet distribution. */
function logEvidence(counts: readonly number[], prior: readonly number[]): number {
  const rising = (from: number, n: number) => {
    let sum = 0
    for (let k = 0; k < n; k++) sum += Math.log(from + k)
    return sum
  }
  return totalOf(counts.map((n, i) => rising(prior[i]!, n))) - rising(totalOf(prior), totalOf(counts))
}

/**
 * Rates by counts of labelled messages. Beforehand they are like those of one of the domains `elsewhere` or like none, each as
 * likely (a mixture of Dirichlet distributions); the labels say which. So a domain that is like another needs fewer labels,
 * and one that is like none is not led astray: the robust prior of Schmidli et al. 2014. The mixture is put into one mean
 * and one variance.
 */
export function ratesOf(counts: readonly number[], elsewhere: readonly (readonly number[])[] = []): Rates {
  const none = counts.map(() => 0)
  const parts = [none, ...elsewhere].map((called) => {
    const prior = called.map((n) => SMOOTHING + (WORTH_ELSEWHERE * n) / (totalOf(called) || 1))
    const total = totalOf(prior) + totalOf(counts)
    return { log: logEvidence(counts, prior), mean: prior.map((a, i) => (a + counts[i]!) / total), total }
  })
  const most = Math.max(...parts.map(({ log }) => log))
  const weights = parts.map(({ log }) => Math.exp(log - most))
  const over = (value: (part: (typeof parts)[number]) => number) =>
    totalOf(parts.map((part, i) => weights[i]! * value(part))) / totalOf(weights)
  const mean = none.map((_, i) => over((part) => part.mean[i]!))
  const variance = over((part) =>
    totalOf(part.mean.map((m, i) => (m * (1 - m)) / (part.total + 1) + (m - mean[i]!) ** 2)),
  )
  return { mean, error: variance / totalOf(mean.map((m) => m * (1 - m))) }
}

/** What counts of today are read by: rates of negative and of other messages, of positive and of other messages. */
export interface KnownRates {
  readonly negative: readonly [Rates, Rates]
  readonly positive: readonly [Rates, Rates]
}

export function knownRates(calibration: Calibration, elsewhere: readonly CalledElsewhere[]): KnownRates {
  const both = ([one, rest]: readonly [Called, Called], kind: 'negative' | 'positive', other: typeof kind) =>
    [
      ratesOf(
        one,
        elsewhere.map((domain) => domain[kind]),
      ),
      ratesOf(
        rest,
        elsewhere.map((domain) => domain[other]),
      ),
    ] as const
  return {
    negative: both(negativeAndRest(calibration), 'negative', 'positive'),
    positive: both(positiveAndRest(calibration), 'positive', 'negative'),
  }
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
 * Share of one kind of message among `seen`, when messages of this kind have the rates `one` and all others `rest` (in the
 * order of `seen`, with the last outcome). Bayes with every share equally likely beforehand: which
 * samples staff pasted says little of how many such messages there are. Normal approximation of the likelihood, in which
 * the chance of each message, the few labels that the rates rest on, and rounding add up; so the shortest interval that
 * holds 95 % grows to the whole of 0 to 1 where the outcomes of both kinds are alike. The mixture model is that of
 * Saerens et al. 2002: it assumes that today's messages of each kind look like the labelled ones.
 */
export function shareOf(seen: Seen, one: Rates, rest: Rates): Interval {
  const logs = Array.from({ length: GRID + 1 }, (_, i) => logLikelihood(seen, one, rest, i / GRID))
  const most = Math.max(...logs)
  return shortest(logs.map((log) => Math.exp(log - most)))
}

const WORTH_SHARES = [0.1, 0.3, 0.5, 0.7, 0.9]

/** Mean width of the interval that the share of negatives among `n` messages gets by these rates, in (0, 1]. */
export function expectedWidth({ negative: [one, rest] }: KnownRates, n: number): number {
  const widths = WORTH_SHARES.map((share) => {
    const shares = [0, 1].map((i) => share * one.mean[i]! + (1 - share) * rest.mean[i]!)
    const { low, high } = shareOf({ n, shares, blur: [0, 0] }, one, rest)
    return high - low
  })
  return totalOf(widths) / widths.length
}

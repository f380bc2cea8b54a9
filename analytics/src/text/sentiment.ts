// Polarity of a message from hashed character 1- to 3-grams: one table of small integers, one pass, no allocation.
// After Wang & Manning 2012 (NB-weighted linear models), trained by analytics/train/sentiment.ts.

import type { FoldedText } from './fold.ts'

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

const FIRST = 0x85ebca6b
const SECOND = 0xc2b2ae35
const THIRD = 0x27d4eb2f
const EDGE = 2
const DIGIT = 0x30

/** Digits count as one; everything invisible is gone already. */
export const sentimentUnit = (unit: number): number => (unit >= 0x30 && unit <= 0x39 ? DIGIT : unit)

export const hashOne = (a: number): number => Math.imul(a + 1, FIRST)
export const hashNext = (hash: number, unit: number): number =>
  Math.imul((hash ^ (hash >>> 13)) + unit, SECOND)
export const hashSlot = (hash: number, bits: number): number =>
  Math.imul(hash ^ (hash >>> 15), THIRD) >>> (32 - bits)

/** Score of a message: above 0 leans positive. Longer texts are divided by the root of their length. */
export function sentimentScore(model: SentimentModel, text: FoldedText): number {
  const { weights, scale, bias } = model
  const { units, length } = text
  const bits = 31 - Math.clz32(weights.length)
  let sum = 0
  let one = hashOne(EDGE)
  let two = 0
  for (let i = 0; i < length; i++) {
    const unit = sentimentUnit(units[i]!)
    const single = hashOne(unit)
    const pair = hashNext(one, unit)
    if (i > 0) sum += weights[hashSlot(hashNext(two, unit), bits)]!
    sum += weights[hashSlot(single, bits)]! + weights[hashSlot(pair, bits)]!
    one = single
    two = pair
  }
  return (sum * scale) / Math.sqrt(length + 4) + bias
}

/** Feature slots of a message, with repeats, into `slots`; returns how many. The same walk as sentimentScore. */
export function sentimentSlots(text: FoldedText, bits: number, slots: Int32Array): number {
  let n = 0
  let one = hashOne(EDGE)
  let two = 0
  for (let i = 0; i < text.length && n + 3 <= slots.length; i++) {
    const unit = sentimentUnit(text.units[i]!)
    const single = hashOne(unit)
    const pair = hashNext(one, unit)
    if (i > 0) slots[n++] = hashSlot(hashNext(two, unit), bits)
    slots[n++] = hashSlot(single, bits)
    slots[n++] = hashSlot(pair, bits)
    one = single
    two = pair
  }
  return n
}

export function polarityOf(score: number, margins: Margins): Polarity {
  if (score <= margins.negative) return -1
  return score >= margins.positive ? 1 : 0
}

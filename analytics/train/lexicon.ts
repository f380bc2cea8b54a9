// The hand-written polarity lexicon as prior weights on hashed n-grams.

import { createFoldedText, foldInto, type Fold } from '../src/text/fold.ts'
import { sentimentSlots } from '../src/text/sentiment.ts'

export interface LexiconWord {
  readonly word: string
  /** -3..3 */
  readonly strength: number
}

/** Lines of "strength word word …"; '#' starts a comment. Throws Error on a line without a strength. */
export function parseLexicon(text: string): LexiconWord[] {
  const words = new Map<string, number>()
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || line.trim() === '') continue
    const [strength, ...rest] = line.trim().split(/\s+/)
    if (!/^-?[0-3](\.\d)?$/.test(strength ?? ''))
      throw new Error(`a lexicon line must begin with a strength from -3 to 3 (one decimal): ${line}`)
    for (const word of rest) words.set(word, Number(strength))
  }
  return [...words].map(([word, strength]) => ({ word, strength }))
}

/** How strongly a negator in reach turns a two-character word round, as a multiple of its strength. */
const TURN = 0.8
const LEAD = '的的的'
const NEGATORS = '不没无未'

/**
 * Prior weights by slot. A word's strength is the sum of all n-grams inside it, so that 不满意 can contain 满意: shorter
 * words first, and each gets what its parts do not say already. Words above three units put it on both their ends.
 */
export function priorWeights(fold: Fold, words: readonly LexiconWord[], bits: number): Float64Array {
  const prior = new Float64Array(2 ** bits)
  const text = createFoldedText(64)
  const buffer = new Int32Array(512)
  const slotsOf = (string: string): Int32Array => {
    foldInto(fold, string, text)
    return buffer.slice(0, sentimentSlots(text, bits, buffer))
  }
  // The last unit of a text adds its single, pair and triple in this order, then the negated pair if a negator reaches it.
  const gramSlot = (gram: string): number =>
    slotsOf(LEAD + gram)[slotsOf(LEAD + gram.slice(0, -1)).length + gram.length - 1]!
  const negatedSlot = (pair: string): number => slotsOf(`不的${pair}`).at(-1)!
  const leadCount = slotsOf(LEAD).length
  for (const { word, strength } of [...words].sort((a, b) => a.word.length - b.word.length)) {
    let rest = strength
    for (const slot of slotsOf(LEAD + word).subarray(leadCount)) rest -= prior[slot]!
    const grams = word.length <= 3 ? [word] : [word.slice(0, 3), word.slice(-3)]
    for (const gram of grams) prior[gramSlot(gram)]! += rest / grams.length
    if (word.length === 2 && !NEGATORS.includes(word[0]!)) prior[negatedSlot(word)]! -= TURN * strength
  }
  return prior
}

// Maximum-probability segmentation over the word graph (the dictionary part of jieba's method, without its hidden
// Markov model for unknown words: a word that no dictionary holds is never shown anyway).

import { KIND_BREAK, KIND_DIGIT, KIND_LATIN, KIND_LINK, type FoldedText } from './fold.ts'
import { firstSlot, HIGH_MASK, INNER, NODE_BITS, NODE_MASK, pairBit, type Trie } from './trie.ts'

/** The tokens of one message; `word` is -1 for a stretch no dictionary holds. Overwritten by the next call. */
export interface Tokens {
  readonly start: Int32Array
  readonly end: Int32Array
  readonly word: Int32Array
  count: number
}

export interface Segmenter {
  segment(text: FoldedText): Tokens
  /** Natural logarithm of the probability of the best segmentation of a word alone. */
  bestSplit(word: string): number
  bytes(): number
}

/** What the segmenter reads: words weighted by their log probability (-Infinity: taken out), and that of an unknown unit. */
export interface WordModel {
  readonly trie: Trie
  readonly unknown: number
}

/** Chosen instead of a word's id: none, or the word of a single unit, which is looked up once the path is known. */
const NO_WORD = -1
const SINGLE_UNIT = -2

/** Best paths through stretches of text: best[i] is the score from unit i on, next[i] where its first word ends. */
interface PathFinder {
  readonly best: Float64Array
  readonly next: Int32Array
  /** The first word's id, NO_WORD or SINGLE_UNIT. */
  readonly chosen: Int32Array
  /** For each unit of a stretch without breaks. */
  find(units: Uint16Array, kinds: Uint8Array, start: number, end: number): void
  bytes(): number
}

function createPathFinder({ trie, unknown }: WordModel, capacity: number): PathFinder {
  const { slots, weights, mask, unitWeight, pairs } = trie.tables
  const best = new Float64Array(capacity + 3)
  const next = new Int32Array(capacity + 3)
  const chosen = new Int32Array(capacity + 3)
  /** 1 where a word of two units or more may begin */
  const begins = new Uint8Array(capacity + 3)

  /** Best word of two units or more at `i`, where it beats what next[i] and best[i] hold. */
  function relax(units: Uint16Array, kinds: Uint8Array, i: number, end: number): void {
    let score = best[i]!
    let node = units[i]!
    for (let j = i + 1; j < end; j++) {
      const key = (node << 16) | units[j]!
      const high = node >>> 16
      let at = firstSlot(key, high, mask)
      let value = slots[4 * at + 1]!
      while (value !== 0 && (slots[4 * at] !== key || ((value >>> NODE_BITS) & HIGH_MASK) !== high)) {
        at = (at + 1) & mask
        value = slots[4 * at + 1]!
      }
      if (value === 0) return
      const candidate = weights[4 * at + 2]! + best[j + 1]!
      if (candidate >= score && (candidate > score || chosen[i] === NO_WORD) && !cutsRun(kinds, j)) {
        score = candidate
        best[i] = candidate
        next[i] = j + 1
        chosen[i] = slots[4 * at + 3]!
      }
      if ((value & INNER) === 0) return
      node = value & NODE_MASK
    }
  }

  /**
   * Where words of two units may begin, and a first look at their slots: nothing hangs on what is read, so the processor
   * waits for all of them at once and not for one after the other.
   */
  function lookAhead(units: Uint16Array, start: number, end: number): void {
    for (let i = start; i < end - 1; i++) {
      const bit = pairBit(units[i]!, units[i + 1]!)
      begins[i] = (pairs[bit >>> 5]! >>> (bit & 31)) & 1
    }
    begins[end - 1] = 0
    let all = 0
    for (let i = start; i < end - 1; i++)
      if (begins[i] === 1) all ^= slots[4 * firstSlot((units[i]! << 16) | units[i + 1]!, 0, mask)]!
    // Kept where nobody reads it, or a compiler would leave the look out.
    next[end] = all
  }

  function find(units: Uint16Array, kinds: Uint8Array, start: number, end: number): void {
    lookAhead(units, start, end)
    best[end] = 0
    for (let i = end - 1; i >= start; i--) {
      const unit = units[i]!
      let fallback = i + 1
      if (isAlphanumeric(kinds[i]!)) {
        if (i > start && isAlphanumeric(kinds[i - 1]!)) continue
        while (fallback < end && isAlphanumeric(kinds[fallback]!)) fallback++
      }
      const score = unknown + best[fallback]!
      const single = unitWeight[unit]! + best[i + 1]!
      const isWord = single >= score && !cutsRun(kinds, i)
      best[i] = isWord ? single : score
      next[i] = isWord ? i + 1 : fallback
      chosen[i] = isWord ? SINGLE_UNIT : NO_WORD
      if (begins[i] === 1) relax(units, kinds, i, end)
    }
  }

  const bytes = (): number => best.byteLength + next.byteLength + chosen.byteLength + begins.byteLength
  return { best, next, chosen, find, bytes }
}

export function createSegmenter(model: WordModel, capacity: number): Segmenter {
  const { unitWord } = model.trie.tables
  const paths = createPathFinder(model, capacity)
  const { best, next, chosen } = paths
  const tokens: Tokens = {
    start: new Int32Array(capacity + 2),
    end: new Int32Array(capacity + 2),
    word: new Int32Array(capacity + 2),
    count: 0,
  }

  function segmentRun(units: Uint16Array, kinds: Uint8Array, start: number, end: number): void {
    paths.find(units, kinds, start, end)
    let count = tokens.count
    for (let i = start; i < end; i = next[i]!) {
      tokens.start[count] = i
      tokens.end[count] = next[i]!
      tokens.word[count] = chosen[i] === SINGLE_UNIT ? unitWord[units[i]!]! : chosen[i]!
      count++
    }
    tokens.count = count
  }

  return {
    segment(text) {
      const { units, kinds, length } = text
      tokens.count = 0
      for (let i = 0; i < length;) {
        if (isBreak(kinds[i]!)) {
          i++
          continue
        }
        let end = i + 1
        while (end < length && !isBreak(kinds[end]!)) end++
        segmentRun(units, kinds, i, end)
        i = end
      }
      return tokens
    },
    bestSplit(word) {
      const units = Uint16Array.from({ length: word.length }, (_, i) => word.charCodeAt(i))
      const kinds = new Uint8Array(units.length + 1).fill(1, 0, units.length)
      paths.find(units, kinds, 0, units.length)
      return best[0]!
    },
    bytes: () => paths.bytes() + 3 * tokens.start.byteLength,
  }
}

const isAlphanumeric = (kind: number): boolean => kind === KIND_LATIN || kind === KIND_DIGIT
/** Would a word that ends with unit j end inside a run of letters and digits? Kinds reach one past the text. */
const cutsRun = (kinds: Uint8Array, j: number): boolean =>
  isAlphanumeric(kinds[j]!) && isAlphanumeric(kinds[j + 1]!)
const isBreak = (kind: number): boolean => kind === KIND_BREAK || kind === KIND_LINK

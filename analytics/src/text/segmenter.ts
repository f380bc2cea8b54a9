// Maximum-probability segmentation over the word graph (the dictionary part of jieba's method, without its hidden
// Markov model for unknown words: a word that no dictionary holds is never shown anyway).

import { KIND_BREAK, KIND_DIGIT, KIND_LATIN, KIND_LINK, type FoldedText } from './fold.ts'
import type { Trie } from './trie.ts'

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

/** What the segmenter reads: log probabilities by trie node (-Infinity: no word ends there), and of an unknown unit. */
export interface WordModel {
  readonly trie: Trie
  readonly nodeLog: Float32Array
  readonly unknown: number
}

export function createSegmenter(model: WordModel, capacity: number): Segmenter {
  const { trie, nodeLog, unknown } = model
  const best = new Float64Array(capacity + 3)
  const next = new Int32Array(capacity + 3)
  const chosen = new Int32Array(capacity + 3)
  const tokens: Tokens = {
    start: new Int32Array(capacity + 2),
    end: new Int32Array(capacity + 2),
    word: new Int32Array(capacity + 2),
    count: 0,
  }

  function relax(units: Uint16Array, kinds: Uint8Array, i: number, end: number): void {
    let fallback = i + 1
    if (isAlphanumeric(kinds[i]!)) while (fallback < end && isAlphanumeric(kinds[fallback]!)) fallback++
    let score = unknown + best[fallback]!
    let to = fallback
    let last = 0
    let node = trie.step(0, units[i]!)
    for (let j = i; node !== 0;) {
      const candidate = nodeLog[node]! + best[j + 1]!
      const cutsRun = isAlphanumeric(kinds[j]!) && isAlphanumeric(kinds[j + 1]!)
      if (candidate >= score && !cutsRun && (candidate > score || last === 0)) {
        score = candidate
        to = j + 1
        last = node
      }
      j++
      if (j >= end || (j === i + 1 && !trie.mayBegin(units[i]!, units[j]!))) break
      node = trie.step(node, units[j]!)
    }
    best[i] = score
    next[i] = to
    chosen[i] = last
  }

  function segmentRun(units: Uint16Array, kinds: Uint8Array, start: number, end: number): void {
    best[end] = 0
    for (let i = end - 1; i >= start; i--) {
      if (i > start && isAlphanumeric(kinds[i]!) && isAlphanumeric(kinds[i - 1]!)) continue
      relax(units, kinds, i, end)
    }
    for (let i = start; i < end; i = next[i]!) {
      tokens.start[tokens.count] = i
      tokens.end[tokens.count] = next[i]!
      tokens.word[tokens.count] = chosen[i] === 0 ? -1 : trie.wordAt(chosen[i]!)
      tokens.count++
    }
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
      best[units.length] = 0
      for (let i = units.length - 1; i >= 0; i--) relax(units, kinds, i, units.length)
      return best[0]!
    },
    bytes: () => best.byteLength + next.byteLength + chosen.byteLength + 3 * tokens.start.byteLength,
  }
}

const isAlphanumeric = (kind: number): boolean => kind === KIND_LATIN || kind === KIND_DIGIT
const isBreak = (kind: number): boolean => kind === KIND_BREAK || kind === KIND_LINK

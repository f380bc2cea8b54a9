// Words that no dictionary holds still have to be noticed when they surge. Pairs of neighbouring characters that the
// segmenter left over, and unknown words in letters, become ids in a bounded space at places a secret decides: an id
// says nothing about its spelling, is never shown, and only lets the detector count people. An operator learns the
// spelling from discovery.ts (five senders on) and approves it; from then on the word has an id of the vocabulary.

import { createKeyedHash } from '../privacy/sketch-hash.ts'
import { KIND_HAN, KIND_LATIN, type FoldedText } from './fold.ts'
import { FLAG_ADDED, FLAG_CONTENT, FLAG_GLUE, FLAG_STOP } from './lexicon.ts'
import type { Tokens } from './segmenter.ts'

/** Ids from here on are candidates: below it lie the words of the vocabulary. */
export const CANDIDATE_BASE = 0x20000000
const CANDIDATE_MASK = (1 << 20) - 1
const MAX_CANDIDATES = 24
const LONGEST_LETTERS = 24

export const isCandidate = (term: number): boolean => term >= CANDIDATE_BASE

/** A character pair stands for half a word: "澜悦湾" leaves two. */
export function wordsAmong(terms: readonly number[]): number {
  let candidates = 0
  for (const term of terms) if (isCandidate(term)) candidates++
  return terms.length - candidates + ((candidates + 1) >> 1)
}

export interface CandidateFinder {
  /** Appends distinct candidate ids of one segmented message to `out` from `count` on; returns the new count. */
  find(text: FoldedText, tokens: Tokens, marks: Uint8Array, out: Int32Array, count: number): number
}

/** `secret`: at least 16 random bytes that live in memory only. `flags` by word id, as in the lexicon. */
export function createCandidateFinder(secret: Uint8Array, flags: Uint8Array): CandidateFinder {
  const hash = createKeyedHash(secret, 0x63616e64)

  /** 1: a character left over; 2: an unknown word in letters; 0: neither. */
  function kindOf(text: FoldedText, tokens: Tokens, i: number, marks: Uint8Array): number {
    const start = tokens.start[i]!
    const length = tokens.end[i]! - start
    const word = tokens.word[i]!
    if (marks[start] === 1) return 0
    if (length > 1) {
      const letters = word < 0 && text.kinds[start] === KIND_LATIN
      return letters && length <= LONGEST_LETTERS && text.kinds[tokens.end[i]! - 1] === KIND_LATIN ? 2 : 0
    }
    if (text.kinds[start] !== KIND_HAN) return 0
    return word >= 0 && flags[word]! & (FLAG_STOP | FLAG_GLUE | FLAG_CONTENT | FLAG_ADDED) ? 0 : 1
  }

  function idOfLetters(units: Uint16Array, start: number, end: number): number {
    let a = 0
    for (let i = start; i < end; i += 2)
      a = hash(a, units[i]! | ((i + 1 < end ? units[i + 1]! : 0) << 16), i - start)
    return hash(a, end - start, 2)
  }

  return {
    find(text, tokens, marks, out, count) {
      const first = count
      const most = Math.min(out.length, count + MAX_CANDIDATES)
      let before = 0
      for (let i = 0; i < tokens.count && count < most; i++) {
        const kind = kindOf(text, tokens, i, marks)
        const start = tokens.start[i]!
        if (kind === 2) count = add(out, first, count, idOfLetters(text.units, start, tokens.end[i]!))
        else if (kind === 1 && before === 1 && tokens.end[i - 1] === start)
          count = add(out, first, count, hash(text.units[start - 1]!, text.units[start]!, 1))
        before = kind
      }
      return count
    },
  }
}

/** Appends the id of a hash unless it stands there from `first` on; returns the new count. */
function add(out: Int32Array, first: number, count: number, hashed: number): number {
  const id = CANDIDATE_BASE + (hashed & CANDIDATE_MASK)
  for (let i = first; i < count; i++) if (out[i] === id) return count
  out[count] = id
  return count + 1
}

// What the organisation adds to the vocabulary at run time: typed entries with synonyms, and approved words.

import { foldWord, type Fold } from './fold.ts'
import { FLAG_ADDED, type Lexicon } from './lexicon.ts'
import type { Segmenter } from './segmenter.ts'

export type TermType = 'place' | 'facility' | 'product' | 'service'

/** `term` is shown; each synonym counts as it. 2 to 20 UTF-16 units each. */
export interface GazetteerEntry {
  readonly term: string
  readonly type: TermType
  readonly synonyms?: readonly string[]
}

export interface AddedWords {
  readonly gazetteer: readonly GazetteerEntry[]
  readonly approved: readonly string[]
}

export interface AddedTerms {
  /** Replaces what was added before. Ids stay: a word that comes back has its old id. Throws RangeError when full. */
  replace(words: AddedWords): void
  /** The term that a word counts as: itself, or the entry it is a synonym of. */
  readonly termOf: Int32Array
  typeOf(term: number): TermType | undefined
}

const LONGEST_ADDED = 20
/** An added word beats the best split of itself by this much, so that it wins against what stands around it too. */
const ADVANTAGE = 2
const LEAST_COMMON = -13

export function createAddedTerms(fold: Fold, lexicon: Lexicon, segmenter: Segmenter): AddedTerms {
  const { trie, flags, logProbability, setLogProbability, dictionarySize } = lexicon
  const termOf = Int32Array.from({ length: flags.length }, (_, i) => i)
  const types = new Map<number, TermType>()
  const before = new Map<number, { flags: number; logProbability: number }>()

  function withdraw(): void {
    for (const [id, was] of before) {
      flags[id] = was.flags
      setLogProbability(id, was.logProbability)
      termOf[id] = id
    }
    before.clear()
    types.clear()
  }

  function add(word: string): number | undefined {
    const plain = foldWord(fold, word.trim())
    if (plain.length < 2 || plain.length > LONGEST_ADDED) return undefined
    const split = segmenter.bestSplit(plain)
    const id = trie.insert(plain)
    if (before.has(id)) return id
    {
      const fresh = id >= dictionarySize
      before.set(id, {
        flags: fresh ? 0 : flags[id]!,
        logProbability: fresh ? -Infinity : logProbability[id]!,
      })
    }
    flags[id] = flags[id]! | FLAG_ADDED
    setLogProbability(id, Math.max(logProbability[id]!, split + ADVANTAGE, LEAST_COMMON))
    return id
  }

  return {
    termOf,
    typeOf: (term) => types.get(term),
    replace({ gazetteer, approved }) {
      withdraw()
      for (const word of approved) add(word)
      for (const entry of gazetteer) {
        const id = add(entry.term)
        if (id === undefined) continue
        types.set(id, entry.type)
        for (const synonym of entry.synonyms ?? []) {
          const other = add(synonym)
          if (other !== undefined) termOf[other] = id
        }
      }
    },
  }
}

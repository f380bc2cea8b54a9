// Text of one message -> the terms worth counting and its polarity. Nothing else leaves, and nothing is kept.

import { CANDIDATE_BASE, createCandidateFinder } from './candidates.ts'
import { maskContactData } from './contact.ts'
import { createFold, createFoldedText, foldInto, foldWord } from './fold.ts'
import { createAddedTerms, type GazetteerEntry, type TermType } from './gazetteer.ts'
import { createLexicon, FLAG_ADDED, FLAG_CONTENT, FLAG_TERM, type Lexicon } from './lexicon.ts'
import { createNameTagger } from './names.ts'
import type { AnalyserResources } from './resources.ts'
import { createRosterMatcher, hashRoster, type HashedRoster, type RosterMatcher } from './roster.ts'
import { createSegmenter } from './segmenter.ts'
import { polarityOf, sentimentScore, type Polarity } from './sentiment.ts'

/** Term ids are dense and stable for the life of the analyser; the vocabulary holds no word that only messages held. */
export interface Vocabulary {
  /** '' for a candidate (candidates.ts), whose spelling is not known here. */
  word(id: number): string
  idOf(word: string): number | undefined
  /** Ids run from 0 to size - 1; grows only when the gazetteer or the approved words do. */
  readonly size: number
}

export interface AnalysedText {
  /** DISTINCT term ids of this message, the first `count` entries valid, candidates last; the next call overwrites them. */
  readonly terms: Int32Array
  readonly count: number
  readonly polarity: Polarity
}

export interface Analyser {
  /** The returned object and its buffer are reused by the next call. Units past MAX_TEXT_LENGTH are not looked at. */
  analyse(text: string): AnalysedText
  /** The sentiment score alone (above 0 leans positive), for calibration. */
  score(text: string): number
  readonly vocabulary: Vocabulary
  /** Replaces the typed entries; cheap, ids stay. Throws RangeError when there is no room for more words. */
  setGazetteer(entries: readonly GazetteerEntry[]): void
  /** Replaces the words an operator approved for showing. */
  setApprovedWords(words: readonly string[]): void
  /** Names of the organisation's people, hashed under a secret of at least 16 bytes; undefined takes them out. */
  setRoster(roster: HashedRoster | undefined, secret: Uint8Array): void
  /** The form in which a roster may be stored; hashed after the same folding as messages. */
  hashRoster(names: Iterable<string>, secret: Uint8Array): HashedRoster
  /** What kind of thing a gazetteer term is; undefined for a dictionary word. */
  typeOf(term: number): TermType | undefined
  bytes(): number
}

export interface AnalyserOptions {
  /** At least 16 random bytes that live in memory only; without it unknown words are not counted at all. */
  readonly candidateSecret?: Uint8Array
}

export const MAX_TEXT_LENGTH = 10_000
const MAX_TERMS = 128

export function createAnalyser(resources: AnalyserResources, options: AnalyserOptions = {}): Analyser {
  const fold = createFold(resources.traditional)
  const lexicon = createLexicon(fold, resources)
  const { trie, flags } = lexicon
  const text = createFoldedText(MAX_TEXT_LENGTH)
  const segmenter = createSegmenter(lexicon, MAX_TEXT_LENGTH)
  const added = createAddedTerms(fold, lexicon, segmenter)
  const names = createNameTagger(lexicon, resources.names, MAX_TEXT_LENGTH)
  const { candidateSecret } = options
  const unknown = candidateSecret && createCandidateFinder(candidateSecret, flags)
  const marks = new Uint8Array(MAX_TEXT_LENGTH + 3)
  const result = { terms: new Int32Array(MAX_TERMS), count: 0, polarity: 0 as Polarity }
  let gazetteer: readonly GazetteerEntry[] = []
  let approved: readonly string[] = []
  let roster: RosterMatcher | undefined

  function collect(): void {
    const tokens = segmenter.segment(text)
    names.tag(text, tokens, marks)
    roster?.mark(text, marks)
    const { terms } = result
    let count = 0
    for (let i = 0; i < tokens.count && count < MAX_TERMS; i++) {
      const word = tokens.word[i]!
      if (word < 0) continue
      const flag = flags[word]!
      if ((flag & (FLAG_CONTENT | FLAG_TERM | FLAG_ADDED)) === 0) continue
      if (isAmong(1, marks, tokens.start[i]!, tokens.end[i]!)) continue
      // Only what was added can be a synonym.
      const term = flag & FLAG_ADDED ? added.termOf[word]! : word
      if (!isAmong(term, terms, 0, count)) terms[count++] = term
    }
    result.count = unknown ? unknown.find(text, tokens, marks, terms, count) : count
  }

  return {
    analyse(message) {
      foldInto(fold, message, text)
      result.polarity = polarityOf(sentimentScore(resources.sentiment, text), resources.sentiment.margins)
      maskContactData(text)
      collect()
      return result
    },
    score(message) {
      foldInto(fold, message, text)
      return sentimentScore(resources.sentiment, text)
    },
    vocabulary: {
      word: (id) => (id >= CANDIDATE_BASE ? '' : trie.word(id)),
      idOf: (word) => trie.find(foldWord(fold, word)),
      get size() {
        return trie.size
      },
    },
    setGazetteer(entries) {
      gazetteer = entries
      added.replace({ gazetteer, approved })
    },
    setApprovedWords(words) {
      approved = words
      added.replace({ gazetteer, approved })
    },
    setRoster(hashed, secret) {
      roster = hashed === undefined ? undefined : createRosterMatcher(hashed, secret)
    },
    hashRoster: (people, secret) => hashRoster(fold, people, secret),
    typeOf: added.typeOf,
    bytes: () => bytesOf(lexicon, [marks, added.termOf, resources.sentiment.weights]) + segmenter.bytes(),
  }
}

/** A message has few terms: to look through them costs less than a table of all words. */
function isAmong(value: number, list: Uint8Array | Int32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (list[i] === value) return true
  return false
}

const FOLD_BYTES = 3 * 65536

function bytesOf(lexicon: Lexicon, arrays: readonly { readonly byteLength: number }[]): number {
  const own = [lexicon.flags, lexicon.logProbability, ...arrays]
  return own.reduce((sum, array) => sum + array.byteLength, lexicon.trie.bytes() + FOLD_BYTES)
}

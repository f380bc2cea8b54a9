// The words the product may show: the segmenter's dictionary by part of speech, less stop words, plus what the
// organisation adds at run time (gazetteer and approved words).

import { foldWord, type Fold } from './fold.ts'
import { createTrie, type Trie } from './trie.ts'

export const FLAG_CONTENT = 1
export const FLAG_NAME = 2
export const FLAG_STOP = 4
/** Added at run time: shown whatever its part of speech. */
export const FLAG_ADDED = 8
/** A single character that joins words rather than being part of a name: pronoun, particle, number, everyday verb. */
export const FLAG_GLUE = 16
/** A rare place or brand of two characters: after a surname it reads as a person as well. */
export const FLAG_PROPER = 32
/** Counts as a term like content, though not by a tag of content; apart from it because the name tagger was trained without. */
export const FLAG_TERM = 64

export interface Lexicon {
  readonly trie: Trie
  readonly flags: Uint8Array
  /** By word id; -Infinity takes a word out. The segmenter reads it from the trie: change it through setLogProbability. */
  readonly logProbability: Float32Array
  setLogProbability(id: number, value: number): void
  /** Log probability of a unit that no word covers: a word seen once. */
  readonly unknown: number
  readonly dictionarySize: number
}

export interface LexiconSources {
  /** Lines of "word frequency tag", as jieba's dict.txt. */
  readonly dictionary: string
  readonly stopWords: readonly string[]
  /** Words that the dictionary tags as names of people, places or brands and that nobody takes for a person. */
  readonly notNames: readonly string[]
  /** Words of two characters or more that carry a subject though the dictionary tags them as function words. */
  readonly contentWords: readonly string[]
}

const CONTENT_TAGS = new Set([
  'n',
  'ns',
  'nt',
  'nz',
  'ng',
  'v',
  'vn',
  'vd',
  'a',
  'an',
  'ad',
  'i',
  'j',
  'l',
  's',
  'eng',
])
/** Times and feasts (中秋), distinctions (慢性), states (麻辣): subjects, less the stop words. */
const TERM_TAGS = new Set(['t', 'b', 'z'])
const PROPER_TAGS = new Set(['ns', 'nz'])
/** Dictionary frequency below which a place or brand is less likely meant than a person of that name. */
const PROPER_COMMON = 100
const isNameTag = (tag: string): boolean => tag.startsWith('nr')

/** Room for words added at run time. */
export const ADDED_WORDS = 32_768
const ADDED_NODES = 131_072
/** Dictionary frequency from which a word counts as common. */
const COMMON = 1000

const GLUE_TAGS = new Set('rupcdmyekoqzfv'.split(''))
/** Verbs and the like rarer than this may be part of a name. */
const GLUE_FREQUENCY: Readonly<Record<string, number>> = {
  v: 10_000,
  f: 10_000,
  q: 5_000,
  z: 5_000,
  d: 5_000,
}

function isGlue(tag: string, count: number): boolean {
  const kind = tag[0] ?? ''
  return GLUE_TAGS.has(kind) && count >= (GLUE_FREQUENCY[kind] ?? 0)
}

function tagFlags(tag: string, word: string, count: number, notNames: ReadonlySet<string>): number {
  if (word.length === 1 && isGlue(tag, count)) return FLAG_GLUE
  if (isNameTag(tag) && !notNames.has(word)) return FLAG_NAME
  if (word.length < 2) return 0
  if (TERM_TAGS.has(tag)) {
    // Among them names of people hide: those of three characters, and the rare ones.
    const named = word.length === 3 || (word.length === 2 && count < PROPER_COMMON)
    return named && !notNames.has(word) ? FLAG_TERM | FLAG_PROPER : FLAG_TERM
  }
  if (!(CONTENT_TAGS.has(tag) || isNameTag(tag))) return 0
  const rare = word.length === 2 && PROPER_TAGS.has(tag) && count < PROPER_COMMON && !notNames.has(word)
  return rare ? FLAG_CONTENT | FLAG_PROPER : FLAG_CONTENT
}

/** Throws Error if the dictionary has no usable line. */
export function createLexicon(fold: Fold, sources: LexiconSources): Lexicon {
  const lines = sources.dictionary.split('\n')
  const room = lines.length + ADDED_WORDS
  const trie = createTrie(Math.ceil(lines.length * 1.8) + ADDED_NODES, room)
  const flags = new Uint8Array(room)
  const frequency = new Float64Array(room)
  const notNames = new Set(sources.notNames)
  let total = 0
  // Common words first, so that what most messages need lies together in memory.
  for (const [least, below] of [
    [COMMON, Infinity],
    [0, COMMON],
  ] as const) {
    for (const line of lines) {
      const [word, count, tag] = line.split(' ')
      const n = Number(count)
      if (!word || !tag || n < least || n >= below) continue
      const plain = foldWord(fold, word)
      const id = trie.insert(plain)
      frequency[id] = frequency[id]! + n
      total += n
      // Traditional and simplified spellings meet in one word: it is a name if either is.
      flags[id] = mergeFlags(flags[id]!, tagFlags(tag.trim(), plain, n, notNames))
    }
  }
  if (trie.size === 0 || !(total > 0)) throw new Error('the dictionary holds no line of "word frequency tag"')
  for (const word of sources.stopWords) {
    const id = trie.find(foldWord(fold, word))
    if (id !== undefined) flags[id] = FLAG_STOP
  }
  for (const word of sources.contentWords) {
    const id = trie.find(foldWord(fold, word))
    if (id !== undefined && (flags[id]! & FLAG_NAME) === 0) flags[id] = flags[id]! | FLAG_TERM
  }
  const logProbability = new Float32Array(frequency.length).fill(-Infinity)
  const setLogProbability = (id: number, value: number): void => {
    logProbability[id] = value
    trie.setWeight(id, value)
  }
  const logOf = (id: number | undefined): number => Math.log(Math.max(1, frequency[id ?? -1] ?? 0) / total)
  for (let id = 0; id < trie.size; id++) setLogProbability(id, logOf(id))
  // Two everyday characters side by side outweigh a rare word of both (报到): what is listed stays whole.
  for (const word of sources.contentWords) {
    const plain = foldWord(fold, word)
    const id = trie.find(plain)
    const apart = [...plain].reduce((sum, unit) => sum + logOf(trie.find(unit)), 0)
    if (id !== undefined && apart >= logProbability[id]!) setLogProbability(id, apart + 0.01)
  }
  const unknown = Math.log(1 / total)
  return { trie, flags, logProbability, setLogProbability, unknown, dictionarySize: trie.size }
}

const mergeFlags = (a: number, b: number): number => ((a | b) & FLAG_NAME ? FLAG_NAME : a | b)

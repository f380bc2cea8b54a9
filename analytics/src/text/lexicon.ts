// The words the product may show: the segmenter's dictionary by part of speech, less stop words, plus what the
// organisation adds at run time (gazetteer and approved words).

import { foldWord, type Fold } from './fold.ts'
import { createTrie, type Trie } from './trie.ts'

export const FLAG_CONTENT = 1
export const FLAG_NAME = 2
export const FLAG_STOP = 4
/** Added at run time: shown whatever its part of speech. */
export const FLAG_ADDED = 8

export interface Lexicon {
  readonly trie: Trie
  readonly flags: Uint8Array
  readonly logProbability: Float32Array
  /** Log probability of a unit that no word covers: a word seen once. */
  readonly unknown: number
  readonly dictionarySize: number
}

export interface LexiconSources {
  /** Lines of "word frequency tag", as jieba's dict.txt. */
  readonly dictionary: string
  readonly stopWords: readonly string[]
  /** Words that the dictionary tags as names of people though they are ordinary words. */
  readonly notNames: readonly string[]
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
const isNameTag = (tag: string): boolean => tag.startsWith('nr')

/** Room for words added at run time. */
export const ADDED_WORDS = 32_768
const ADDED_NODES = 131_072

function tagFlags(tag: string, word: string, notNames: ReadonlySet<string>): number {
  if (isNameTag(tag) && !notNames.has(word)) return FLAG_NAME
  return word.length >= 2 && (CONTENT_TAGS.has(tag) || isNameTag(tag)) ? FLAG_CONTENT : 0
}

function countLines(text: string): number {
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

/** Throws Error if the dictionary has no usable line. */
export function createLexicon(fold: Fold, sources: LexiconSources): Lexicon {
  const lines = countLines(sources.dictionary)
  const trie = createTrie(Math.ceil(lines * 1.8) + ADDED_NODES, lines + ADDED_WORDS)
  const flags = new Uint8Array(lines + ADDED_WORDS)
  const frequency = new Float64Array(lines + ADDED_WORDS)
  const notNames = new Set(sources.notNames)
  let total = 0
  for (const line of sources.dictionary.split('\n')) {
    const [word, count, tag] = line.split(' ')
    if (!word || !tag) continue
    const plain = foldWord(fold, word)
    const id = trie.insert(plain)
    frequency[id] = frequency[id]! + Number(count)
    total += Number(count)
    // Traditional and simplified spellings meet in one word: it is a name if either is.
    flags[id] = mergeFlags(flags[id]!, tagFlags(tag.trim(), plain, notNames))
  }
  if (trie.size === 0 || !(total > 0)) throw new Error('the dictionary holds no line of "word frequency tag"')
  for (const word of sources.stopWords) {
    const id = trie.find(foldWord(fold, word))
    if (id !== undefined) flags[id] = FLAG_STOP
  }
  const logProbability = new Float32Array(frequency.length).fill(-Infinity)
  for (let id = 0; id < trie.size; id++) logProbability[id] = Math.log(Math.max(1, frequency[id]!) / total)
  return { trie, flags, logProbability, unknown: Math.log(1 / total), dictionarySize: trie.size }
}

const mergeFlags = (a: number, b: number): number => ((a | b) & FLAG_NAME ? FLAG_NAME : a | b)

// The only place under text/ that reads files: the dictionary of @node-rs/jieba and the files shipped in weights/.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Margins, SentimentModel } from './sentiment.ts'

/** Plain data; nothing in it is derived from an organisation's messages. */
export interface AnalyserResources {
  /** Lines of "word frequency tag". */
  readonly dictionary: string
  /** Pairs of characters, traditional before simplified. */
  readonly traditional: string
  readonly stopWords: readonly string[]
  readonly notNames: readonly string[]
  readonly sentiment: SentimentModel
}

export interface ResourceOptions {
  /** Folder of the shipped files; default: weights/ of this package. */
  readonly weights?: string
  /** Path of the segmenter's dictionary; default: the one in @node-rs/jieba. */
  readonly dictionary?: string
}

interface SentimentFile {
  readonly scale: number
  readonly bias: number
  readonly margins: Margins
}

const wordsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => line.split(/\s+/))
    .filter((word) => word !== '')

/** Throws Error with the path in its message when a file is missing or malformed. */
export function loadAnalyserResources(options: ResourceOptions = {}): AnalyserResources {
  const folder = options.weights ?? fileURLToPath(new URL('../../weights/', import.meta.url))
  const dictionary = options.dictionary ?? createRequire(import.meta.url).resolve('@node-rs/jieba/dict.txt')
  const text = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8')
  const head = JSON.parse(text('sentiment.json')) as SentimentFile
  const bytes = readFileSync(`${folder}/sentiment.bin`)
  if (bytes.length === 0 || (bytes.length & (bytes.length - 1)) !== 0) {
    throw new Error(`${folder}/sentiment.bin holds ${bytes.length} bytes, not a power of two`)
  }
  const weights = new Int8Array(bytes.length)
  weights.set(bytes)
  return {
    dictionary: readFileSync(dictionary, 'utf8'),
    traditional: text('t2s.txt'),
    stopWords: wordsOf(text('stop-words.txt')),
    notNames: wordsOf(text('not-names.txt')),
    sentiment: { weights, scale: head.scale, bias: head.bias, margins: head.margins },
  }
}

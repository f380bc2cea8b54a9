// The only place under text/ that reads files: the dictionary of @node-rs/jieba and the files shipped in weights/.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { CalledElsewhere } from './calibration.ts'
import type { LexiconSources } from './lexicon.ts'
import type { NameModel } from './names.ts'
import type { Margins, SentimentModel } from './sentiment.ts'

/** Plain data; nothing in it is derived from an organisation's messages. */
export interface AnalyserResources {
  /** Lines of "word frequency tag". */
  readonly dictionary: string
  /** Pairs of characters, traditional before simplified. */
  readonly traditional: string
  readonly stopWords: readonly string[]
  readonly notNames: readonly string[]
  readonly contentWords: readonly string[]
  readonly sentiment: SentimentModel
  /** What calibration of `sentiment` starts from. */
  readonly calledElsewhere: readonly CalledElsewhere[]
  readonly names: NameModel
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
  /** By the name of the domain. */
  readonly calledElsewhere: Readonly<Record<string, CalledElsewhere>>
}

const wordsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => line.split(/\s+/))
    .filter((word) => word !== '')

/** A table of weights; its length must be a power of two, since slots are hashes cut to their first bits. */
function tableOf(path: string): Int8Array {
  const bytes = readFileSync(path)
  if (bytes.length === 0 || (bytes.length & (bytes.length - 1)) !== 0) {
    throw new Error(`${path} holds ${bytes.length} bytes, not a power of two`)
  }
  const weights = new Int8Array(bytes.length)
  weights.set(bytes)
  return weights
}

/** Path of the dictionary that ships in @node-rs/jieba. */
export const dictionaryPath = (): string => createRequire(import.meta.url).resolve('@node-rs/jieba/dict.txt')

const weightsFolder = (): string => fileURLToPath(new URL('../../weights/', import.meta.url))

/** The surnames alone, which training needs before there are weights. */
export function loadSurnames(folder: string = weightsFolder()): { surnames: string; compound: string[] } {
  const [surnames, ...compound] = wordsOf(readFileSync(`${folder}/surnames.txt`, 'utf8'))
  return { surnames: surnames ?? '', compound }
}

/** The dictionary and the lists around it, without any trained weights. */
export function loadLexiconSources(
  options: ResourceOptions = {},
): LexiconSources & { readonly traditional: string } {
  const folder = options.weights ?? weightsFolder()
  const text = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8')
  return {
    dictionary: readFileSync(options.dictionary ?? dictionaryPath(), 'utf8'),
    traditional: text('t2s.txt'),
    stopWords: wordsOf(text('stop-words.txt')),
    notNames: wordsOf(text('not-names.txt')),
    contentWords: wordsOf(text('content-words.txt')),
  }
}

/** Throws Error with the path in its message when a file is missing or malformed. */
export function loadAnalyserResources(options: ResourceOptions = {}): AnalyserResources {
  const folder = options.weights ?? weightsFolder()
  const head = <T>(name: string): T => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as T
  const sentiment = head<SentimentFile>('sentiment.json')
  const names = head<{ threshold: number }>('names.json')
  return {
    ...loadLexiconSources(options),
    sentiment: {
      weights: tableOf(`${folder}/sentiment.bin`),
      scale: sentiment.scale,
      bias: sentiment.bias,
      margins: sentiment.margins,
    },
    calledElsewhere: Object.values(sentiment.calledElsewhere),
    names: { weights: tableOf(`${folder}/names.bin`), threshold: names.threshold, ...loadSurnames(folder) },
  }
}

// The hand-written polarity lexicon as prior weights on hashed n-grams.

import { createFoldedText, foldInto, foldWord, type Fold } from '../src/text/fold.ts'
import { sentimentFeatures } from '../src/text/sentiment.ts'
import type { Weights } from './linear.ts'

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

const NEGATORS = '不没无未'
const DENIALS = `${NEGATORS}别`

/** Words of the dictionary seldomer than this are left out of the ordinary ones. */
const OFTEN = 50

/**
 * Words of two characters that the segmenter's dictionary (lines of "word frequency tag") holds, names of people and
 * denials left out: what a polar character means inside one of them is not its own meaning (黑板, 苦瓜).
 */
export function ordinaryWords(fold: Fold, dictionary: string): string[] {
  const words = new Set<string>()
  for (const line of dictionary.split('\n')) {
    const [word, frequency, tag] = line.trim().split(' ')
    if (word?.length !== 2 || Number(frequency) < OFTEN || tag?.startsWith('nr') === true) continue
    const folded = foldWord(fold, word)
    if (!DENIALS.includes(folded[0]!)) words.add(folded)
  }
  return [...words]
}

/** How strongly a negator in reach turns a two-character word round, as a multiple of its strength: 不太好吃 is a mild complaint. */
const TURN = 1.2
/** A long word whose parts already say this share of its strength adds nothing: correcting it on its two ends would
 * change what 太满意 says for the sake of 不太满意. */
const SAID = 0.5
/** An ordinary word is made neutral if its parts say more than this. */
const STRAY = 0.3
const LEAD = '的的的'

/** The trigrams that carry a word of more than three units: its two ends, or those of them that hold its negation. */
function endsOf(word: string): string[] {
  const ends = [word.slice(0, 3), word.slice(-3)]
  const negated = ends.filter((end) => [...DENIALS].some((unit) => end.includes(unit)))
  return negated.length > 0 ? negated : ends
}

/**
 * Prior weights by feature. A word's strength is the sum of all n-grams inside it, so that 不满意 can contain 满意: shorter
 * words first, and each gets what its parts do not say already. A word above three units puts that on its ends, unless
 * its parts say most of it. `ordinary` words that are none of the lexicon's come out as 0.
 */
export function priorWeights(
  fold: Fold,
  words: readonly LexiconWord[],
  ordinary: readonly string[] = [],
): Weights {
  const prior: Weights = new Map()
  const add = (feature: number, weight: number): void => {
    prior.set(feature, (prior.get(feature) ?? 0) + weight)
  }
  const text = createFoldedText(64)
  const buffer = new Int32Array(512)
  const featuresOf = (string: string): Int32Array => {
    foldInto(fold, string, text)
    return buffer.slice(0, sentimentFeatures(text, buffer))
  }
  // The last unit of a text adds its single, pair and triple in this order, then the negated pair if a negator reaches it.
  const featureOf = (gram: string): number =>
    featuresOf(LEAD + gram)[featuresOf(LEAD + gram.slice(0, -1)).length + gram.length - 1]!
  const negatedFeature = (pair: string): number => featuresOf(`不的${pair}`).at(-1)!
  const leadCount = featuresOf(LEAD).length
  const known = new Set(words.map(({ word }) => word))
  const neutral = ordinary.filter((word) => !known.has(word)).map((word) => ({ word, strength: 0 }))
  for (const { word, strength } of [...words, ...neutral].sort((a, b) => a.word.length - b.word.length)) {
    let said = 0
    for (const feature of featuresOf(LEAD + word).subarray(leadCount)) said += prior.get(feature) ?? 0
    if (strength === 0 ? Math.abs(said) < STRAY : word.length > 3 && said / strength >= SAID) continue
    const grams = word.length <= 3 ? [word] : endsOf(word)
    for (const gram of grams) add(featureOf(gram), (strength - said) / grams.length)
    if (strength !== 0 && word.length === 2 && !NEGATORS.includes(word[0]!))
      add(negatedFeature(word), -TURN * strength)
  }
  return prior
}

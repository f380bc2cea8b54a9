// Names of people: what this file marks never becomes a term. Two layers meet here: the dictionary's own tags (a rare place or
// brand that begins with a surname counts as a name), and a linear tagger over candidates (a surname and one or two characters)
// trained by analytics/train/names.ts. It errs on the side of hiding. The other layers stand elsewhere: roster.ts, the approval
// of unknown words, the five-people floor.

import { KIND_HAN, type FoldedText } from './fold.ts'
import { FLAG_ADDED, FLAG_CONTENT, FLAG_NAME, FLAG_PROPER, type Lexicon } from './lexicon.ts'
import type { Tokens } from './segmenter.ts'

/** `weights.length` is a power of two; a candidate is a name when its weights sum above `threshold`. */
export interface NameModel {
  readonly weights: Int8Array
  readonly threshold: number
  /** Single-character surnames. */
  readonly surnames: string
  /** Surnames of two characters. */
  readonly compound: readonly string[]
}

/** Marks the units of one message that belong to a name of a person. */
export interface NameTagger {
  /** marks[i] = 1 for each unit of a name; earlier marks within the text are cleared. */
  tag(text: FoldedText, tokens: Tokens, marks: Uint8Array): void
}

/** What the features of a candidate are taken from. */
export interface NameContext {
  readonly units: Uint16Array
  readonly kinds: Uint8Array
  readonly length: number
  /** boundary[i] = 1 where a token starts. */
  readonly boundary: Uint8Array
  /** The token that starts at a unit: word id or -1. */
  readonly wordAt: Int32Array
  readonly endAt: Int32Array
}

export const NAME_FEATURES = 15
const slot = (type: number, a: number, b: number, shift: number): number => {
  const h = Math.imul(Math.imul(type, 0x9e3779b1) ^ a, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)
  return Math.imul(h ^ (h >>> 15), 0x27d4eb2f) >>> shift
}

/** How common the two-character word inside a given name is: names that are words need more evidence. */
function wordBucket(context: NameContext, lexicon: Lexicon, at: number, size: number): number {
  if (context.boundary[at] !== 1 || context.endAt[at]! - at !== size) return 0
  const word = context.wordAt[at]!
  if (word < 0) return 1
  const flags = lexicon.flags[word]!
  const kind = flags & FLAG_NAME ? 2 : flags & FLAG_CONTENT ? 3 : 4
  return kind * 8 + Math.min(7, Math.max(0, Math.floor((lexicon.logProbability[word]! + 18) / 1.5)))
}

/** Slots of the candidate that starts at `start` with a surname of `head` and a given name of `given` units. */
export function nameFeatures(
  context: NameContext,
  lexicon: Lexicon,
  start: number,
  head: number,
  given: number,
  out: Int32Array,
  shift: number,
): void {
  const { units, boundary } = context
  const end = start + head + given
  const surname = units[start + head - 1]!
  const first = units[start + head]!
  const last = units[end - 1]!
  const before = start > 0 ? units[start - 1]! : 1
  const before2 = start > 1 ? units[start - 2]! : 1
  const after = end < context.length ? units[end]! : 2
  const after2 = end + 1 < context.length ? units[end + 1]! : 2
  let pattern = given * 4 + head
  for (let i = start; i <= end; i++) pattern = pattern * 2 + (i === context.length ? 1 : boundary[i]!)
  const whole = wordBucket(context, lexicon, start, head + given)
  const inner = wordBucket(context, lexicon, start + head, given)
  out[0] = slot(1, surname, pattern, shift)
  out[1] = slot(2, first, given, shift)
  out[2] = slot(3, last, given, shift)
  out[3] = slot(4, first, last, shift)
  out[4] = slot(5, before, given, shift)
  out[5] = slot(6, after, given, shift)
  out[6] = slot(7, after, after2, shift)
  out[7] = slot(8, before, surname, shift)
  out[8] = slot(9, last, after, shift)
  out[9] = slot(10, pattern, 0, shift)
  out[10] = slot(11, surname, first, shift)
  out[11] = slot(12, whole, inner, shift)
  out[12] = slot(13, before2, before, shift)
  out[13] = slot(14, inner, surname, shift)
  out[14] = slot(15, surname, head, shift)
}

export interface FillableContext extends NameContext {
  fill(text: FoldedText, tokens: Tokens): void
}

/** Token boundaries by unit, rebuilt for each message. */
export function createNameContext(
  capacity: number,
): NameContext & { fill(text: FoldedText, tokens: Tokens): void } {
  const context = {
    units: new Uint16Array(0) as Uint16Array,
    kinds: new Uint8Array(0) as Uint8Array,
    length: 0,
    boundary: new Uint8Array(capacity + 3),
    wordAt: new Int32Array(capacity + 3),
    endAt: new Int32Array(capacity + 3),
    fill(text: FoldedText, tokens: Tokens): void {
      context.units = text.units
      context.kinds = text.kinds
      context.length = text.length
      context.boundary.fill(0, 0, text.length + 2)
      for (let t = 0; t < tokens.count; t++) {
        const start = tokens.start[t]!
        context.boundary[start] = 1
        context.boundary[tokens.end[t]!] = 1
        context.wordAt[start] = tokens.word[t]!
        context.endAt[start] = tokens.end[t]!
      }
    },
  }
  return context
}

export interface Surnames {
  /** 1 for a unit that is a surname, 2 for one that begins a surname of two. */
  readonly kind: Uint8Array
  isCompound(first: number, second: number): boolean
}

export function surnameTable(model: Pick<NameModel, 'surnames' | 'compound'>): Surnames {
  const kind = new Uint8Array(65536)
  const pairs = new Set<number>()
  for (let i = 0; i < model.surnames.length; i++) kind[model.surnames.charCodeAt(i)] = 1
  for (const name of model.compound) {
    const first = name.charCodeAt(0)
    kind[first] = kind[first]! | 2
    pairs.add(first * 65536 + name.charCodeAt(1))
  }
  return { kind, isCompound: (first, second) => pairs.has(first * 65536 + second) }
}

export function createNameTagger(lexicon: Lexicon, model: NameModel, capacity: number): NameTagger {
  const surnames = surnameTable(model)
  const { weights, threshold } = model
  const shift = Math.clz32(weights.length) + 1
  const features = new Int32Array(NAME_FEATURES)
  const context = createNameContext(capacity)

  function score(start: number, head: number, given: number): number {
    const end = start + head + given
    const { kinds, boundary, endAt, wordAt } = context
    if (end > context.length) return -Infinity
    for (let i = start + head; i < end; i++) if (kinds[i] !== KIND_HAN) return -Infinity
    const whole = boundary[start] === 1 && endAt[start] === end ? wordAt[start]! : -1
    if (whole >= 0 && lexicon.flags[whole]! & FLAG_ADDED) return -Infinity
    nameFeatures(context, lexicon, start, head, given, features, shift)
    let sum = 0
    for (let k = 0; k < NAME_FEATURES; k++) sum += weights[features[k]!]!
    return sum
  }

  /** Units of the best candidate that starts here, 0 if none passes. */
  function bestAt(start: number): number {
    const kind = surnames.kind[context.units[start]!]!
    let best = threshold
    let size = 0
    for (let head = 1; head <= 2; head++) {
      if (head === 1 && !(kind & 1)) continue
      if (head === 2 && !surnames.isCompound(context.units[start]!, context.units[start + 1]!)) continue
      for (let given = 1; given <= 2; given++) {
        const value = score(start, head, given)
        if (value > best || (value === best && size > 0)) {
          best = value
          size = head + given
        }
      }
    }
    return size
  }

  return {
    tag(text, tokens, marks) {
      marks.fill(0, 0, text.length + 1)
      context.fill(text, tokens)
      const { units, kinds, length } = text
      const { kind } = surnames
      for (let t = 0; t < tokens.count; t++) {
        const word = tokens.word[t]!
        const flag = word < 0 ? 0 : lexicon.flags[word]!
        if ((flag & (FLAG_NAME | FLAG_PROPER)) === 0 || flag & FLAG_ADDED) continue
        const start = tokens.start[t]!
        if (!(flag & FLAG_NAME) && !(kind[units[start]!]! & 1)) continue
        if (tokens.end[t]! - start >= 2) marks.fill(1, start, tokens.end[t]!)
      }
      for (let i = 0; i < length; i++) {
        if (kind[units[i]!] === 0 || kinds[i] !== KIND_HAN) continue
        const size = bestAt(i)
        if (size === 0) continue
        marks.fill(1, i, i + size)
        i += size - 1
      }
    },
  }
}

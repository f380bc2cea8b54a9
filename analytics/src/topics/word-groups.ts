/**
 * Brings together what belongs to one word: pairs of a word and a place (of a message, say) come in any order and are
 * visited word by word, each word's places in the order in which they came. Two steps of a radix sort that write to few
 * places at a time: a table kept by word would cost a wait for memory at each pair. Memory only.
 */
import { CANDIDATE_BASE } from '../text/candidates.ts'

export interface WordGroups {
  /**
   * Groups what `read` gives: it calls `pairs` with arrays of (word, place) pairs and the part of them that counts, in
   * integers, and is called twice. Places are told apart by their distance from `base`, below 2^placeBits.
   */
  group(read: (pairs: (from: Int32Array, start: number, end: number) => void) => void, base: number): void
  /** every word with its places, each less `base`: places[start] to places[end - 1]; valid during the call only */
  each(visit: (word: number, places: Int32Array, start: number, end: number) => void): void
  /** places of one word, each less `base`, as in the last grouping */
  of(word: number): number[]
  bytes(): number
}

const bucketBits = 10
const buckets = 1 << bucketBits
/** words below 2^21 and candidates, of which there are 2^20 */
const codeBits = 22
const keys = 1 << (codeBits - bucketBits)
const knownCodes = 1 << (codeBits - 1)

/** `placeBits`: at most 19. */
export function createWordGroups(placeBits: number): WordGroups {
  const placeMask = (1 << placeBits) - 1
  const ends = new Int32Array(buckets + 1)
  const seen = new Int32Array(keys)
  const touched = new Int32Array(keys)
  let grouped = new Int32Array(0)
  let places = new Int32Array(0)

  function count(pairs: Int32Array, start: number, end: number): void {
    for (let i = start; i < end; i += 2) ends[pairs[i]! & (buckets - 1)]!++
  }

  function scatter(pairs: Int32Array, start: number, end: number, base: number): void {
    for (let i = start; i < end; i += 2) {
      const code = codeOf(pairs[i]!)
      grouped[ends[code & (buckets - 1)]!++] =
        ((code >>> bucketBits) << placeBits) | ((pairs[i + 1]! - base) & placeMask)
    }
  }

  function visitBucket(
    bucket: number,
    visit: (word: number, places: Int32Array, start: number, end: number) => void,
  ): void {
    const [start, end] = [bucket === 0 ? 0 : ends[bucket - 1]!, ends[bucket]!]
    let different = 0
    for (let i = start; i < end; i++) {
      const key = grouped[i]! >>> placeBits
      if (seen[key]!++ === 0) touched[different++] = key
    }
    let at = 0
    for (let t = 0; t < different; t++) {
      const many = seen[touched[t]!]!
      seen[touched[t]!] = at
      at += many
    }
    for (let i = start; i < end; i++) places[seen[grouped[i]! >>> placeBits]!++] = grouped[i]! & placeMask
    at = 0
    for (let t = 0; t < different; t++) {
      const key = touched[t]!
      visit(wordOf((key << bucketBits) | bucket), places, at, seen[key]!)
      at = seen[key]!
      seen[key] = 0
    }
  }

  return {
    group(read, base) {
      ends.fill(0)
      read(count)
      let [total, most] = [0, 0]
      for (let bucket = 0; bucket < buckets; bucket++) {
        const size = ends[bucket]!
        ends[bucket] = total
        total += size
        most = Math.max(most, size)
      }
      if (grouped.length < total) grouped = new Int32Array(roomFor(total))
      if (places.length < most) places = new Int32Array(roomFor(most))
      read((pairs, start, end) => scatter(pairs, start, end, base))
    },
    each(visit) {
      for (let bucket = 0; bucket < buckets; bucket++) visitBucket(bucket, visit)
    },
    of(word) {
      const code = codeOf(word)
      const bucket = code & (buckets - 1)
      const key = code >>> bucketBits
      const found: number[] = []
      for (let i = bucket === 0 ? 0 : ends[bucket - 1]!; i < ends[bucket]!; i++)
        if (grouped[i]! >>> placeBits === key) found.push(grouped[i]! & placeMask)
      return found
    },
    bytes: () =>
      ends.byteLength + seen.byteLength + touched.byteLength + grouped.byteLength + places.byteLength,
  }
}

/** Twice what is needed now, so that a growing log makes room seldom. */
const roomFor = (n: number): number => 1 << Math.max(10, 33 - Math.clz32(n - 1))

function codeOf(word: number): number {
  const inHalf = word < CANDIDATE_BASE ? word : word - CANDIDATE_BASE
  if (inHalf >>> (codeBits - 1) !== 0) throw new RangeError(`no word has the number ${word}`)
  return word < CANDIDATE_BASE ? word : inHalf + knownCodes
}

const wordOf = (code: number): number => (code < knownCodes ? code : code - knownCodes + CANDIDATE_BASE)

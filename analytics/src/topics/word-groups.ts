/**
 * Brings together what belongs to one word: pairs of a word and a place (of a message, say) come in any order and are
 * visited word by word, each word's places in the order in which they came, with what `tags` says of the place (whose
 * message, say). Two steps of a radix sort that write to few places at a time: a table kept by word, or a look at the
 * message of each place, would cost a wait for memory at each pair. Memory only.
 */
import { CANDIDATE_BASE } from '../text/candidates.ts'

export type ReadPairs = (from: Int32Array, start: number, end: number) => void

/** Places, each less the base, and their tags side by side; valid during one visit only. */
export interface Said {
  places: Int32Array
  tags: Int32Array
}

export interface WordGroups {
  /**
   * Groups what `read` gives: it calls `pairs` with arrays of (word, place) pairs and the part of them that counts, in
   * integers, and is called twice. Places are told apart by their distance from `base`, below 2^placeBits, by which `tags`
   * are found too.
   */
  group(read: (pairs: ReadPairs) => void, base: number, tags: Int32Array): void
  /** every word that has at least `least` places: those from `start` to `end` - 1 */
  each(least: number, visit: (word: number, said: Said, start: number, end: number) => void): void
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
  const layout = createLayout(placeBits)
  /** a place below its word's key, and its tag */
  let grouped = new Int32Array(0)

  function count(pairs: Int32Array, start: number, end: number): void {
    for (let i = start; i < end; i += 2) ends[pairs[i]! & (buckets - 1)]!++
  }

  function scatter(pairs: Int32Array, start: number, end: number, base: number, tags: Int32Array): void {
    for (let i = start; i < end; i += 2) {
      const code = codeOf(pairs[i]!)
      const place = (pairs[i + 1]! - base) & placeMask
      const to = 2 * ends[code & (buckets - 1)]!++
      grouped[to] = ((code >>> bucketBits) << placeBits) | place
      grouped[to + 1] = tags[place]!
    }
  }

  return {
    group(read, base, tags) {
      ends.fill(0)
      read(count)
      let [total, most] = [0, 0]
      for (let bucket = 0; bucket < buckets; bucket++) {
        const size = ends[bucket]!
        ends[bucket] = total
        total += size
        most = Math.max(most, size)
      }
      if (grouped.length < 2 * total) grouped = new Int32Array(2 * roomFor(total))
      layout.makeRoom(most)
      read((pairs, start, end) => scatter(pairs, start, end, base, tags))
    },
    each(least, visit) {
      for (let bucket = 0, start = 0; bucket < buckets; bucket++) {
        const end = ends[bucket]!
        layout.visit(grouped, start, end, least, (key, said, from, to) =>
          visit(wordOf((key << bucketBits) | bucket), said, from, to),
        )
        start = end
      }
    },
    of(word) {
      const code = codeOf(word)
      const bucket = code & (buckets - 1)
      const key = code >>> bucketBits
      const found: number[] = []
      for (let i = bucket === 0 ? 0 : 2 * ends[bucket - 1]!; i < 2 * ends[bucket]!; i += 2)
        if (grouped[i]! >>> placeBits === key) found.push(grouped[i]! & placeMask)
      return found
    },
    bytes: () => ends.byteLength + grouped.byteLength + layout.bytes(),
  }
}

type Visit = (key: number, said: Said, start: number, end: number) => void

/** Lays a bucket out word by word, in tables that fit the fastest cache. */
function createLayout(placeBits: number) {
  const placeMask = (1 << placeBits) - 1
  const seen = new Int32Array(keys)
  const touched = new Int32Array(keys)
  const said: Said = { places: new Int32Array(0), tags: new Int32Array(0) }

  /** Counts the bucket's words in `seen`, lists them in `touched`, and returns how many there are. */
  function countWords(grouped: Int32Array, start: number, end: number): number {
    let different = 0
    for (let i = 2 * start; i < 2 * end; i += 2) {
      const key = grouped[i]! >>> placeBits
      if (seen[key]!++ === 0) touched[different++] = key
    }
    return different
  }

  /** Lays the bucket's places out word by word; of a word below `least` seen[] is then -1, else the end of its places. */
  function layOut(grouped: Int32Array, start: number, end: number, different: number, least: number): void {
    const { places, tags } = said
    let at = 0
    for (let t = 0; t < different; t++) {
      const many = seen[touched[t]!]!
      seen[touched[t]!] = many < least ? -1 : at
      if (many >= least) at += many
    }
    for (let i = 2 * start; i < 2 * end; i += 2) {
      const key = grouped[i]! >>> placeBits
      const to = seen[key]!
      if (to < 0) continue
      places[to] = grouped[i]! & placeMask
      tags[to] = grouped[i + 1]!
      seen[key] = to + 1
    }
  }

  return {
    makeRoom(most: number): void {
      if (said.places.length >= most) return
      said.places = new Int32Array(roomFor(most))
      said.tags = new Int32Array(roomFor(most))
    },
    visit(grouped: Int32Array, start: number, end: number, least: number, visit: Visit): void {
      const different = countWords(grouped, start, end)
      layOut(grouped, start, end, different, least)
      for (let t = 0, at = 0; t < different; t++) {
        const key = touched[t]!
        const to = seen[key]!
        seen[key] = 0
        if (to < 0) continue
        visit(key, said, at, to)
        at = to
      }
    },
    bytes: (): number => seen.byteLength + touched.byteLength + said.places.byteLength + said.tags.byteLength,
  }
}

/** At least what is needed now, as a power of two, so that a growing log makes room seldom. */
const roomFor = (n: number): number => 1 << Math.max(10, 32 - Math.clz32(n - 1))

function codeOf(word: number): number {
  const inHalf = word < CANDIDATE_BASE ? word : word - CANDIDATE_BASE
  if (inHalf >>> (codeBits - 1) !== 0) throw new RangeError(`no word has the number ${word}`)
  return word < CANDIDATE_BASE ? word : inHalf + knownCodes
}

const wordOf = (code: number): number => (code < knownCodes ? code : code - knownCodes + CANDIDATE_BASE)

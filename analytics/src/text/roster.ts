// The organisation's own roster of names, as keyed hashes: what is stored can be matched against a message but not
// read. Whoever holds both the key and the hashes can test a guess, so the key is kept apart from them.

import { foldWord, KIND_BREAK, type Fold, type FoldedText } from './fold.ts'
import { sipHash, sipKey } from './siphash.ts'

/** What may be stored: pairs of 32-bit integers (low, high half), sorted, so that the order tells nothing. */
export interface HashedRoster {
  readonly hashes: Int32Array
  /**
   * 65,536-bit keyed bitmap of the names' first two units: a cheap first look. Two bytes after it, where a roster has
   * them, tell the lengths of its names: bit n (least first) for n units.
   */
  readonly starts: Uint8Array
}

export const SHORTEST_NAME = 2
export const LONGEST_NAME = 12

const START_BYTES = 8192
/** Which bit of the bitmap stands for two units, under a key. */
function startBits(key: Int32Array): (first: number, second: number) => number {
  const [k0, k2, k3] = [key[0]!, key[2]!, key[3]!]
  return (first, second) =>
    Math.imul(Math.imul(first ^ k0, 0x85ebca6b) ^ Math.imul(second ^ k2, 0xc2b2ae35) ^ k3, 0x9e3779b1) >>> 16
}

/** Names outside 2 to 12 UTF-16 units are left out. `secret`: at least 16 bytes. */
export function hashRoster(fold: Fold, names: Iterable<string>, secret: Uint8Array): HashedRoster {
  const key = sipKey(secret)
  const startBit = startBits(key)
  const starts = new Uint8Array(START_BYTES + 2)
  const out = new Int32Array(2)
  const hashes = new Set<bigint>()
  for (const name of names) {
    const plain = foldWord(fold, name.replace(/\s/g, ''))
    if (plain.length < SHORTEST_NAME || plain.length > LONGEST_NAME) continue
    const units = Array.from({ length: plain.length }, (_, i) => plain.charCodeAt(i))
    sipHash(key, units, 0, units.length, out)
    hashes.add((BigInt(out[1]! >>> 0) << 32n) | BigInt(out[0]! >>> 0))
    const bit = startBit(units[0]!, units[1]!)
    starts[bit >>> 3]! |= 1 << (bit & 7)
    starts[START_BYTES + (plain.length >>> 3)]! |= 1 << (plain.length & 7)
  }
  const sorted = [...hashes].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return {
    hashes: Int32Array.from(sorted.flatMap((h) => [Number(h & 0xffffffffn) | 0, Number(h >> 32n) | 0])),
    starts,
  }
}

export interface RosterMatcher {
  /** Sets marks[i] = 1 for each unit of a name of the roster, the longest that starts at a unit. */
  mark(text: FoldedText, marks: Uint8Array): void
}

export function createRosterMatcher(roster: HashedRoster, secret: Uint8Array): RosterMatcher {
  const key = sipKey(secret)
  const startBit = startBits(key)
  const { starts } = roster
  const known = new Map<number, Set<number>>()
  for (let i = 0; i < roster.hashes.length; i += 2) {
    const low = roster.hashes[i]!
    known.set(low, (known.get(low) ?? new Set()).add(roster.hashes[i + 1]!))
  }
  const out = new Int32Array(2)
  const lengths = (starts[START_BYTES] ?? 0xff) | ((starts[START_BYTES + 1] ?? 0xff) << 8)

  function longestAt(text: FoldedText, start: number): number {
    let longest = 0
    const last = Math.min(text.length, start + LONGEST_NAME)
    for (let end = start + 1; end <= last; end++) {
      if (text.kinds[end - 1] === KIND_BREAK) break
      if (((lengths >>> (end - start)) & 1) === 0) continue
      sipHash(key, text.units, start, end, out)
      if (known.get(out[0]!)?.has(out[1]!) === true) longest = end - start
    }
    return longest
  }

  return {
    mark(text, marks) {
      const { units, kinds } = text
      const last = text.length - 1
      for (let i = 0; i < last; i++) {
        const bit = startBit(units[i]!, units[i + 1]!)
        if ((starts[bit >>> 3]! & (1 << (bit & 7))) === 0 || kinds[i] === KIND_BREAK) continue
        const size = longestAt(text, i)
        if (size > 0) marks.fill(1, i, i + size)
      }
    },
  }
}

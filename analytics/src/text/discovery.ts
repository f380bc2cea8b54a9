// Words that no dictionary holds (an estate, a product), found in memory. Until five different people have used an
// n-gram it exists only as keyed hashes in sketches; then it is spelled out as a candidate, counted with its
// neighbours, and offered to an operator. Nothing here is shown without approval (scope.md, promise 2 and 3).

import { createCountMin } from './count-min.ts'
import { KIND_HAN, type FoldedText } from './fold.ts'
import { sipHash, sipKey } from './siphash.ts'

export interface DiscoveryOptions {
  /** At least 16 bytes that live in memory only. */
  readonly secret: Uint8Array
  /** Different senders before an n-gram is spelled out; 5 unless raised, never below. */
  readonly senders?: number
  /** True for n-grams that need no discovery: dictionary, gazetteer, stop words, refused by an operator. */
  isKnown(word: string): boolean
  /** True for n-grams that look like a name of a person: counted, but marked. */
  looksLikeName(word: string): boolean
  /** Counters of a sketch row are 2 ** sketchBits; 20 unless told (3 MiB a sketch, 2 sketches). */
  readonly sketchBits?: number
  readonly maxCandidates?: number
}

export interface NewWord {
  readonly word: string
  readonly count: number
  /** Least pointwise mutual information over its splits in two, bits. */
  readonly cohesion: number
  /** Smaller of the entropies of its left and right neighbours, bits. */
  readonly freedom: number
  readonly looksLikeName: boolean
}

export interface Discovery {
  /** Counts the n-grams of one message, each once; contact data must be masked already. */
  observe(text: FoldedText, sender: number): void
  /** Candidates that pass count >= 8, cohesion >= 3 and freedom >= 1.2, best first. */
  candidates(): NewWord[]
  /** Halves the counts of messages and forgets senders; call it when the day changes, and with it what senders are called. */
  fade(): void
  bytes(): number
}

export const SHORTEST = 2
export const LONGEST = 6
export const LEAST_COUNT = 8
export const LEAST_COHESION = 3
export const LEAST_FREEDOM = 1.2
const LEAST_SENDERS = 5
/** Neighbours kept per side of a candidate; the rest is one bucket. */
const NEIGHBOURS = 64

interface Candidate {
  count: number
  readonly left: Map<number, number>
  readonly right: Map<number, number>
  readonly name: boolean
}

function entropy(neighbours: ReadonlyMap<number, number>): number {
  let total = 0
  for (const n of neighbours.values()) total += n
  let bits = 0
  for (const n of neighbours.values()) bits -= (n / total) * Math.log2(n / total)
  return total === 0 ? 0 : bits
}

function bump(neighbours: Map<number, number>, unit: number): void {
  const key = neighbours.has(unit) || neighbours.size < NEIGHBOURS ? unit : -1
  neighbours.set(key, (neighbours.get(key) ?? 0) + 1)
}

/** Drops the rarest candidates. */
function evict(found: Map<string, Candidate>, howMany: number): void {
  const order = [...found].sort((a, b) => a[1].count - b[1].count)
  for (const [word] of order.slice(0, howMany)) found.delete(word)
}

export function createDiscovery(options: DiscoveryOptions): Discovery {
  const key = sipKey(options.secret)
  const floor = Math.max(LEAST_SENDERS, options.senders ?? LEAST_SENDERS)
  const most = options.maxCandidates ?? 4096
  const counts = createCountMin(options.sketchBits ?? 20)
  // "This n-gram by this sender": keeps a sender's repeats from counting as people.
  const pairs = createCountMin(options.sketchBits ?? 20)
  const people = createCountMin(options.sketchBits ?? 20)
  const found = new Map<string, Candidate>()
  const hash = new Int32Array(2)
  let total = 0

  function countOf(word: string): number {
    const units = Array.from({ length: word.length }, (_, i) => word.charCodeAt(i))
    sipHash(key, units, 0, units.length, hash)
    return counts.estimate(hash[0]!, hash[1]!)
  }

  /** Number of senders of the n-gram just hashed, this one included; an upper bound, so 5 may be 4 by a collision. */
  function sendersOf(low: number, high: number, sender: number): number {
    const mixed = Math.imul(sender ^ key[1]!, 0x85ebca6b)
    const first = pairs.estimate(low ^ mixed, high + mixed) === 0
    if (!first) return people.estimate(low, high)
    pairs.add(low ^ mixed, high + mixed)
    return people.add(low, high)
  }

  function spellOut(word: string): Candidate {
    if (found.size >= most) evict(found, Math.ceil(most / 4))
    const fresh = { count: 0, left: new Map(), right: new Map(), name: options.looksLikeName(word) }
    found.set(word, fresh)
    return fresh
  }

  function take(text: FoldedText, start: number, end: number, sender: number): void {
    sipHash(key, text.units, start, end, hash)
    const [low, high] = [hash[0]!, hash[1]!]
    counts.add(low, high)
    if (end - start < SHORTEST) return
    if (sendersOf(low, high, sender) < floor) return
    const word = String.fromCharCode(...text.units.subarray(start, end))
    if (options.isKnown(word)) return
    const candidate = found.get(word) ?? spellOut(word)
    candidate.count++
    bump(candidate.left, start > 0 ? text.units[start - 1]! : 0)
    bump(candidate.right, end < text.length ? text.units[end]! : 0)
  }

  function describe(word: string, candidate: Candidate): NewWord {
    const whole = Math.max(countOf(word), 1)
    let cohesion = Infinity
    for (let cut = 1; cut < word.length; cut++) {
      const parts = Math.max(1, countOf(word.slice(0, cut))) * Math.max(1, countOf(word.slice(cut)))
      cohesion = Math.min(cohesion, Math.log2((whole * total) / parts))
    }
    const freedom = Math.min(entropy(candidate.left), entropy(candidate.right))
    return { word, count: candidate.count, cohesion, freedom, looksLikeName: candidate.name }
  }

  return {
    observe(text, sender) {
      for (let start = 0; start < text.length; start++) {
        if (text.kinds[start] !== KIND_HAN) continue
        total++
        const last = Math.min(text.length, start + LONGEST)
        for (let end = start + 1; end <= last && text.kinds[end - 1] === KIND_HAN; end++)
          take(text, start, end, sender)
      }
    },
    candidates: () =>
      [...found]
        .map(([word, candidate]) => describe(word, candidate))
        .filter((w) => w.count >= LEAST_COUNT && w.cohesion >= LEAST_COHESION && w.freedom >= LEAST_FREEDOM)
        .sort((a, b) => b.count * b.cohesion - a.count * a.cohesion || (a.word < b.word ? -1 : 1)),
    fade() {
      counts.halve()
      people.clear()
      pairs.clear()
      total = Math.floor(total / 2)
      for (const [word, candidate] of found) {
        candidate.count = candidate.count >>> 1
        if (candidate.count === 0) found.delete(word)
      }
    },
    bytes: () => counts.bytes() + pairs.bytes() + people.bytes(),
  }
}

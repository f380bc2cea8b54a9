/** Different people per word over the last half hour and two hours, counted from the log at a tick. */
import type { RecentLog } from './recent-log.ts'

export interface TermCount {
  term: number
  /** different people in 30 minutes and in 2 hours, per local day, the larger day */
  half: number
  full: number
  /** groups over 2 hours, counted up to two */
  groups: number
}

export interface WindowCounts {
  terms: TermCount[]
  /** messages in 30 minutes and in 2 hours */
  halfMessages: number
  fullMessages: number
}

/** Numbers keys densely from 0 in order of first appearance. */
function createNumbering(expected: number): { idOf(key: number): number; keys: Int32Array; size(): number } {
  let size = 16
  while (size < expected * 2) size *= 2
  const index = new Int32Array(size)
  const keys = new Int32Array(expected)
  let used = 0
  return {
    idOf(key) {
      let at = Math.imul(key ^ (key >>> 15), 0x9e3779b1) >>> 7
      for (at &= size - 1; index[at] !== 0; at = (at + 1) & (size - 1)) {
        if (keys[index[at]! - 1] === key) return index[at]! - 1
      }
      keys[used] = key
      index[at] = ++used
      return used - 1
    },
    keys,
    size: () => used,
  }
}

/** What the tally needs of each counted message, in flat columns. */
interface Heard {
  person: Int32Array
  day: Int32Array
  group: Int32Array
  inHalf: Uint8Array
}

/** Counts messages with `at` in [now - 2 h, now) that `counts` admits; words said by one person alone are left out. */
export function countTerms(
  log: RecentLog,
  halfFrom: number,
  counts: (serial: number) => boolean,
): WindowCounts {
  const origin = log.first()
  const messages = log.next() - origin
  let entries = 0
  for (let s = origin; s < log.next(); s++) entries += log.count(s)
  const terms = createNumbering(entries + 1)
  const people = createNumbering(messages + 1)
  const entryTerm = new Int32Array(entries)
  const entrySerial = new Int32Array(entries)
  const heard: Heard = {
    person: new Int32Array(messages),
    day: new Int32Array(messages),
    group: new Int32Array(messages),
    inHalf: new Uint8Array(messages),
  }
  const buffer = new Int32Array(64)
  let [filled, halfMessages, fullMessages] = [0, 0, 0]
  for (let s = origin; s < log.next(); s++) {
    if (!counts(s)) continue
    const m = s - origin
    fullMessages++
    if (log.at(s) >= halfFrom) {
      halfMessages++
      heard.inHalf[m] = 1
    }
    heard.person[m] = people.idOf(log.person(s))
    heard.day[m] = log.day(s)
    heard.group[m] = log.group(s)
    const count = log.terms(s, buffer)
    for (let i = 0; i < count; i++) {
      entryTerm[filled] = terms.idOf(buffer[i]!)
      entrySerial[filled++] = m
    }
  }
  const sorted = sortByTerm(entryTerm, entrySerial, filled, terms.size())
  const tally = createTally(heard, people.size())
  const found: TermCount[] = []
  for (let t = 0; t < terms.size(); t++) {
    const count = tally(sorted.serials, sorted.starts[t]!, sorted.starts[t + 1]!, terms.keys[t]!, t + 1)
    if (count !== null) found.push(count)
  }
  return { terms: found, halfMessages, fullMessages }
}

function sortByTerm(
  entryTerm: Int32Array,
  entrySerial: Int32Array,
  filled: number,
  size: number,
): { starts: Int32Array; serials: Int32Array } {
  const starts = new Int32Array(size + 2)
  for (let i = 0; i < filled; i++) starts[entryTerm[i]! + 2]!++
  for (let t = 2; t < starts.length; t++) starts[t]! += starts[t - 1]!
  const serials = new Int32Array(filled)
  for (let i = 0; i < filled; i++) serials[starts[entryTerm[i]! + 1]!++] = entrySerial[i]!
  return { starts, serials }
}

type Tally = (serials: Int32Array, from: number, to: number, term: number, stamp: number) => TermCount | null

function createTally({ person, day, group, inHalf }: Heard, people: number): Tally {
  const seen = new Int32Array(people)
  const seenHalf = new Int32Array(people)
  return (serials, from, to, term, stamp) => {
    if (to - from < 2) return null
    let today = -1
    let [full, half, bestFull, bestHalf] = [0, 0, 0, 0]
    const firstGroup = group[serials[from]!]!
    let groups = 1
    for (let i = from; i < to; i++) {
      const m = serials[i]!
      if (day[m] !== today) {
        // The other day's pseudonyms are other numbers, so the stamps stay valid; the larger day counts.
        bestFull = Math.max(bestFull, full)
        bestHalf = Math.max(bestHalf, half)
        full = half = 0
        today = day[m]!
      }
      if (group[m] !== firstGroup) groups = 2
      const who = person[m]!
      if (seen[who] !== stamp) {
        seen[who] = stamp
        full++
      }
      if (inHalf[m] === 1 && seenHalf[who] !== stamp) {
        seenHalf[who] = stamp
        half++
      }
    }
    full = Math.max(full, bestFull)
    return full < 2 ? null : { term, full, half: Math.max(half, bestHalf), groups }
  }
}

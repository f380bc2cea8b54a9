/**
 * Words of messages on their way into the open windows. A window's table is larger than the processor's caches, so messages wait
 * here and are counted together: unit by unit, and where a scope has many, word by word. Counts of a window don't depend
 * on the order of its messages within a day. Memory only, a few megabytes at most.
 */
import type { LoggedMessage } from './recent-log.ts'
import type { Scope } from './scopes.ts'
import { createWordGroups, type WordGroups } from './word-groups.ts'

export interface ScopeBatch {
  /** copies what it needs; messages of one day at a time wait */
  add(message: LoggedMessage, terms: Int32Array, count: number): void
  /** counts what waits; call before windows are read, closed, or hung elsewhere */
  flush(): void
  bytes(): number
}

const placeBits = 15
const mostMessages = 1 << placeBits
const mostPairs = 8 * mostMessages
/** words of one scope from which grouping them pays */
const manyPairs = 2048

interface Waiting {
  unit: Int32Array
  person: Int32Array
  group: Int32Array
  /** end of a message's pairs; a pair is a word and the message's place */
  end: Int32Array
  pairs: Int32Array
  messages: number
  used: number
  day: number
}

/** `chainOf` as in scopes.ts. */
export function createScopeBatch(chainOf: (unit: number) => readonly Scope[]): ScopeBatch {
  const waiting: Waiting = {
    unit: new Int32Array(mostMessages),
    person: new Int32Array(mostMessages),
    group: new Int32Array(mostMessages),
    end: new Int32Array(mostMessages),
    pairs: new Int32Array(2 * mostPairs),
    ...{ messages: 0, used: 0, day: 0 },
  }
  const sorted = new Int32Array(2 * mostPairs)
  const groups = createWordGroups(placeBits)

  function flush(): void {
    if (waiting.messages === 0) return
    const ends = sortByUnit(waiting, sorted)
    const units = new Map<Scope, number[]>()
    for (let unit = 0; unit < ends.length; unit++) {
      if (ends[unit] === (unit === 0 ? 0 : ends[unit - 1])) continue
      for (const scope of chainOf(unit)) units.set(scope, [...(units.get(scope) ?? []), unit])
    }
    for (const [scope, own] of units) countScope(scope, own, ends, sorted, waiting, groups)
    waiting.messages = 0
    waiting.used = 0
  }

  return {
    add(m, terms, count) {
      const w = waiting
      if (chainOf(m.unit).length === 0) return
      if (m.day !== w.day || w.messages === mostMessages || w.used + 2 * count > w.pairs.length) flush()
      const place = w.messages++
      w.day = m.day
      w.unit[place] = m.unit
      w.person[place] = m.person
      // Tables number groups from 1 on.
      w.group[place] = m.group + 1
      for (let i = 0; i < count; i++) {
        w.pairs[w.used++] = terms[i]!
        w.pairs[w.used++] = place
      }
      w.end[place] = w.used
    },
    flush,
    bytes: () => 16 * mostMessages + waiting.pairs.byteLength + sorted.byteLength + groups.bytes(),
  }
}

/** Copies the pairs unit by unit, each unit's in their order; returns the end of each unit's. */
function sortByUnit(w: Waiting, sorted: Int32Array): Int32Array {
  let units = 0
  for (let m = 0; m < w.messages; m++) units = Math.max(units, w.unit[m]! + 1)
  const ends = new Int32Array(units)
  const sizeOf = (m: number): number => w.end[m]! - (m === 0 ? 0 : w.end[m - 1]!)
  for (let m = 0; m < w.messages; m++) ends[w.unit[m]!]! += sizeOf(m)
  for (let unit = 0, total = 0; unit < units; unit++) {
    const size = ends[unit]!
    ends[unit] = total
    total += size
  }
  for (let m = 0; m < w.messages; m++) {
    let to = ends[w.unit[m]!]!
    for (let i = w.end[m]! - sizeOf(m); i < w.end[m]!; i++) sorted[to++] = w.pairs[i]!
    ends[w.unit[m]!] = to
  }
  return ends
}

function countScope(
  { table }: Scope,
  units: readonly number[],
  ends: Int32Array,
  sorted: Int32Array,
  { person, group, day }: Waiting,
  groups: WordGroups,
): void {
  const startOf = (unit: number): number => (unit === 0 ? 0 : ends[unit - 1]!)
  const pairs = units.reduce((sum, unit) => sum + ends[unit]! - startOf(unit), 0) / 2
  if (pairs >= manyPairs) {
    groups.group(
      (read) => {
        for (const unit of units) read(sorted, startOf(unit), ends[unit]!)
      },
      0,
      person,
    )
    groups.each(1, (word, said, start, end) => table.addWord(word, said, start, end, group, day))
    return
  }
  for (const unit of units)
    for (let i = startOf(unit); i < ends[unit]!; i += 2) {
      const m = sorted[i + 1]!
      table.add(sorted[i]!, person[m]!, day, group[m]!)
    }
}

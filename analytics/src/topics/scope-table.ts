/**
 * Counts of one scope's open window: per word its messages, different people and groups, in one typed array, 128 bytes
 * a word. People are exact up to 192 a word and day (19 inside the row, then a pool block), estimated above. A window
 * over local midnight knows one person by two pseudonyms: people are counted per day and the larger day is taken.
 */
import { linearCount, type PeoplePool } from './people-pool.ts'
import type { Said } from './word-groups.ts'

const rowInts = 32
const TERM = 0
const MESSAGES = 1
const DAY = 2
const SIZE = 3
const BEST = 4
const BLOCK = 5
const GROUP_A = 6
const GROUP_B = 7
const GROUP_BITS = 8
const INLINE = 13
const inlinePlaces = rowInts - INLINE
const MODE = 12
const modeBitmap = 1

/** The row that counts the scope as a whole. */
export const everyone = -1

export interface ScopeTable {
  /** a message, without its words: person and group from 1 up to 2^31, day a local day number that never falls within a table's life */
  hear(person: number, day: number, group: number): void
  /** one word of a message */
  add(term: number, person: number, day: number, group: number): void
  /** one word of many messages of a day: those from `start` to `end` - 1 of `said`, whose tags are people; `groups` by place */
  addWord(term: number, said: Said, start: number, end: number, groups: Int32Array, day: number): void
  /** row of a word, or -1 */
  find(term: number): number
  /** rows are 0 .. rows()-1; row 0 is `everyone` once a message has arrived */
  rows(): number
  term(row: number): number
  messages(row: number): number
  people(row: number): number
  groups(row: number): number
  /** people of the row's newest day, while the set is exact (at most 192) */
  eachPerson(row: number, visit: (person: number) => void): void
  /** words dropped because more than `capacity` different ones arrived in one window */
  dropped(): number
  reset(): void
  bytes(): number
}

interface State {
  rows: Int32Array
  index: Int32Array
  used: number
  dropped: number
}

const firstRows = 64

export function createScopeTable(pool: PeoplePool, capacity = 65_536): ScopeTable {
  const state: State = {
    rows: new Int32Array(firstRows * rowInts),
    index: new Int32Array(firstRows * 4),
    used: 0,
    dropped: 0,
  }

  /** row of a word, opened if need be */
  function open(term: number, day: number): number {
    const row = lookup(state, term)
    if (row >= 0) return row
    if (state.used >= capacity) purge(state, pool, capacity)
    return append(state, term, day)
  }

  return {
    hear(person, day, group) {
      // It is the first row from its first message on, and no purge moves it.
      touch(state.rows, (state.used === 0 ? open(everyone, day) : 0) * rowInts, person, day, group, pool)
    },
    add(term, person, day, group) {
      const base = open(term, day) * rowInts
      touch(state.rows, base, person, day, group, pool)
    },
    addWord(term, { places, tags }, start, end, groups, day) {
      const base = open(term, day) * rowInts
      for (let i = start; i < end; i++) touch(state.rows, base, tags[i]!, day, groups[places[i]!]!, pool)
    },
    find: (term) => lookup(state, term),
    rows: () => state.used,
    term: (row) => state.rows[row * rowInts + TERM]!,
    messages: (row) => state.rows[row * rowInts + MESSAGES]!,
    people: (row) => Math.max(state.rows[row * rowInts + BEST]!, sizeOf(state.rows, row * rowInts)),
    groups: (row) => groupCount(state.rows, row * rowInts),
    eachPerson(row, visit) {
      const base = row * rowInts
      const block = state.rows[base + BLOCK]!
      if (state.rows[base + MODE] === modeBitmap) return
      if (block > 0) return pool.each(block, visit)
      for (let i = 0; i < state.rows[base + SIZE]!; i++) visit(state.rows[base + INLINE + i]!)
    },
    dropped: () => state.dropped,
    reset() {
      releaseBlocks(state, pool)
      if (state.used * 8 * rowInts < state.rows.length && state.rows.length > firstRows * rowInts) {
        // A window far smaller than its room gives the room back by half.
        state.rows = new Int32Array(state.rows.length / 2)
        state.index = new Int32Array(state.index.length / 2)
      } else {
        state.rows.fill(0, 0, state.used * rowInts)
        state.index.fill(0)
      }
      state.used = 0
      state.dropped = 0
    },
    bytes: () => state.rows.byteLength + state.index.byteLength,
  }
}

function touch(
  rows: Int32Array,
  base: number,
  person: number,
  day: number,
  group: number,
  pool: PeoplePool,
): void {
  rows[base + MESSAGES]!++
  addGroup(rows, base, group)
  const held = rows[base + DAY]!
  if (day === held) addPerson(rows, base, person, pool)
  else if (day > held) {
    closeDay(rows, base, pool)
    rows[base + DAY] = day
    addPerson(rows, base, person, pool)
  }
  // A message of a day already closed adds no person: a lower bound, never a sum over days.
}

function slotOf(term: number, mask: number): number {
  const h = Math.imul(term ^ (term >>> 15), 0x9e3779b1)
  return (h ^ (h >>> 15)) & mask
}

function lookup(state: State, term: number): number {
  const { index, rows } = state
  const mask = index.length - 1
  for (let at = slotOf(term, mask); ; at = (at + 1) & mask) {
    const row = index[at]! - 1
    if (row < 0 || rows[row * rowInts + TERM] === term) return row
  }
}

function enter(state: State, row: number): void {
  const mask = state.index.length - 1
  let at = slotOf(state.rows[row * rowInts + TERM]!, mask)
  while (state.index[at] !== 0) at = (at + 1) & mask
  state.index[at] = row + 1
}

function append(state: State, term: number, day: number): number {
  if ((state.used + 1) * rowInts > state.rows.length) {
    const grown = new Int32Array(state.rows.length * 2)
    grown.set(state.rows)
    state.rows = grown
    state.index = new Int32Array(state.index.length * 2)
    for (let row = 0; row < state.used; row++) enter(state, row)
  }
  const row = state.used++
  state.rows[row * rowInts + TERM] = term
  state.rows[row * rowInts + DAY] = day
  enter(state, row)
  return row
}

function addPerson(rows: Int32Array, base: number, person: number, pool: PeoplePool): void {
  const size = rows[base + SIZE]!
  const block = rows[base + BLOCK]!
  if (block > 0) {
    if (rows[base + MODE] === modeBitmap) rows[base + SIZE] = pool.addBit(block, size, person)
    else {
      const grown = pool.addExact(block, size, person)
      if (grown < 0) rows[base + MODE] = modeBitmap
      rows[base + SIZE] = grown < 0 ? pool.toBitmap(block) : grown
    }
    return
  }
  const first = base + INLINE
  for (let i = first; i < first + size; i++) if (rows[i] === person) return
  if (size < inlinePlaces) {
    rows[first + size] = person
    rows[base + SIZE] = size + 1
    return
  }
  // With the pool full the count stays where it is: a lower bound.
  const taken = pool.take()
  if (taken === 0) return
  let moved = 0
  for (let i = first; i < first + size; i++) moved = pool.addExact(taken, moved, rows[i]!)
  rows[base + BLOCK] = taken
  rows[base + SIZE] = pool.addExact(taken, moved, person)
}

function sizeOf(rows: Int32Array, base: number): number {
  const size = rows[base + SIZE]!
  return rows[base + MODE] === modeBitmap ? linearCount(size) : size
}

function closeDay(rows: Int32Array, base: number, pool: PeoplePool): void {
  rows[base + BEST] = Math.max(rows[base + BEST]!, sizeOf(rows, base))
  const block = rows[base + BLOCK]!
  if (block > 0) pool.give(block)
  rows[base + BLOCK] = 0
  rows[base + MODE] = 0
  rows[base + SIZE] = 0
}

function addGroup(rows: Int32Array, base: number, group: number): void {
  if (rows[base + GROUP_A] === 0) rows[base + GROUP_A] = group
  else if (rows[base + GROUP_A] !== group && rows[base + GROUP_B] === 0) rows[base + GROUP_B] = group
  rows[base + GROUP_BITS + ((group >>> 5) & 3)]! |= 1 << (group & 31)
}

/** Exact up to two groups; above, a lower bound (128 places, no correction): it is shown in coarse steps only. */
function groupCount(rows: Int32Array, base: number): number {
  if (rows[base + GROUP_B] === 0) return rows[base + GROUP_A] === 0 ? 0 : 1
  let bits = 0
  for (let i = 0; i < 4; i++) bits += bitCount(rows[base + GROUP_BITS + i]!)
  return Math.max(2, bits)
}

function bitCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function releaseBlocks(state: State, pool: PeoplePool): void {
  for (let row = 0; row < state.used; row++) {
    const block = state.rows[row * rowInts + BLOCK]!
    if (block > 0) pool.give(block)
  }
}

/** Lossy counting (Manku, Motwani 2002): a full table forgets words that fewest people have said; undercounts only. */
function purge(state: State, pool: PeoplePool, capacity: number): void {
  for (let least = 2; state.used > capacity / 2; least++) compact(state, pool, least)
}

function compact(state: State, pool: PeoplePool, least: number): void {
  const { rows } = state
  let to = 0
  for (let row = 0; row < state.used; row++) {
    const base = row * rowInts
    if (rows[base + TERM] !== everyone && Math.max(rows[base + SIZE]!, rows[base + BEST]!) < least) {
      if (rows[base + BLOCK]! > 0) pool.give(rows[base + BLOCK]!)
      state.dropped++
      continue
    }
    if (to !== row) rows.copyWithin(to * rowInts, base, base + rowInts)
    to++
  }
  rows.fill(0, to * rowInts, state.used * rowInts)
  state.used = to
  state.index.fill(0)
  for (let row = 0; row < to; row++) enter(state, row)
}

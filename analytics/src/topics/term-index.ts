/**
 * Words of the recent log, kept up to date as messages come and go: where each was said, and how many different people
 * said it in all and since half-time. A word's person counts by the newest time it was said: that one entry leaves the
 * half window, and later the log, so that nothing has to be counted anew. People are numbered anew each local day and
 * counted by day, which a log of two hours can hold two of; the larger day counts. Memory only.
 */
import { createIntPairMap, type IntPairMap } from './int-pair-map.ts'
import { createRing, type Ring } from './ring.ts'

/** Entries (one word of one message) are numbered through the whole history, words by reusable rows. */
export interface TermIndex {
  /** a word of the newest message, numbered by the low 32 bits of its serial */
  enter(term: number, person: number, day: number, message: number): void
  /** the oldest entry since half-time was said before it */
  passHalf(): void
  /** drops the oldest entry, which `person` said; only after it has passed half-time */
  drop(person: number): void
  /** numbers of the oldest entry, of the oldest since half-time, and of the next one */
  first(): number
  half(): number
  next(): number
  term(entry: number): number
  /** low 32 bits of the serials of a word's messages, rising */
  messages(term: number): number[]
  /** rows are 0 .. rows() - 1; a free one has no people */
  rows(): number
  termOf(row: number): number
  people(row: number): number
  peopleSinceHalf(row: number): number
  bytes(): number
}

/** entries of a page, of three integers: row, the word's entry before (its place in the ring, and flags), message */
const pageBits = 12
const pageMask = (1 << pageBits) - 1
const PREVIOUS = 1
const MESSAGE = 2
const placeMask = 0x1fffffff
const oddDay = 0x20000000
/** the same person said the word again since */
const saidAgain = 0x40000000

/** rows of a page, of eight integers */
const rowBits = 11
const rowMask = (1 << rowBits) - 1
const TERM = 0
const NEWEST = 1
const ENTRIES = 2
const FULL = 3
const HALF = 5

interface State {
  entries: Ring<Int32Array>
  /** entries are told apart by this many low bits of their numbers */
  places: number
  rows: Int32Array[]
  used: number
  /** row plus one of the first free row; the next is in its place for the word */
  free: number
  byTerm: IntPairMap
  /** newest entry of a word's row, day and person */
  newest: IntPairMap
  first: number
  half: number
  next: number
}

/** `capacity`: most entries at a time, a power of two from 8,192 on. */
export function createTermIndex(capacity: number): TermIndex {
  const state: State = {
    entries: createRing((capacity >> pageBits) * 2, () => new Int32Array(3 << pageBits)),
    places: capacity * 2 - 1,
    rows: [],
    used: 0,
    free: 0,
    byTerm: createIntPairMap(),
    newest: createIntPairMap(),
    ...{ first: 0, half: 0, next: 0 },
  }
  const { entries, rows } = state
  const larger = (row: number, column: number): number => {
    const page = rows[row >>> rowBits]!
    const base = (row & rowMask) << 3
    return Math.max(page[base + column]!, page[base + column + 1]!)
  }
  const rowAt = (entry: number): number => entries.held(pageOf(entry))[3 * (entry & pageMask)]!
  return {
    enter: (term, person, day, message) => enter(state, term, person, day, message),
    passHalf: () => passHalf(state),
    drop: (person) => drop(state, person),
    first: () => state.first,
    half: () => state.half,
    next: () => state.next,
    term: (entry) => termOf(state, rowAt(entry)),
    messages: (term) => messagesOf(state, term),
    rows: () => state.used,
    termOf: (row) => termOf(state, row),
    people: (row) => larger(row, FULL),
    peopleSinceHalf: (row) => larger(row, HALF),
    bytes: () =>
      entries.opened() * (12 << pageBits) +
      rows.length * (32 << rowBits) +
      state.byTerm.bytes() +
      state.newest.bytes(),
  }
}

const pageOf = (entry: number): number => Math.floor(entry / (pageMask + 1))

const termOf = ({ rows }: State, row: number): number =>
  rows[row >>> rowBits]![((row & rowMask) << 3) + TERM]!

function enter(state: State, term: number, person: number, day: number, message: number): void {
  const { entries, rows, places, newest, next } = state
  let row = state.byTerm.get(term, 0)
  if (row < 0) row = openRow(state, term)
  const counts = rows[row >>> rowBits]!
  const base = (row & rowMask) << 3
  const odd = day & 1
  const former = newest.swap(2 * row + odd, person, next & places)
  if (former < 0) {
    counts[base + FULL + odd]!++
    counts[base + HALF + odd]!++
  } else {
    entries.held(former >>> pageBits)[3 * (former & pageMask) + PREVIOUS]! |= saidAgain
    if (((next - former) & places) > next - state.half) counts[base + HALF + odd]!++
  }
  const page = entries.at(pageOf(next))
  const at = 3 * (next & pageMask)
  page[at] = row
  page[at + PREVIOUS] = counts[base + NEWEST]! | (odd === 1 ? oddDay : 0)
  page[at + MESSAGE] = message
  counts[base + NEWEST] = next & places
  counts[base + ENTRIES]!++
  state.next++
}

function openRow(state: State, term: number): number {
  const { rows, free } = state
  let row = free - 1
  if (row < 0) {
    row = state.used++
    if (row >>> rowBits === rows.length) rows.push(new Int32Array(8 << rowBits))
  } else state.free = termOf(state, row)
  rows[row >>> rowBits]![((row & rowMask) << 3) + TERM] = term
  state.byTerm.swap(term, 0, row)
  return row
}

function passHalf(state: State): void {
  const page = state.entries.held(pageOf(state.half))
  const at = 3 * (state.half & pageMask)
  const flags = page[at + PREVIOUS]!
  if ((flags & saidAgain) === 0) {
    const row = page[at]!
    state.rows[row >>> rowBits]![((row & rowMask) << 3) + HALF + (flags & oddDay ? 1 : 0)]!--
  }
  state.half++
}

function drop(state: State, person: number): void {
  const { entries, rows, first } = state
  const page = entries.held(pageOf(first))
  const at = 3 * (first & pageMask)
  const flags = page[at + PREVIOUS]!
  const row = page[at]!
  const counts = rows[row >>> rowBits]!
  const base = (row & rowMask) << 3
  const odd = flags & oddDay ? 1 : 0
  if ((flags & saidAgain) === 0) {
    counts[base + FULL + odd]!--
    state.newest.delete(2 * row + odd, person)
  }
  if (--counts[base + ENTRIES]! === 0) {
    state.byTerm.delete(counts[base + TERM]!, 0)
    counts[base + TERM] = state.free
    state.free = row + 1
  }
  state.first++
  if ((state.first & pageMask) === 0) entries.free(pageOf(first))
}

function messagesOf({ entries, rows, byTerm }: State, term: number): number[] {
  const row = byTerm.get(term, 0)
  if (row < 0) return []
  const base = (row & rowMask) << 3
  const counts = rows[row >>> rowBits]!
  const found = new Array<number>(counts[base + ENTRIES]!)
  for (let i = found.length - 1, at = counts[base + NEWEST]!; i >= 0; i--) {
    const page = entries.held(at >>> pageBits)
    found[i] = page[3 * (at & pageMask) + MESSAGE]!
    at = page[3 * (at & pageMask) + PREVIOUS]! & placeMask
  }
  return found
}

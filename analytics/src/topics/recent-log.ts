/**
 * Messages of the last two hours as numbers (who, where, which words), in a ring of small typed-array pages with a hard
 * bound: beyond `capacity` the oldest give way, so that very high rates see a shorter past. Pages are opened as they are
 * needed and used again once their messages have expired; a push only writes at the end. What is asked about words is
 * read from an index that is made when it is asked (term-index.ts). Memory only.
 */
import { createRing, type Ring } from './ring.ts'
import { createTermIndex } from './term-index.ts'
import type { ReadPairs } from './word-groups.ts'

export interface LoggedMessage {
  at: number
  day: number
  person: number
  group: number
  unit: number
  polarity: number
  category: number
}

export interface RecentLog {
  push(message: LoggedMessage, terms: Int32Array, count: number): void
  /** drops messages before `at` */
  expire(at: number): void
  /** the half window begins at `at` from now on; it never goes back */
  halve(at: number): void
  /** serial numbers of the oldest message held and of the next one */
  first(): number
  next(): number
  /** serial number of the oldest message of the half window */
  half(): number
  /** groups are numbered below this; messages of one in that window and in all */
  groups(): number
  messagesOf(group: number): { half: number; full: number }
  at(serial: number): number
  day(serial: number): number
  person(serial: number): number
  group(serial: number): number
  unit(serial: number): number
  polarity(serial: number): number
  category(serial: number): number
  count(serial: number): number
  term(serial: number, i: number): number
  /** copies a message's terms to the front of `into` (64 places at least) and returns their number */
  terms(serial: number, into: Int32Array): number
  /** serials of messages with a word, rising */
  postings(term: number): number[]
  /**
   * Words said by at least two people, in no particular order, with the different people who said them, by local day the
   * larger day, in all and in the half window.
   */
  eachWord(visit: (term: number, full: number, half: number) => void): void
  /** bytes of the pages opened so far, and of the index */
  bytes(): number
}

interface Page {
  at: Float64Array
  day: Int32Array
  person: Int32Array
  group: Int32Array
  unit: Int32Array
  mood: Int8Array
  category: Int16Array
  start: Float64Array
  count: Uint8Array
}

/** messages of a page: 56 KiB */
const pageBits = 11
const pageSize = 1 << pageBits
const pageMask = pageSize - 1
const termsPerMessage = 16
const mostTerms = 64
/** entries (a word, and the low 32 bits of its message's serial) of a page: 32 KiB */
const entryBits = 12
const entriesPerPage = 1 << entryBits
const entryMask = entriesPerPage - 1
const openEntries = (): Int32Array => new Int32Array(2 * entriesPerPage)

const openPage = (): Page => ({
  at: new Float64Array(pageSize),
  day: new Int32Array(pageSize),
  person: new Int32Array(pageSize),
  group: new Int32Array(pageSize),
  unit: new Int32Array(pageSize),
  mood: new Int8Array(pageSize),
  category: new Int16Array(pageSize),
  start: new Float64Array(pageSize),
  count: new Uint8Array(pageSize),
})

const pageBytes = pageSize * 36

interface Columns {
  pages: Ring<Page>
  entries: Ring<Int32Array>
  /** serials of the oldest message held, of the oldest of the half window, and of the next one; entries likewise */
  head: number
  half: number
  next: number
  firstEntry: number
  nextEntry: number
}

const pageOf = ({ pages }: Columns, serial: number): Page => pages.held(Math.floor(serial / pageSize))

function write(c: Columns, m: LoggedMessage, terms: Int32Array, kept: number): void {
  const page = c.pages.at(Math.floor(c.next / pageSize))
  const i = c.next & pageMask
  page.at[i] = m.at
  page.day[i] = m.day
  page.person[i] = m.person
  page.group[i] = m.group
  page.unit[i] = m.unit
  page.mood[i] = m.polarity
  page.category[i] = m.category
  page.start[i] = c.nextEntry
  page.count[i] = kept
  for (let j = 0; j < kept; j++) {
    const entry = c.nextEntry++
    const entries = c.entries.at(Math.floor(entry / entriesPerPage))
    entries[2 * (entry & entryMask)] = terms[j]!
    entries[2 * (entry & entryMask) + 1] = c.next | 0
  }
  c.next++
}

/** Forgets the oldest message and returns its group. */
function forget(c: Columns): number {
  const page = pageOf(c, c.head)
  const i = c.head & pageMask
  const former = Math.floor(c.firstEntry / entriesPerPage)
  c.firstEntry += page.count[i]!
  if (Math.floor(c.firstEntry / entriesPerPage) > former) c.entries.free(former)
  c.head++
  if ((c.head & pageMask) === 0) c.pages.free(c.head / pageSize - 1)
  return page.group[i]!
}

/** `capacity`: most messages, a power of two from 4,096 to 262,144; a message keeps at most 64 terms, 16 in the mean at capacity. */
export function createRecentLog(capacity = 262_144): RecentLog {
  const termCapacity = capacity * termsPerMessage
  const c: Columns = {
    pages: createRing((capacity >> pageBits) * 2, openPage),
    entries: createRing((termCapacity >> entryBits) * 2, openEntries),
    ...{ head: 0, half: 0, next: 0, firstEntry: 0, nextEntry: 0 },
  }
  const groups = { full: [] as number[], half: [] as number[] }
  const read = readers(c)
  const held = { first: () => c.head, half: () => c.half, next: () => c.next }
  const index = createTermIndex({ ...held, ...read, pairs: (of) => eachPart(c, of) }, Math.log2(capacity))

  const passHalf = (): void => {
    groups.half[pageOf(c, c.half).group[c.half & pageMask]!]!--
    c.half++
  }
  const drop = (): void => {
    if (c.head === c.half) passHalf()
    groups.full[forget(c)]!--
  }
  const isFull = (more: number): boolean =>
    c.next - c.head >= capacity || (c.head < c.next && c.nextEntry - c.firstEntry + more > termCapacity)

  return {
    push(m, terms, count) {
      const kept = Math.min(count, mostTerms)
      while (isFull(kept)) drop()
      groups.full[m.group] = (groups.full[m.group] ?? 0) + 1
      groups.half[m.group] = (groups.half[m.group] ?? 0) + 1
      write(c, m, terms, kept)
    },
    expire(at) {
      while (c.head < c.next && read.at(c.head) < at) drop()
    },
    halve(at) {
      while (c.half < c.next && read.at(c.half) < at) passHalf()
    },
    ...held,
    groups: () => groups.full.length,
    messagesOf: (group) => ({ half: groups.half[group] ?? 0, full: groups.full[group] ?? 0 }),
    ...read,
    postings: index.messages,
    eachWord: index.each,
    bytes: () => c.pages.opened() * pageBytes + c.entries.opened() * 8 * entriesPerPage + index.bytes(),
  }
}

/** The entries held, page by page. */
function eachPart(c: Columns, read: ReadPairs): void {
  for (let entry = c.firstEntry; entry < c.nextEntry;) {
    const page = Math.floor(entry / entriesPerPage)
    const end = Math.min(c.nextEntry, (page + 1) * entriesPerPage)
    const from = 2 * (entry & entryMask)
    read(c.entries.held(page), from, from + 2 * (end - entry))
    entry = end
  }
}

type Readers = Pick<
  RecentLog,
  'at' | 'day' | 'person' | 'group' | 'unit' | 'polarity' | 'category' | 'count' | 'term' | 'terms'
>

function readers(c: Columns): Readers {
  const termAt = (entry: number): number =>
    c.entries.held(Math.floor(entry / entriesPerPage))[2 * (entry & entryMask)]!
  return {
    at: (s) => pageOf(c, s).at[s & pageMask]!,
    day: (s) => pageOf(c, s).day[s & pageMask]!,
    person: (s) => pageOf(c, s).person[s & pageMask]!,
    group: (s) => pageOf(c, s).group[s & pageMask]!,
    unit: (s) => pageOf(c, s).unit[s & pageMask]!,
    polarity: (s) => pageOf(c, s).mood[s & pageMask]!,
    category: (s) => pageOf(c, s).category[s & pageMask]!,
    count: (s) => pageOf(c, s).count[s & pageMask]!,
    term: (s, i) => termAt(pageOf(c, s).start[s & pageMask]! + i),
    terms(s, into) {
      const page = pageOf(c, s)
      const start = page.start[s & pageMask]!
      const count = page.count[s & pageMask]!
      for (let i = 0; i < count; i++) into[i] = termAt(start + i)
      return count
    },
  }
}

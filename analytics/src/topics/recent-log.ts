/**
 * Messages of the last two hours as numbers (who, where, which words), in a ring of small typed-array pages with a hard
 * bound: beyond `capacity` the oldest give way, so that very high rates see a shorter past. Pages are opened as they are
 * needed and used again once their messages have expired; nothing is ever copied, so no push stalls. An index of the
 * words keeps their counts current (term-index.ts). Memory only.
 */
import { createRing } from './ring.ts'
import { createTermIndex, type TermIndex } from './term-index.ts'

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
   * Words held are in rows 0 .. rows() - 1: the word, and the different people who said it, by local day the larger day,
   * in all and in the half window. A free row has no people.
   */
  rows(): number
  termOf(row: number): number
  people(row: number): number
  peopleOfHalf(row: number): number
  /** bytes of the pages opened so far */
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

/** `capacity`: most messages, a power of two from 4,096 on; a message keeps at most 64 terms, 16 in the mean at capacity. */
export function createRecentLog(capacity = 262_144): RecentLog {
  const termCapacity = capacity * termsPerMessage
  const pages = createRing((capacity >> pageBits) * 2, openPage)
  const index = createTermIndex(termCapacity)
  const groups = { full: [] as number[], half: [] as number[] }
  let [head, half, next] = [0, 0, 0]

  const pageOf = (serial: number): Page => pages.held(Math.floor(serial / pageSize))

  function passHalf(): void {
    const page = pageOf(half)
    const i = half & pageMask
    for (let n = page.count[i]!; n > 0; n--) index.passHalf()
    groups.half[page.group[i]!]!--
    half++
  }

  function drop(): void {
    if (head === half) passHalf()
    const page = pageOf(head)
    const i = head & pageMask
    for (let n = page.count[i]!; n > 0; n--) index.drop(page.person[i]!)
    groups.full[page.group[i]!]!--
    head++
    if ((head & pageMask) === 0) pages.free(head / pageSize - 1)
  }

  return {
    push(m, terms, count) {
      const kept = Math.min(count, mostTerms)
      while (next - head >= capacity || (head < next && index.next() - index.first() + kept > termCapacity))
        drop()
      const page = pages.at(Math.floor(next / pageSize))
      const i = next & pageMask
      page.at[i] = m.at
      page.day[i] = m.day
      page.person[i] = m.person
      page.group[i] = m.group
      page.unit[i] = m.unit
      page.mood[i] = m.polarity
      page.category[i] = m.category
      page.start[i] = index.next()
      page.count[i] = kept
      for (let j = 0; j < kept; j++) index.enter(terms[j]!, m.person, m.day, next | 0)
      groups.full[m.group] = (groups.full[m.group] ?? 0) + 1
      groups.half[m.group] = (groups.half[m.group] ?? 0) + 1
      next++
    },
    expire(at) {
      while (head < next && pageOf(head).at[head & pageMask]! < at) drop()
    },
    halve(at) {
      while (half < next && pageOf(half).at[half & pageMask]! < at) passHalf()
    },
    first: () => head,
    half: () => half,
    next: () => next,
    groups: () => groups.full.length,
    messagesOf: (group) => ({ half: groups.half[group] ?? 0, full: groups.full[group] ?? 0 }),
    ...readers(pageOf, index),
    postings: (term) => index.messages(term).map((low) => head + ((low - (head | 0)) >>> 0)),
    rows: index.rows,
    termOf: index.termOf,
    people: index.people,
    peopleOfHalf: index.peopleSinceHalf,
    bytes: () => pages.opened() * pageBytes + index.bytes(),
  }
}

type Readers = Pick<
  RecentLog,
  'at' | 'day' | 'person' | 'group' | 'unit' | 'polarity' | 'category' | 'count' | 'term' | 'terms'
>

function readers(pageOf: (serial: number) => Page, index: TermIndex): Readers {
  return {
    at: (s) => pageOf(s).at[s & pageMask]!,
    day: (s) => pageOf(s).day[s & pageMask]!,
    person: (s) => pageOf(s).person[s & pageMask]!,
    group: (s) => pageOf(s).group[s & pageMask]!,
    unit: (s) => pageOf(s).unit[s & pageMask]!,
    polarity: (s) => pageOf(s).mood[s & pageMask]!,
    category: (s) => pageOf(s).category[s & pageMask]!,
    count: (s) => pageOf(s).count[s & pageMask]!,
    term: (s, i) => index.term(pageOf(s).start[s & pageMask]! + i),
    terms(s, into) {
      const page = pageOf(s)
      const start = page.start[s & pageMask]!
      const count = page.count[s & pageMask]!
      for (let i = 0; i < count; i++) into[i] = index.term(start + i)
      return count
    },
  }
}

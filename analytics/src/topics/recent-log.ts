/**
 * Messages of the last two hours as numbers (who, where, which words), in a ring of small typed-array pages with a hard
 * bound: beyond `capacity` the oldest give way, so that very high rates see a shorter past. Pages are opened as they are
 * needed and used again once their messages have expired; nothing is ever copied, so no push stalls. Memory only.
 */
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
  /** serial numbers of the oldest message held and of the next one */
  first(): number
  next(): number
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

/** messages of a page, and terms of a page of terms: 72 and 64 KiB */
const pageBits = 11
const pageSize = 1 << pageBits
const pageMask = pageSize - 1
const termBits = 14
const termMask = (1 << termBits) - 1
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

/**
 * Pages of a ring, by the number of an entry in the whole history. A page that has expired moves on to the next place
 * that has none, so the pages held are those of the fullest two hours.
 */
function createRing<T>(
  places: number,
  open: () => T,
): { at(page: number): T; free(page: number): void; held(): number } {
  const ring: (T | undefined)[] = new Array<T | undefined>(places).fill(undefined)
  const spare: T[] = []
  const mask = places - 1
  let held = 0
  return {
    at(page) {
      const known = ring[page & mask]
      if (known !== undefined) return known
      const next = spare.pop() ?? open()
      ring[page & mask] = next
      held = Math.max(
        held,
        ring.reduce((sum, one) => sum + (one === undefined ? 0 : 1), spare.length),
      )
      return next
    },
    free(page) {
      const old = ring[page & mask]
      ring[page & mask] = undefined
      if (old !== undefined) spare.push(old)
    },
    held: () => held,
  }
}

/** `capacity`: most messages, a power of two from 4,096 on; a message keeps at most 64 terms, 16 in the mean at capacity. */
export function createRecentLog(capacity = 262_144): RecentLog {
  const termCapacity = capacity * termsPerMessage
  const pages = createRing((capacity >> pageBits) * 2, openPage)
  const termPages = createRing((termCapacity >> termBits) * 2, () => new Int32Array(1 << termBits))
  let head = 0
  let next = 0
  let nextTerm = 0

  const pageOf = (serial: number): Page => pages.at(Math.floor(serial / pageSize))
  const startOf = (serial: number): number => pageOf(serial).start[serial & pageMask]!

  function drop(): void {
    const termPage = Math.floor(startOf(head) / (termMask + 1))
    head++
    if ((head & pageMask) === 0) pages.free(head / pageSize - 1)
    const kept = head === next ? nextTerm : startOf(head)
    for (let page = termPage; page < Math.floor(kept / (termMask + 1)); page++) termPages.free(page)
  }

  return {
    push(m, terms, count) {
      const kept = Math.min(count, mostTerms)
      while (next - head >= capacity || (head < next && nextTerm - startOf(head) + kept > termCapacity))
        drop()
      const page = pageOf(next)
      const i = next & pageMask
      page.at[i] = m.at
      page.day[i] = m.day
      page.person[i] = m.person
      page.group[i] = m.group
      page.unit[i] = m.unit
      page.mood[i] = m.polarity
      page.category[i] = m.category
      page.start[i] = nextTerm
      page.count[i] = kept
      for (let j = 0; j < kept; j++) {
        termPages.at(Math.floor(nextTerm / (termMask + 1)))[nextTerm & termMask] = terms[j]!
        nextTerm++
      }
      next++
    },
    expire(at) {
      while (head < next && pageOf(head).at[head & pageMask]! < at) drop()
    },
    first: () => head,
    next: () => next,
    at: (s) => pageOf(s).at[s & pageMask]!,
    day: (s) => pageOf(s).day[s & pageMask]!,
    person: (s) => pageOf(s).person[s & pageMask]!,
    group: (s) => pageOf(s).group[s & pageMask]!,
    unit: (s) => pageOf(s).unit[s & pageMask]!,
    polarity: (s) => pageOf(s).mood[s & pageMask]!,
    category: (s) => pageOf(s).category[s & pageMask]!,
    count: (s) => pageOf(s).count[s & pageMask]!,
    term(s, i) {
      const at = startOf(s) + i
      return termPages.at(Math.floor(at / (termMask + 1)))[at & termMask]!
    },
    terms(s, into) {
      const page = pageOf(s)
      const count = page.count[s & pageMask]!
      let at = page.start[s & pageMask]!
      let held = termPages.at(Math.floor(at / (termMask + 1)))
      for (let i = 0; i < count; i++, at++) {
        if (i > 0 && (at & termMask) === 0) held = termPages.at(Math.floor(at / (termMask + 1)))
        into[i] = held[at & termMask]!
      }
      return count
    },
    bytes: () => pages.held() * pageBytes + termPages.held() * ((termMask + 1) * 4),
  }
}

/**
 * Messages of the last two hours as numbers (who, where, which words), in growing typed-array rings with a hard bound:
 * beyond `capacity` the oldest give way, so that very high rates see a shorter past. Memory only.
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
  bytes(): number
}

interface Columns {
  at: Float64Array
  day: Int32Array
  person: Int32Array
  group: Int32Array
  unit: Int32Array
  mood: Int8Array
  category: Int16Array
  start: Float64Array
  count: Uint8Array
  terms: Int32Array
}

const termsPerMessage = 16

function openColumns(size: number): Columns {
  return {
    at: new Float64Array(size),
    day: new Int32Array(size),
    person: new Int32Array(size),
    group: new Int32Array(size),
    unit: new Int32Array(size),
    mood: new Int8Array(size),
    category: new Int16Array(size),
    start: new Float64Array(size),
    count: new Uint8Array(size),
    terms: new Int32Array(size * termsPerMessage),
  }
}

/** `capacity`: most messages, a power of two; a message keeps at most 64 terms. */
export function createRecentLog(capacity = 262_144): RecentLog {
  let size = 1024
  let c = openColumns(size)
  let head = 0
  let next = 0
  let nextTerm = 0

  const termsHeld = (): number => (head === next ? 0 : nextTerm - c.start[head & (size - 1)]!)

  function grow(): void {
    const old = c
    const oldSize = size
    size *= 2
    c = openColumns(size)
    for (let s = head; s < next; s++) {
      const from = s & (oldSize - 1)
      const to = s & (size - 1)
      for (const name of [
        'at',
        'day',
        'person',
        'group',
        'unit',
        'mood',
        'category',
        'start',
        'count',
      ] as const) {
        c[name][to] = old[name][from]!
      }
      const start = old.start[from]!
      for (let i = 0; i < old.count[from]!; i++) {
        c.terms[(start + i) & (c.terms.length - 1)] = old.terms[(start + i) & (old.terms.length - 1)]!
      }
    }
  }

  return {
    push(m, terms, count) {
      const kept = Math.min(count, 64)
      while (next - head >= size || termsHeld() + kept > c.terms.length) {
        if (size < capacity) grow()
        else head++
      }
      const i = next & (size - 1)
      c.at[i] = m.at
      c.day[i] = m.day
      c.person[i] = m.person
      c.group[i] = m.group
      c.unit[i] = m.unit
      c.mood[i] = m.polarity
      c.category[i] = m.category
      c.start[i] = nextTerm
      c.count[i] = kept
      const mask = c.terms.length - 1
      for (let j = 0; j < kept; j++) c.terms[nextTerm++ & mask] = terms[j]!
      next++
    },
    expire(at) {
      while (head < next && c.at[head & (size - 1)]! < at) head++
    },
    first: () => head,
    next: () => next,
    at: (s) => c.at[s & (size - 1)]!,
    day: (s) => c.day[s & (size - 1)]!,
    person: (s) => c.person[s & (size - 1)]!,
    group: (s) => c.group[s & (size - 1)]!,
    unit: (s) => c.unit[s & (size - 1)]!,
    polarity: (s) => c.mood[s & (size - 1)]!,
    category: (s) => c.category[s & (size - 1)]!,
    count: (s) => c.count[s & (size - 1)]!,
    term: (s, i) => c.terms[(c.start[s & (size - 1)]! + i) & (c.terms.length - 1)]!,
    bytes: () =>
      Object.values(c).reduce((sum: number, column: { byteLength: number }) => sum + column.byteLength, 0),
  }
}

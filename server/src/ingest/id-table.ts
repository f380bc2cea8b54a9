/**
 * Hashed ids of events. An id is four 32-bit words; the lowest bit of the first word says what it named (0 a message,
 * 1 a correction) and takes no part in comparisons, so that one look-up tells both whether an id is known and of what kind.
 */
export const KIND_BIT = 1
export type KnownAs = 'message' | 'correction'

/** An exact set of ids in one typed array (open addressing, at most half full): 32 to 64 bytes an id, no objects. */
export interface IdTable {
  /** False when the id was already there, whatever its kind. */
  add(words: Uint32Array, at: number): boolean
  find(words: Uint32Array, at: number): KnownAs | undefined
  readonly size: number
  readonly bytes: number
  /** All ids, ordered by their words as unsigned numbers, 16 bytes each, in parts small enough to sort between two requests. */
  sorted(): Generator<Uint32Array>
  clear(): void
}

const FIRST_SLOTS = 1024
/** Parts of `sorted`, by the upper bits of the first word. */
const PART_BITS = 5

/** Order of two ids by their words, the kind left out. */
export function compareIds(a: Uint32Array, i: number, b: Uint32Array, j: number): number {
  const first = ((a[i] as number) & ~KIND_BIT) >>> 0
  const other = ((b[j] as number) & ~KIND_BIT) >>> 0
  if (first !== other) return first - other
  for (let word = 1; word < 4; word++) {
    const difference = (a[i + word] as number) - (b[j + word] as number)
    if (difference !== 0) return difference
  }
  return 0
}

export function kindOf(firstWord: number): KnownAs {
  return (firstWord & KIND_BIT) === 0 ? 'message' : 'correction'
}

function sortIds(ids: Uint32Array, count: number): Uint32Array {
  // Sorting 64-bit keys in a Float64Array is native: the upper 26 bits of the first word order, the rest is the index.
  const keys = new Float64Array(count)
  for (let i = 0; i < count; i++) keys[i] = ((ids[i * 4] as number) >>> 6) * 2 ** 26 + i
  keys.sort()
  const order = new Uint32Array(count)
  for (let i = 0; i < count; i++) order[i] = (keys[i] as number) % 2 ** 26
  // Equal prefixes are rare; an insertion pass puts them right.
  for (let i = 1; i < count; i++) {
    const moved = order[i] as number
    let j = i - 1
    while (j >= 0 && compareIds(ids, (order[j] as number) * 4, ids, moved * 4) > 0) {
      order[j + 1] = order[j] as number
      j--
    }
    order[j + 1] = moved
  }
  const sorted = new Uint32Array(count * 4)
  for (let i = 0; i < count; i++) {
    const from = (order[i] as number) * 4
    for (let word = 0; word < 4; word++) sorted[i * 4 + word] = ids[from + word] as number
  }
  return sorted
}

/** The used slots of a table, put together by the upper bits of their first word. */
function* partsOf(table: Uint32Array, used: Uint8Array, size: number): Generator<Uint32Array> {
  const starts = new Uint32Array((1 << PART_BITS) + 1)
  const partOf = (slot: number) => (table[slot * 4] as number) >>> (32 - PART_BITS)
  for (let slot = 0; slot < used.length; slot++)
    if (used[slot] === 1) starts[partOf(slot) + 1] = (starts[partOf(slot) + 1] as number) + 1
  for (let part = 1; part < starts.length; part++)
    starts[part] = (starts[part] as number) + (starts[part - 1] as number)
  const ends = starts.slice()
  const packed = new Uint32Array(size * 4)
  for (let slot = 0; slot < used.length; slot++) {
    if (used[slot] !== 1) continue
    const part = partOf(slot)
    const to = ends[part] as number
    ends[part] = to + 1
    for (let word = 0; word < 4; word++) packed[to * 4 + word] = table[slot * 4 + word] as number
  }
  for (let part = 0; part < 1 << PART_BITS; part++) {
    const [from = 0, to = 0] = [starts[part], starts[part + 1]]
    if (to > from) yield packed.subarray(from * 4, to * 4)
  }
}

/** @param expected ids that fit without making the table larger, which takes tens of ms once it is large */
export function createIdTable(expected = FIRST_SLOTS / 2): IdTable {
  const firstSlots = 2 ** Math.ceil(Math.log2(Math.max(FIRST_SLOTS, expected * 2)))
  let slots = firstSlots
  let table = new Uint32Array(slots * 4)
  let used = new Uint8Array(slots)
  let size = 0

  /** Slot of the id, or the bitwise complement of the free slot where it belongs. */
  function slotOf(words: Uint32Array, at: number): number {
    const mask = slots - 1
    let slot = (words[at + 3] as number) & mask
    while (used[slot] === 1) {
      const base = slot * 4
      if (
        table[base + 3] === words[at + 3] &&
        table[base + 2] === words[at + 2] &&
        table[base + 1] === words[at + 1] &&
        (((table[base] as number) ^ (words[at] as number)) & ~KIND_BIT) === 0
      ) {
        return slot
      }
      slot = (slot + 1) & mask
    }
    return ~slot
  }
  function put(slot: number, words: Uint32Array, at: number): void {
    used[slot] = 1
    for (let word = 0; word < 4; word++) table[slot * 4 + word] = words[at + word] as number
  }
  function grow(): void {
    const before = table
    const was = used
    slots *= 2
    table = new Uint32Array(slots * 4)
    used = new Uint8Array(slots)
    for (let slot = 0; slot < was.length; slot++)
      if (was[slot] === 1) put(~slotOf(before, slot * 4), before, slot * 4)
  }

  return {
    add(words, at) {
      const slot = slotOf(words, at)
      if (slot >= 0) return false
      put(~slot, words, at)
      if (++size * 2 > slots) grow()
      return true
    },
    find(words, at) {
      const slot = slotOf(words, at)
      return slot < 0 ? undefined : kindOf(table[slot * 4] as number)
    },
    get size() {
      return size
    },
    get bytes() {
      return slots * 17
    },
    *sorted() {
      for (const part of partsOf(table, used, size)) yield sortIds(part, part.length / 4)
    },
    clear() {
      slots = firstSlots
      table = new Uint32Array(slots * 4)
      used = new Uint8Array(slots)
      size = 0
    },
  }
}

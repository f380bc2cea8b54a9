/**
 * Hashed ids of events. An id is four 32-bit words; the lowest bit of the first word says what it named (0 a message,
 * 1 a correction) and takes no part in comparisons, so that one look-up tells both whether an id is known and of what kind.
 */
export const KIND_BIT = 1
export type KnownAs = 'message' | 'correction'

/** An exact set of ids in typed arrays (open addressing, at most half full): 26 to 52 bytes an id, no objects. */
export interface IdTable {
  /** False when the id was already there, whatever its kind. */
  add(words: Uint32Array, at: number): boolean
  find(words: Uint32Array, at: number): KnownAs | undefined
  readonly size: number
  readonly bytes: number
  /** All ids, ordered by their words as unsigned numbers, 16 bytes each, in parts small enough to sort between two requests. */
  sorted(): Generator<Uint32Array>
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

/** The kind left out. */
function isSame(a: Uint32Array, i: number, b: Uint32Array, j: number): boolean {
  return (
    a[i + 3] === b[j + 3] &&
    a[i + 2] === b[j + 2] &&
    a[i + 1] === b[j + 1] &&
    (((a[i] as number) ^ (b[j] as number)) & ~KIND_BIT) === 0
  )
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

/** The first `size` ids, put together by the upper bits of their first word. */
function* partsOf(ids: Uint32Array, size: number): Generator<Uint32Array> {
  const starts = new Uint32Array((1 << PART_BITS) + 1)
  const partOf = (at: number) => (ids[at] as number) >>> (32 - PART_BITS)
  for (let at = 0; at < size * 4; at += 4) starts[partOf(at) + 1] = (starts[partOf(at) + 1] as number) + 1
  for (let part = 1; part < starts.length; part++)
    starts[part] = (starts[part] as number) + (starts[part - 1] as number)
  const ends = starts.slice()
  const packed = new Uint32Array(size * 4)
  for (let at = 0; at < size * 4; at += 4) {
    const part = partOf(at)
    const to = ends[part] as number
    ends[part] = to + 1
    for (let word = 0; word < 4; word++) packed[to * 4 + word] = ids[at + word] as number
  }
  for (let part = 0; part < 1 << PART_BITS; part++) {
    const [from = 0, to = 0] = [starts[part], starts[part + 1]]
    if (to > from) yield packed.subarray(from * 4, to * 4)
  }
}

function slotsFor(expected: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(FIRST_SLOTS, expected * 2)))
}

/**
 * Ids stand one after another; a slot holds the position of one and a tag of eight of its bits, so that a look-up for an id that
 * is not there, which is nearly every one, touches tags only.
 * @param expected ids that fit without making the table larger, which takes tens of ms once it is large
 */
export function createIdTable(expected = FIRST_SLOTS / 2): IdTable {
  let slots = slotsFor(expected)
  let ids = new Uint32Array(slots * 2)
  let positions = new Uint32Array(slots)
  let tags = new Uint8Array(slots)
  let size = 0

  /** Never 0, which marks a free slot. */
  const tagOf = (words: Uint32Array, at: number) => (words[at + 2] as number) & 255 || 1
  /** Slot of the id, or the bitwise complement of the free slot where it belongs. */
  function slotOf(words: Uint32Array, at: number): number {
    const mask = slots - 1
    const tag = tagOf(words, at)
    let slot = (words[at + 3] as number) & mask
    for (; tags[slot] !== 0; slot = (slot + 1) & mask)
      if (tags[slot] === tag && isSame(ids, (positions[slot] as number) * 4, words, at)) return slot
    return ~slot
  }
  function grow(): void {
    slots *= 2
    const wider = new Uint32Array(slots * 2)
    wider.set(ids)
    ids = wider
    positions = new Uint32Array(slots)
    tags = new Uint8Array(slots)
    for (let position = 0; position < size; position++) put(~slotOf(ids, position * 4), position)
  }
  function put(slot: number, position: number): void {
    tags[slot] = tagOf(ids, position * 4)
    positions[slot] = position
  }

  return {
    add(words, at) {
      const slot = slotOf(words, at)
      if (slot >= 0) return false
      for (let word = 0; word < 4; word++) ids[size * 4 + word] = words[at + word] as number
      put(~slot, size)
      if (++size * 2 >= slots) grow()
      return true
    },
    find(words, at) {
      const slot = slotOf(words, at)
      return slot < 0 ? undefined : kindOf(ids[(positions[slot] as number) * 4] as number)
    },
    get size() {
      return size
    },
    get bytes() {
      return slots * 13
    },
    *sorted() {
      for (const part of partsOf(ids, size)) yield sortIds(part, part.length / 4)
    },
  }
}

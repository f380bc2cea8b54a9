/**
 * Overflow blocks for distinct-people sets that outgrow the places inside a table row. One pool serves all scopes, so
 * that memory has one bound. A block is an exact hash set of up to 192 people; beyond that it turns into a bitmap of
 * 8,192 bits read by linear counting (Whang, Vander-Zanden, Taylor 1990).
 */
const blockInts = 256
const exactLimit = 192
const bitmapBits = blockInts * 32

export interface PeoplePool {
  /** a zeroed block, or 0 when the pool is full */
  take(): number
  give(block: number): void
  /** adds to an exact block holding `size` people; returns the new size, or -1 when it must become a bitmap */
  addExact(block: number, size: number, person: number): number
  /** turns an exact block into a bitmap and returns the number of set bits */
  toBitmap(block: number): number
  /** adds to a bitmap with `bits` set bits and returns the new number */
  addBit(block: number, bits: number, person: number): number
  /** calls visit for each person of an exact block */
  each(block: number, visit: (person: number) => void): void
  bytes(): number
}

/** Estimated number of people of a bitmap with `bits` set bits, rounded down. */
export function linearCount(bits: number): number {
  const empty = Math.max(1, bitmapBits - bits)
  return Math.floor(-bitmapBits * Math.log(empty / bitmapBits))
}

/** `capacity`: most blocks (1 KiB each) at a time; storage grows by doubling up to it. */
export function createPeoplePool(capacity = 16_384): PeoplePool {
  let store = new Int32Array(64 * blockInts)
  const free: number[] = []
  let next = 1
  const scratch = new Int32Array(exactLimit + 1)

  function place(block: number, person: number): boolean {
    const base = block * blockInts
    let at = (person >>> 8) & (blockInts - 1)
    for (;;) {
      const held = store[base + at]!
      if (held === person) return false
      if (held === 0) {
        store[base + at] = person
        return true
      }
      at = (at + 1) & (blockInts - 1)
    }
  }

  function setBit(block: number, person: number): boolean {
    const bit = Math.imul(person, 0x9e3779b1) >>> 19
    const at = block * blockInts + (bit >>> 5)
    const mask = 1 << (bit & 31)
    if (store[at]! & mask) return false
    store[at]! |= mask
    return true
  }

  return {
    take() {
      const recycled = free.pop()
      if (recycled !== undefined) return recycled
      if (next >= capacity) return 0
      if ((next + 1) * blockInts > store.length) {
        const grown = new Int32Array(store.length * 2)
        grown.set(store)
        store = grown
      }
      return next++
    },
    give(block) {
      store.fill(0, block * blockInts, (block + 1) * blockInts)
      free.push(block)
    },
    addExact(block, size, person) {
      if (!place(block, person)) return size
      return size + 1 > exactLimit ? -1 : size + 1
    },
    toBitmap(block) {
      let count = 0
      const base = block * blockInts
      for (let i = base; i < base + blockInts; i++) if (store[i] !== 0) scratch[count++] = store[i]!
      store.fill(0, base, base + blockInts)
      let bits = 0
      for (let i = 0; i < count; i++) if (setBit(block, scratch[i]!)) bits++
      return bits
    },
    addBit: (block, bits, person) => (setBit(block, person) ? bits + 1 : bits),
    each(block, visit) {
      const base = block * blockInts
      for (let i = base; i < base + blockInts; i++) if (store[i] !== 0) visit(store[i]!)
    },
    bytes: () => store.byteLength + scratch.byteLength,
  }
}

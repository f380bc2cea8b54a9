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

/** blocks of a page: storage grows by a quarter of a megabyte at a time and nothing is copied */
const pageBlocks = 256

/** `capacity`: most blocks (1 KiB each) at a time, the one that is never given out included. */
export function createPeoplePool(capacity = 16_384): PeoplePool {
  const pages = [new Int32Array(pageBlocks * blockInts)]
  const free: number[] = []
  let next = 1
  const scratch = new Int32Array(exactLimit + 1)

  const pageOf = (block: number): Int32Array => pages[Math.floor(block / pageBlocks)]!
  const baseOf = (block: number): number => (block % pageBlocks) * blockInts

  function place(block: number, person: number): boolean {
    const store = pageOf(block)
    const base = baseOf(block)
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
    const store = pageOf(block)
    const bit = Math.imul(person, 0x9e3779b1) >>> 19
    const at = baseOf(block) + (bit >>> 5)
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
      if (next >= pages.length * pageBlocks) pages.push(new Int32Array(pageBlocks * blockInts))
      return next++
    },
    give(block) {
      pageOf(block).fill(0, baseOf(block), baseOf(block) + blockInts)
      free.push(block)
    },
    addExact(block, size, person) {
      if (!place(block, person)) return size
      return size + 1 > exactLimit ? -1 : size + 1
    },
    toBitmap(block) {
      let count = 0
      const store = pageOf(block)
      const base = baseOf(block)
      for (let i = base; i < base + blockInts; i++) if (store[i] !== 0) scratch[count++] = store[i]!
      store.fill(0, base, base + blockInts)
      let bits = 0
      for (let i = 0; i < count; i++) if (setBit(block, scratch[i]!)) bits++
      return bits
    },
    addBit: (block, bits, person) => (setBit(block, person) ? bits + 1 : bits),
    each(block, visit) {
      const store = pageOf(block)
      const base = baseOf(block)
      for (let i = base; i < base + blockInts; i++) if (store[i] !== 0) visit(store[i]!)
    },
    bytes: () => pages.length * pageBlocks * blockInts * 4 + scratch.byteLength,
  }
}

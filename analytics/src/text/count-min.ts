// A count-min sketch (Cormode & Muthukrishnan 2005) keyed by a secret, with conservative update: it counts hashes and
// holds no vocabulary. An estimate is never below the true count; it is above by collisions only.

/** Counts up to 255; a full counter stays full. */
export interface CountMin {
  /** Adds one and returns the new estimate. `low`, `high`: halves of a 64-bit keyed hash. */
  add(low: number, high: number): number
  estimate(low: number, high: number): number
  /** Halves every counter: old counts fade. */
  halve(): void
  clear(): void
  bytes(): number
}

const DEPTH = 3

/** @param bits each of the three rows has 2 ** bits counters of one byte. */
export function createCountMin(bits: number): CountMin {
  const width = 2 ** bits
  const counters = new Uint8Array(DEPTH * width)
  const at = (low: number, high: number, row: number): number =>
    row * width + (Math.imul(low + Math.imul(row, high | 1), 0x9e3779b1) >>> (32 - bits))

  function estimate(low: number, high: number): number {
    let least = 255
    for (let row = 0; row < DEPTH; row++) least = Math.min(least, counters[at(low, high, row)]!)
    return least
  }

  return {
    estimate,
    add(low, high) {
      const before = estimate(low, high)
      if (before === 255) return 255
      for (let row = 0; row < DEPTH; row++) {
        const slot = at(low, high, row)
        if (counters[slot] === before) counters[slot] = before + 1
      }
      return before + 1
    },
    halve() {
      for (let i = 0; i < counters.length; i++) counters[i] = counters[i]! >>> 1
    },
    clear: () => void counters.fill(0),
    bytes: () => counters.byteLength,
  }
}

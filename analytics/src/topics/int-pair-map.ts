/**
 * Map from two 32-bit integers to one from 0 on, in 256 open-addressing tables that grow by themselves: no step copies
 * more than a small part, however much is held. Callers' keys must not be an outsider's choice (no keyed hash inside).
 */
export interface IntPairMap {
  /** -1 where there is none */
  get(a: number, b: number): number
  /** sets a value and returns the former one, or -1 */
  swap(a: number, b: number, value: number): number
  delete(a: number, b: number): void
  bytes(): number
}

/** Three integers a slot: the key, and the value plus one (0: empty). */
interface Segment {
  slots: Int32Array
  mask: number
  used: number
}

const segmentShift = 24
const firstSlots = 16

export function createIntPairMap(): IntPairMap {
  const segments = Array.from({ length: 1 << (32 - segmentShift) }, (): Segment => ({
    slots: new Int32Array(3 * firstSlots),
    mask: firstSlots - 1,
    used: 0,
  }))
  return {
    get(a, b) {
      const hash = mix(a, b)
      const segment = segments[hash >>> segmentShift]!
      return segment.slots[3 * find(segment, a, b, hash) + 2]! - 1
    },
    swap(a, b, value) {
      const hash = mix(a, b)
      const segment = segments[hash >>> segmentShift]!
      let at = 3 * find(segment, a, b, hash)
      const former = segment.slots[at + 2]! - 1
      if (former < 0) {
        if (segment.used * 10 >= segment.mask * 7) {
          grow(segment)
          at = 3 * find(segment, a, b, hash)
        }
        segment.used++
        segment.slots[at] = a
        segment.slots[at + 1] = b
      }
      segment.slots[at + 2] = value + 1
      return former
    },
    delete(a, b) {
      const hash = mix(a, b)
      const segment = segments[hash >>> segmentShift]!
      const at = find(segment, a, b, hash)
      if (segment.slots[3 * at + 2] !== 0) close(segment, at)
    },
    bytes: () => segments.reduce((sum, { slots }) => sum + slots.byteLength, 0),
  }
}

function mix(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35)
  return h ^ (h >>> 13)
}

/** Slot of the key, or the empty one in which it belongs. */
function find({ slots, mask }: Segment, a: number, b: number, hash: number): number {
  for (let at = hash & mask; ; at = (at + 1) & mask) {
    if (slots[3 * at + 2] === 0) return at
    if (slots[3 * at + 1] === b && slots[3 * at] === a) return at
  }
}

function grow(segment: Segment): void {
  const old = segment.slots
  segment.slots = new Int32Array(old.length * 2)
  segment.mask = segment.slots.length / 3 - 1
  for (let i = 0; i < old.length; i += 3) {
    if (old[i + 2] === 0) continue
    const at = 3 * find(segment, old[i]!, old[i + 1]!, mix(old[i]!, old[i + 1]!))
    for (let k = 0; k < 3; k++) segment.slots[at + k] = old[i + k]!
  }
}

/** Empties a slot and moves up what was displaced past it (Knuth, TAOCP 3, 6.4, algorithm R). */
function close(segment: Segment, at: number): void {
  const { slots, mask } = segment
  let hole = at
  for (let next = (at + 1) & mask; slots[3 * next + 2] !== 0; next = (next + 1) & mask) {
    const home = mix(slots[3 * next]!, slots[3 * next + 1]!) & mask
    if (((next - home) & mask) < ((next - hole) & mask)) continue
    for (let i = 0; i < 3; i++) slots[3 * hole + i] = slots[3 * next + i]!
    hole = next
  }
  slots[3 * hole + 2] = 0
  segment.used--
}

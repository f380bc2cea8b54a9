/**
 * What the detector remembers below the floor: counters at keyed-hash positions, without a vocabulary. Without the
 * secret, which lives in memory only, a position says nothing about a word.
 */
import { createKeyedHash } from './sketch-hash.ts'

/** Count-min with conservative update (Cormode, Muthukrishnan 2005; Estan, Varghese 2002): never underestimates. */
export interface DecaySketch {
  add(term: number, value: number): void
  estimate(term: number): number
  /** multiplies everything by a factor in (0, 1] */
  decay(factor: number): void
  bytes(): number
}

const decayRows = 4

export function createDecaySketch(secret: Uint8Array, widthBits = 17): DecaySketch {
  const hash = createKeyedHash(secret, 0x73686172)
  const width = 1 << widthBits
  const cells = new Float32Array(decayRows * width)
  const places = new Int32Array(decayRows)
  // New values are scaled up instead of scaling the whole table down at each decay.
  let scale = 1

  // Two hashes give the places of all rows (Kirsch, Mitzenmacher 2006: no more collisions than with one each).
  function locate(term: number): number {
    const first = hash(term, 0, 0)
    const step = hash(term, 1, 0) | 1
    let least = Infinity
    for (let row = 0; row < decayRows; row++) {
      const place = row * width + ((first + Math.imul(row, step)) & (width - 1))
      places[row] = place
      least = Math.min(least, cells[place]!)
    }
    return least
  }

  return {
    add(term, value) {
      const target = locate(term) + value * scale
      for (let row = 0; row < decayRows; row++) {
        const place = places[row]!
        if (cells[place]! < target) cells[place] = target
      }
    },
    estimate: (term) => locate(term) / scale,
    decay(factor) {
      scale /= factor
      if (scale < 1e12) return
      for (let i = 0; i < cells.length; i++) cells[i]! /= scale
      scale = 1
    },
    bytes: () => cells.byteLength,
  }
}

/** Largest value of a word in each of a ring of time slots, 0..255; a word not written reads the least of its places. */
export interface SlotSketch {
  /** chooses the word for put() and get() */
  select(term: number): void
  put(slot: number, value: number): void
  get(slot: number): number
  clear(slot: number): void
  bytes(): number
}

const slotRows = 2
/** One hash gives the places of both rows. */
const mostWidthBits = 16

export function createSlotSketch(secret: Uint8Array, slots: number, widthBits = 13): SlotSketch {
  if (widthBits > mostWidthBits) throw new RangeError(`a slot sketch is at most 2^${mostWidthBits} wide`)
  const hash = createKeyedHash(secret, 0x736c6f74)
  const width = 1 << widthBits
  const cells = new Uint8Array(slots * slotRows * width)
  const places = new Int32Array(slotRows)
  const base = (slot: number): number => (((slot % slots) + slots) % slots) * slotRows * width
  return {
    select(term) {
      const both = hash(term, 0, 0)
      places[0] = both & (width - 1)
      places[1] = width + ((both >>> mostWidthBits) & (width - 1))
    },
    put(slot, value) {
      const start = base(slot)
      const capped = Math.min(255, value)
      for (let row = 0; row < slotRows; row++) {
        if (cells[start + places[row]!]! < capped) cells[start + places[row]!] = capped
      }
    },
    get(slot) {
      const start = base(slot)
      let least = 255
      for (let row = 0; row < slotRows; row++) least = Math.min(least, cells[start + places[row]!]!)
      return least
    },
    clear: (slot) => cells.fill(0, base(slot), base(slot) + slotRows * width),
    bytes: () => cells.byteLength,
  }
}

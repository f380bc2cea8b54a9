import type { SpooledCorrection } from './entry.ts'

/**
 * Corrections whose message is not known yet, for 24 h. Kept in memory and as notes beside the spool, one note for each
 * ten minutes of parking, so that the notes of the last days can be found by their names.
 */
export interface Parked {
  readonly size: number
  /** Removes and returns what waits for a message. */
  take(target: string): SpooledCorrection[]
  has(target: string): boolean
  /** Parks a correction; false when too many wait already. */
  add(correction: SpooledCorrection, now: number): boolean
  /** Removes what waited for 24 h. */
  expire(now: number): SpooledCorrection[]
  /** Notes that changed since the last call, to be written in the transaction of the block. */
  changedNotes(): Record<string, Uint8Array | null>
}

const SLOT_MS = 600_000
const KEEP_SLOTS = 24 * 6
/** Slots looked for at a start: what expired while the server was down is still counted. */
const LOOK_BACK_SLOTS = 14 * 24 * 6
const MOST = 100_000

const PREFIX = 'parked:'
const noteName = (slot: number) => `${PREFIX}${slot}`

/** Every note of parked corrections that there may be, by name: for a backup. */
export function parkedNotes(
  getNote: (key: string) => Uint8Array | undefined,
  now: number,
): Record<string, Uint8Array> {
  const notes: Record<string, Uint8Array> = {}
  const newest = Math.floor(now / SLOT_MS)
  for (let slot = newest - LOOK_BACK_SLOTS; slot <= newest + KEEP_SLOTS; slot++) {
    const note = getNote(noteName(slot))
    if (note !== undefined) notes[noteName(slot)] = note
  }
  return notes
}

export function loadParked(getNote: (key: string) => Uint8Array | undefined, now: number): Parked {
  const byTarget = new Map<string, SpooledCorrection[]>()
  const slotOf = new Map<SpooledCorrection, number>()
  const slots = new Map<number, Set<SpooledCorrection>>()
  const changed = new Set<number>()

  function put(correction: SpooledCorrection, slot: number): void {
    const others = byTarget.get(correction.target)
    if (others === undefined) byTarget.set(correction.target, [correction])
    else others.push(correction)
    slotOf.set(correction, slot)
    const inSlot = slots.get(slot)
    if (inSlot === undefined) slots.set(slot, new Set([correction]))
    else inSlot.add(correction)
  }
  function remove(correction: SpooledCorrection): void {
    const slot = slotOf.get(correction)
    if (slot === undefined) return
    slotOf.delete(correction)
    slots.get(slot)?.delete(correction)
    changed.add(slot)
  }
  for (const [name, note] of Object.entries(parkedNotes(getNote, now)))
    for (const line of Buffer.from(note).toString('latin1').split('\n'))
      put(JSON.parse(line) as SpooledCorrection, Number(name.slice(PREFIX.length)))

  return {
    get size() {
      return slotOf.size
    },
    has: (target) => byTarget.has(target),
    take(target) {
      const waiting = byTarget.get(target) ?? []
      byTarget.delete(target)
      for (const correction of waiting) remove(correction)
      return waiting
    },
    add(correction, at) {
      if (slotOf.size >= MOST) return false
      const slot = Math.floor(at / SLOT_MS)
      put(correction, slot)
      changed.add(slot)
      return true
    },
    expire(at) {
      const oldest = Math.floor(at / SLOT_MS) - KEEP_SLOTS
      const gone: SpooledCorrection[] = []
      for (const [slot, corrections] of slots) {
        if (slot >= oldest) continue
        for (const correction of corrections) {
          gone.push(correction)
          remove(correction)
          const left = (byTarget.get(correction.target) ?? []).filter((other) => other !== correction)
          if (left.length > 0) byTarget.set(correction.target, left)
          else byTarget.delete(correction.target)
        }
      }
      return gone
    },
    changedNotes() {
      const notes: Record<string, Uint8Array | null> = {}
      for (const slot of changed) {
        const corrections = [...(slots.get(slot) ?? [])]
        if (corrections.length === 0) slots.delete(slot)
        const lines = corrections.map((correction) => JSON.stringify(correction)).join('\n')
        notes[noteName(slot)] = corrections.length === 0 ? null : Buffer.from(lines, 'latin1')
      }
      changed.clear()
      return notes
    },
  }
}

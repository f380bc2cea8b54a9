import { encodeEntry, type SpooledCorrection } from './entry.ts'
import type { Observation } from './judge.ts'
import { monthIndex, type RowPieces } from './row.ts'

/** Months one spool value may touch: the engine refuses a block over more than 100 partitions, and blocks join values. */
const MONTH_LIMIT = 50

/** Rows and corrections on their way into one spool value. */
interface Part {
  rows: RowPieces[]
  rowIds: number[]
  months: Set<number>
  correctionIds: number[]
  corrections: SpooledCorrection[]
  seen: Observation[]
}

export interface SpoolPart {
  value: Uint8Array
  ids: Uint32Array
  /** Messages and corrections in it. */
  count: number
  seen: readonly Observation[]
}

export interface Batch {
  addRow(words: Uint32Array, row: RowPieces, seen: Observation): void
  addCorrection(words: Uint32Array, correction: SpooledCorrection): void
  /** Spool values of the batch: one, unless the events lie in very many months. */
  parts(acceptedAt: number): SpoolPart[]
}

function push(to: number[], words: Uint32Array): void {
  to.push(words[0] as number, words[1] as number, words[2] as number, words[3] as number)
}

const newPart = (): Part => ({
  ...{ rows: [], rowIds: [], months: new Set(), correctionIds: [], corrections: [], seen: [] },
})

export function createBatch(): Batch {
  const parts: Part[] = []
  let lastDay = ''
  let lastPart: Part | undefined

  function newest(): Part {
    const part = newPart()
    parts.push(part)
    return part
  }
  function partOf(day: string): Part {
    if (lastPart !== undefined && day === lastDay) return lastPart
    const month = monthIndex(day)
    const part =
      parts.find((candidate) => candidate.months.has(month)) ??
      parts.find((candidate) => candidate.months.size < MONTH_LIMIT) ??
      newest()
    part.months.add(month)
    lastDay = day
    lastPart = part
    return part
  }
  return {
    addRow(words, row, seen) {
      const part = partOf(seen.day)
      part.rows.push(row)
      push(part.rowIds, words)
      part.seen.push(seen)
    },
    addCorrection(words, correction) {
      const part = parts[0] ?? newest()
      push(part.correctionIds, words)
      part.corrections.push(correction)
    },
    parts: (acceptedAt) =>
      parts.map((part) => {
        const { rows, rowIds, correctionIds, seen, corrections, months } = part
        const ids = new Uint32Array(rowIds.length + correctionIds.length)
        ids.set(rowIds)
        ids.set(correctionIds, rowIds.length)
        const value = encodeEntry({ ids, months, rows, corrections, acceptedAt })
        return { value, ids, count: ids.length / 4, seen }
      }),
  }
}

import { encodeEntry, type SpooledCorrection } from './entry.ts'
import { monthIndex } from './row.ts'

/** Months one spool value may touch: the engine refuses a block over more than 100 partitions, and blocks join values. */
const MONTH_LIMIT = 50

/** Rows and corrections on their way into one spool value. */
interface Part {
  rows: string
  rowCount: number
  rowIds: number[]
  months: Set<number>
  correctionIds: number[]
  corrections: SpooledCorrection[]
  /** Positions of its events in the request. */
  indexes: number[]
}

export interface SpoolPart {
  value: Uint8Array
  ids: Uint32Array
  indexes: readonly number[]
}

export interface Batch {
  addRow(index: number, words: Uint32Array, day: string, line: string): void
  addCorrection(index: number, words: Uint32Array, correction: SpooledCorrection): void
  /** Spool values of the batch: one, unless the events lie in very many months. */
  parts(acceptedAt: number): SpoolPart[]
}

const newPart = (): Part => ({
  rows: '',
  rowCount: 0,
  rowIds: [],
  months: new Set(),
  correctionIds: [],
  corrections: [],
  indexes: [],
})

function push(to: number[], words: Uint32Array): void {
  to.push(words[0] as number, words[1] as number, words[2] as number, words[3] as number)
}

export function createBatch(): Batch {
  const parts: Part[] = []
  let lastDay = ''
  let lastPart = newPart()

  function partOf(day: string): Part {
    if (day === lastDay) return lastPart
    const month = monthIndex(day)
    let part =
      parts.find((candidate) => candidate.months.has(month)) ??
      parts.find((candidate) => candidate.months.size < MONTH_LIMIT)
    if (part === undefined) parts.push((part = newPart()))
    part.months.add(month)
    lastDay = day
    lastPart = part
    return part
  }
  return {
    addRow(index, words, day, line) {
      const part = partOf(day)
      part.rows += line
      part.rowCount++
      push(part.rowIds, words)
      part.indexes.push(index)
    },
    addCorrection(index, words, correction) {
      if (parts.length === 0) parts.push(newPart())
      const part = parts[0] as Part
      push(part.correctionIds, words)
      part.corrections.push(correction)
      part.indexes.push(index)
    },
    parts: (acceptedAt) =>
      parts.map((part) => {
        const ids = Uint32Array.from([...part.rowIds, ...part.correctionIds])
        return { value: encodeEntry({ ...part, ids, acceptedAt }), ids, indexes: part.indexes }
      }),
  }
}

import type { Spool } from '../ports/spool.ts'
import { decodeEntry, type Entry } from './entry.ts'

/** Some spool values in a row, to be inserted as one block. */
export interface Block {
  fromSeq: number
  toSeq: number
  rowCount: number
  entries: Entry[]
  /** Acceptance of its oldest value, ms since epoch. */
  acceptedAt: number
}

/** A block costs the engine a part in every table, so a large one is much cheaper a row. */
export const BLOCK_ROWS = 50_000
const BLOCK_BYTES = 16 * 1024 * 1024
const BLOCK_ENTRIES = 2_000
/** Partitions one block may touch; the engine's limit is 100. */
const BLOCK_MONTHS = 90

/** The next values after `afterSeq`, as many as fit one block; undefined when there are none. */
export function collectBlock(
  spool: Pick<Spool, 'read'>,
  afterSeq: number,
  toSeq = Infinity,
): Block | undefined {
  const months = new Set<number>()
  let block: Block | undefined
  // A block that was begun under an intent is made of the same values again: wider limits surely hold them.
  const wider = toSeq === Infinity ? 1 : 4
  for (const { seq, value } of spool.read(afterSeq, BLOCK_ENTRIES * wider, BLOCK_BYTES * wider)) {
    if (seq > toSeq) break
    const entry = decodeEntry(value)
    if (block !== undefined && toSeq === Infinity) {
      if (block.rowCount + entry.rowCount > BLOCK_ROWS) break
      const added = entry.months.reduce((count, month) => count + (months.has(month) ? 0 : 1), 0)
      if (months.size + added > BLOCK_MONTHS) break
    }
    for (const month of entry.months) months.add(month)
    block ??= { fromSeq: seq, toSeq: seq, rowCount: 0, entries: [], acceptedAt: entry.acceptedAt }
    block.toSeq = seq
    block.rowCount += entry.rowCount
    block.entries.push(entry)
  }
  return block
}

/** Messages and corrections of a block. */
export function blockEvents(block: Block): number {
  return block.entries.reduce((sum, entry) => sum + entry.ids.length / 4, 0)
}

export function blockIds(block: Block): Uint32Array {
  const ids = new Uint32Array(block.entries.reduce((length, entry) => length + entry.ids.length, 0))
  let at = 0
  for (const entry of block.entries) {
    ids.set(entry.ids, at)
    at += entry.ids.length
  }
  return ids
}

/** The bytes to insert: the lines of the entries, then the rows of resolved corrections. */
export function blockBytes(block: Block, correctionLines: string): Uint8Array {
  const lines = [...block.entries.map((entry) => entry.lines()), correctionLines]
  return Buffer.concat(lines.map((each) => Buffer.from(each, 'latin1')))
}

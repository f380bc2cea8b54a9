import { compareIds } from './id-table.ts'
import type { IdRun, RunWriter } from './id-run.ts'

const CHUNK = 4096

interface Cursor {
  run: IdRun
  ids: Uint32Array
  at: number
  next: number
}

function refill(cursor: Cursor): boolean {
  if (cursor.at < cursor.ids.length) return true
  const length = Math.min(CHUNK, cursor.run.count - cursor.next)
  if (length === 0) return false
  cursor.ids = cursor.run.read(cursor.next, length)
  cursor.next += length
  cursor.at = 0
  return true
}

/**
 * Merges runs into one, each id once. Works in slices of 4,096 ids with a write between them, so that it never holds the
 * event loop for more than about a millisecond.
 */
export async function mergeRuns(runs: readonly IdRun[], writer: RunWriter): Promise<void> {
  let cursors: Cursor[] = runs.map((run) => ({ run, ids: new Uint32Array(0), at: 0, next: 0 })).filter(refill)
  const last = new Uint32Array(4)
  let out = new Uint32Array(CHUNK * 4)
  let filled = 0
  let any = false
  while (cursors.length > 0) {
    let least = cursors[0] as Cursor
    for (let i = 1; i < cursors.length; i++) {
      const cursor = cursors[i] as Cursor
      if (compareIds(cursor.ids, cursor.at, least.ids, least.at) < 0) least = cursor
    }
    if (!any || compareIds(last, 0, least.ids, least.at) !== 0) {
      any = true
      for (let word = 0; word < 4; word++) out[filled++] = last[word] = least.ids[least.at + word] as number
      if (filled === out.length) {
        await writer.append(out)
        out = new Uint32Array(CHUNK * 4)
        filled = 0
      }
    }
    least.at += 4
    if (!refill(least)) cursors = cursors.filter((cursor) => cursor !== least)
  }
  if (filled > 0) await writer.append(out.subarray(0, filled))
}

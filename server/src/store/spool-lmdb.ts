import { mkdirSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import path from 'node:path'
import { open } from 'lmdb'
import type { Database, RootDatabase } from 'lmdb'
import type { Clock } from '../lib/clock.ts'
import type { Spool } from '../ports/spool.ts'

export interface SpoolOptions {
  /** Bytes of waiting entries before appends are refused. */
  maxBytes: number
  /** Free bytes that must remain on the disk. */
  minFreeBytes: number
  clock: Clock
  /** Free bytes of the disk that holds `dir`; replaced in tests. */
  freeBytes?: (dir: string) => Promise<number>
}

/** Entries removed in one transaction: a bulk removal would need so many pages at once that the file doubles. */
const REMOVE_STEP = 64
const FREE_CHECK_MS = 1_000
/** How long a failed write keeps appends away before one is let through to try the disk again. */
const RETRY_AFTER_MS = 1_000

const SEGMENT_FULL = 'the spool is full: the event store takes rows more slowly than they come'
const DISK_FULL = 'the disk of the spool is nearly full'
const DISK_FAILED = 'the disk of the spool refused a write'

const freeOf = async (dir: string) => {
  const { bavail, bsize } = await statfs(dir)
  return bavail * bsize
}

interface Stores {
  env: RootDatabase<Buffer, number>
  entries: Database<Buffer, number>
  notes: Database<Buffer, string>
}

function openStores(dir: string): Stores {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  // Freed pages hold entries that may be on disk anyway (ports/spool.ts); noMemInit stays off all the same.
  const env: RootDatabase<Buffer, number> = open({
    path: path.join(dir, 'spool.mdb'),
    encoding: 'binary',
    maxDbs: 4,
    noSubdir: true,
  })
  const entries = env.openDB<Buffer, number>({ name: 'entries', encoding: 'binary' })
  const notes = env.openDB<Buffer, string>({ name: 'notes', encoding: 'binary' })
  return { env, entries, notes }
}

const LAST_SEQ = 'spool.lastSeq'

/** Opens (or makes) the spool in `dir`. See ports/spool.ts for what its calls promise. */
export function openSpool(dir: string, options: SpoolOptions): Spool {
  const { env, entries, notes } = openStores(dir)
  const first = (reverse: boolean): number | undefined => [...entries.getKeys({ limit: 1, reverse })][0]
  // A drained spool has no key left: the note keeps the numbers from starting again.
  const noted = Number(notes.get(LAST_SEQ)?.toString() ?? 0)
  let lastSeq = Math.max(first(true) ?? 0, noted)
  let firstSeq = first(false) ?? lastSeq + 1
  let pendingBytes = 0
  const gate = createGate(dir, options, () => usedBytes(entries) + pendingBytes)
  const flushed = async (work: Promise<unknown>) => {
    await work
    await env.flushed
  }
  const removeRange = (from: number, through: number) => {
    for (const key of entries.getKeys({ start: from, end: through + 1 })) void entries.remove(key)
  }
  return {
    async append(value) {
      await gate.admit()
      const seq = ++lastSeq
      pendingBytes += value.byteLength
      try {
        await flushed(entries.put(seq, Buffer.from(value.buffer, value.byteOffset, value.byteLength)))
        gate.wrote()
        return seq
      } catch (error) {
        gate.failed()
        throw error
      } finally {
        pendingBytes -= value.byteLength
      }
    },
    read(afterSeq, maxEntries, maxBytes) {
      const found: { seq: number; value: Uint8Array }[] = []
      let bytes = 0
      for (const { key, value } of entries.getRange({ start: afterSeq + 1, limit: maxEntries })) {
        found.push({ seq: key, value })
        if ((bytes += value.byteLength) >= maxBytes) break
      }
      return found
    },
    async removeThrough(seq) {
      for (let from = firstSeq; from <= seq; from = firstSeq) {
        const through = Math.min(seq, from + REMOVE_STEP - 1)
        await env.transaction(() => {
          removeRange(from, through)
          void notes.put(LAST_SEQ, Buffer.from(String(lastSeq)))
        })
        firstSeq = through + 1
      }
    },
    getNote: (key) => notes.get(key),
    async setNotes(changes, removeThrough) {
      const from = firstSeq
      await flushed(
        env.transaction(() => {
          for (const [key, value] of Object.entries(changes)) {
            if (value === null) void notes.remove(key)
            else void notes.put(key, Buffer.from(value.buffer, value.byteOffset, value.byteLength))
          }
          if (removeThrough === undefined) return
          removeRange(from, removeThrough)
          void notes.put(LAST_SEQ, Buffer.from(String(lastSeq)))
        }),
      )
      if (removeThrough !== undefined) firstSeq = Math.max(firstSeq, removeThrough + 1)
    },
    get lastSeq() {
      return lastSeq
    },
    get depth() {
      return entryCount(entries)
    },
    get bytes() {
      return usedBytes(entries)
    },
    get blocked() {
      return gate.reason()
    },
    async close() {
      await env.flushed
      await env.close()
    },
  }
}

interface TreeStats {
  pageSize: number
  entryCount: number
  treeBranchPageCount: number
  treeLeafPageCount: number
  overflowPages: number
}
const statsOf = (database: Database<Buffer, number>) => database.getStats() as TreeStats
const entryCount = (database: Database<Buffer, number>) => statsOf(database).entryCount

function usedBytes(database: Database<Buffer, number>): number {
  const { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages } = statsOf(database)
  return pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages)
}

/** Decides whether an append may try: by size, by free disk (asked at most once a second) and by the last failure. */
function createGate(dir: string, options: SpoolOptions, bytes: () => number) {
  const { clock, maxBytes, minFreeBytes, freeBytes = freeOf } = options
  let checkedAt = -Infinity
  let short = false
  let failedAt: number | undefined
  const reason = (): string | null => {
    if (failedAt !== undefined) return DISK_FAILED
    if (short) return DISK_FULL
    return bytes() >= maxBytes ? SEGMENT_FULL : null
  }
  const checkDisk = async () => {
    if (clock.now() - checkedAt < FREE_CHECK_MS) return
    checkedAt = clock.now()
    short = (await freeBytes(dir)) < minFreeBytes
  }
  return {
    reason,
    async admit() {
      await checkDisk()
      // After a failure one append a second tries the disk again; its success opens the gate.
      if (failedAt !== undefined && clock.now() - failedAt >= RETRY_AFTER_MS) failedAt = undefined
      const why = reason()
      if (why) throw new Error(why)
    },
    wrote: () => void (failedAt = undefined),
    failed: () => void (failedAt = clock.now()),
  }
}

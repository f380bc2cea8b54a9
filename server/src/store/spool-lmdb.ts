import { mkdirSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { isFresh } from '@guanlan/analytics/is-fresh'
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
  freeBytes?: (dir: string) => number
}

/** Entries removed in one transaction: a bulk removal would need so many pages at once that the file doubles. */
const REMOVE_STEP = 64
const FREE_CHECK_MS = 1_000
const USED_CHECK_MS = 50
/** What the tree adds to a small entry. */
const LEAST_ENTRY_BYTES = 64
/** How long a failed write keeps appends away before one is let through to try the disk again. */
const RETRY_AFTER_MS = 1_000

const SPOOL_FULL = 'the spool is full: the event store takes rows more slowly than they come'
const DISK_FULL = 'the disk of the spool is nearly full'
const DISK_FAILED = 'the disk of the spool refused a write'

const freeOf = (dir: string) => {
  const { bavail, bsize } = statfsSync(dir)
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
    // Its implicit batches have a promise that nobody can reach: a full disk would end the process.
    eventTurnBatching: false,
    noSubdir: true,
  })
  const entries = env.openDB<Buffer, number>({ name: 'entries', encoding: 'binary' })
  const notes = env.openDB<Buffer, string>({ name: 'notes', encoding: 'binary' })
  return { env, entries, notes }
}

const LAST_SEQ = 'spool.lastSeq'
const bufferOf = (value: Uint8Array) => Buffer.from(value.buffer, value.byteOffset, value.byteLength)

/** Numbers of the queue and what changes them. */
function createQueue({ env, entries, notes }: Stores) {
  const end = (reverse: boolean): number | undefined => [...entries.getKeys({ limit: 1, reverse })][0]
  // A drained spool has no key left: the note keeps the numbers from starting again.
  let last = Math.max(end(true) ?? 0, Number(notes.get(LAST_SEQ)?.toString() ?? 0))
  let first = end(false) ?? last + 1
  const remove = (from: number, through: number) => {
    for (const key of [...entries.getKeys({ start: from, end: through + 1 })]) void entries.remove(key)
    void notes.put(LAST_SEQ, Buffer.from(String(last)))
  }
  return {
    get last() {
      return last
    },
    next: () => ++last,
    async removeThrough(seq: number) {
      while (first <= seq) {
        const from = first
        const through = Math.min(seq, from + REMOVE_STEP - 1)
        await env.transaction(() => remove(from, through))
        first = through + 1
      }
    },
    async setNotes(changes: Record<string, Uint8Array | null>, through?: number) {
      const from = first
      await env.transaction(() => {
        for (const [key, value] of Object.entries(changes)) {
          if (value === null) void notes.remove(key)
          else void notes.put(key, bufferOf(value))
        }
        if (through !== undefined) remove(from, through)
      })
      await env.flushed
      if (through !== undefined) first = Math.max(first, through + 1)
    },
  }
}

/** The driver gives the cause of a failed commit in a promise of its own, which would end the process if nobody listened. */
function silence(error: unknown): void {
  const cause = (error as { commitError?: unknown }).commitError
  if (cause instanceof Promise) cause.catch(() => {})
}

/** Opens (or makes) the spool in `dir`. See ports/spool.ts for what its calls promise. */
export function openSpool(dir: string, options: SpoolOptions): Spool {
  const stores = openStores(dir)
  const { env, entries, notes } = stores
  const queue = createQueue(stores)
  let pendingBytes = 0
  let durable = queue.last
  const used = createUsage(entries, options)
  const gate = createGate(dir, options, () => used.bytes() + pendingBytes)
  return {
    async append(value) {
      gate.admit()
      const seq = queue.next()
      pendingBytes += value.byteLength
      try {
        await entries.put(seq, bufferOf(value))
        await env.flushed
        used.grew(value.byteLength)
        gate.wrote()
        durable = Math.max(durable, seq)
        return seq
      } catch (error) {
        gate.failed()
        silence(error)
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
    removeThrough: queue.removeThrough,
    getNote: (key) => notes.get(key),
    setNotes: queue.setNotes,
    get lastSeq() {
      return queue.last
    },
    get durableSeq() {
      return durable
    },
    get depth() {
      return statsOf(entries).entryCount
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

function usedBytes(database: Database<Buffer, number>): number {
  const { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages } = statsOf(database)
  return pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages)
}

/** Bytes in use, asked of the driver a few times a second only: it takes as long as the rest of an append. */
function createUsage(entries: Database<Buffer, number>, { maxBytes, clock }: SpoolOptions) {
  let askedAt = -Infinity
  let known = 0
  const ask = () => {
    askedAt = clock.now()
    known = usedBytes(entries)
  }
  return {
    /** Small entries share a page, so that the sum since the last question is close; it is asked again before anything is refused. */
    bytes(): number {
      if (!isFresh(askedAt, clock.now(), USED_CHECK_MS) || known >= maxBytes) ask()
      return known
    },
    grew: (bytes: number) => void (known += Math.max(bytes, LEAST_ENTRY_BYTES)),
  }
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
    return bytes() >= maxBytes ? SPOOL_FULL : null
  }
  const checkDisk = () => {
    const now = clock.now()
    if (isFresh(checkedAt, now, FREE_CHECK_MS)) return
    checkedAt = now
    short = freeBytes(dir) < minFreeBytes
  }
  return {
    reason,
    // Without a pause in it: entries are numbered in the order in which append was called.
    admit() {
      checkDisk()
      // After a failure one append a second tries the disk again; its success opens the gate.
      if (failedAt !== undefined && !isFresh(failedAt, clock.now(), RETRY_AFTER_MS)) failedAt = undefined
      const why = reason()
      if (why) throw new Error(why)
    },
    wrote: () => void (failedAt = undefined),
    failed: () => void (failedAt = clock.now()),
  }
}

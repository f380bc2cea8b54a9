import { open, rm, type FileHandle } from 'node:fs/promises'
import { isFresh } from '@guanlan/analytics/is-fresh'
import type { Clock } from '../lib/clock.ts'
import type { LocalTime } from '../lib/local-day.ts'
import { openIdStore } from './id-store.ts'
import { createIdTable, type IdTable, type KnownAs } from './id-table.ts'

/**
 * Which ids were seen in the last 7 days or among the last 100 million, whichever is less. Recent ids stand in a table;
 * every `flushAt` they become a sorted run on disk with a filter in memory. Runs of a day are merged eight to one.
 * Memory: about 1.15 bytes an id (filters; two of the newest 19 million) and 14 to 28 MB, so near 160 MB at 100 million.
 */
export interface IdIndex {
  find(words: Uint32Array, at: number): KnownAs | undefined
  /** Takes ids (4 words each) whose events are durable in the spool. */
  remember(ids: Uint32Array): void
  /** Makes ids durable here that were remembered before, so that the spool may forget them. Calls must not overlap. */
  persist(ids: Uint32Array): Promise<void>
  stats(): { ids: number; bytes: number; runs: number; oldestDay: string }
  /** Waits for background work: until the next `persist` the files stay as they are. */
  settled(): Promise<void>
  /** Waits for background work and closes the files. */
  close(): Promise<void>
}

export interface IdIndexOptions {
  directory: string
  clock: Clock
  time: LocalTime
  onError(error: unknown): void
  /** Days that are surely covered. */
  days?: number
  /** Ids that are surely kept within those days. */
  maxIds?: number
  flushAt?: number
}

interface Log {
  path: string
  file: FileHandle
}

/** A table that becomes a run, with the log that holds its ids until then. */
interface Frozen {
  table: IdTable
  log: Log
  day: string
}

/** After a failed write the next attempt waits so long: each sorts and writes the whole table. */
const RETRY_MS = 10_000

export async function openIdIndex(options: IdIndexOptions): Promise<IdIndex> {
  const { directory, clock, time, onError, days = 7, maxIds = 100_000_000, flushAt = 262_144 } = options
  const today = () => time.dayOf(clock.now())
  const store = await openIdStore(directory, time, days, maxIds)
  await store.tidy(today())
  // Room for what still comes while the next run is due: a batch of the largest size.
  const newTable = () => createIdTable(flushAt * 1.5)
  let table = newTable()
  let frozen: Frozen | undefined
  let triedAt = -Infinity
  let background: Promise<void> | undefined
  let day = today()
  const openLog = async (of: string): Promise<Log> => {
    const path = store.pathOf(of, 0, 'log')
    return { path, file: await open(path, 'a', 0o600) }
  }
  let log = await openLog(day)

  function addAll(ids: Uint32Array): void {
    for (let at = 0; at < ids.length; at += 4) table.add(ids, at)
  }
  async function retire(old: Frozen): Promise<void> {
    await store.writeRun(old.table, old.day)
    frozen = undefined
    await old.log.file.close()
    await rm(old.log.path)
    await store.tidy(today())
  }
  /** The table becomes a run in the background; until then it is still looked through. */
  async function turnOver(): Promise<void> {
    const next = today()
    const nextLog = await openLog(next)
    frozen = { table, log, day }
    day = next
    log = nextLog
    table = newTable()
    begin(frozen)
  }
  function begin(old: Frozen): void {
    triedAt = clock.now()
    background = retire(old)
      .catch(onError)
      .finally(() => (background = undefined))
  }

  return {
    find: (words, at) => table.find(words, at) ?? frozen?.table.find(words, at) ?? store.find(words, at),
    remember: addAll,
    async persist(ids) {
      await log.file.appendFile(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength))
      await log.file.datasync()
      const due = table.size >= flushAt || (day !== today() && table.size > 0)
      if (background !== undefined) return
      if (frozen === undefined) {
        if (due) await turnOver()
      } else if (!isFresh(triedAt, clock.now(), RETRY_MS)) begin(frozen)
    },
    stats: () => ({
      ids: table.size + (frozen?.table.size ?? 0) + store.ids,
      bytes: table.bytes + (frozen?.table.bytes ?? 0) + store.bytes,
      runs: store.count,
      oldestDay: store.oldestDay ?? day,
    }),
    settled: async () => background,
    async close() {
      await background
      await log.file.close()
      store.close()
    },
  }
}

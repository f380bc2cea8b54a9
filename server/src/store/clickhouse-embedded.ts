import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ClickHouse } from '../ports/clickhouse.ts'
import { startError } from '../lib/start-error.ts'
import { checkIdentifier, columnList, insertSettings, readStatement } from './clickhouse-sql.ts'
import { emptyStandardInput } from './standard-input.ts'

/** What is used of chDB; kept here because the package is optional and may be absent. */
interface ChdbSession {
  queryAsync(sql: string, options: { format: string }): Promise<{ text(): string }>
  queryBindAsync(sql: string, params: object, options: { format: string }): Promise<{ text(): string }>
  insert(request: {
    table: string
    values: Uint8Array
    format: 'JSONCompactEachRow'
    columns: readonly string[]
    settings: Record<string, string | number>
  }): Promise<unknown>
  close(): void
}
interface Chdb {
  Session: new (path: string, options?: { connectionArgs: readonly string[] }) => ChdbSession
  drainPending(): Promise<void>
}

/**
 * Configuration of the embedded engine. Without caps the mark cache alone may take 5 GB; BACKUP needs its folder
 * named here; the log tables of a server are not made, so nothing grows by itself. Each second brings a small part to each
 * table: merging more of them at a time (the default base is 5) leaves a few more parts and takes less than half the CPU.
 */
function engineConfig(backupDir: string): string {
  return `<clickhouse>
  <mark_cache_size>33554432</mark_cache_size>
  <index_mark_cache_size>8388608</index_mark_cache_size>
  <uncompressed_cache_size>8388608</uncompressed_cache_size>
  <index_uncompressed_cache_size>8388608</index_uncompressed_cache_size>
  <primary_index_cache_size>33554432</primary_index_cache_size>
  <mmap_cache_size>16</mmap_cache_size>
  <query_condition_cache_size>1048576</query_condition_cache_size>
  <compiled_expression_cache_size>8388608</compiled_expression_cache_size>
  <background_pool_size>2</background_pool_size>
  <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
  <merge_tree>
    <max_bytes_to_merge_at_max_space_in_pool>10737418240</max_bytes_to_merge_at_max_space_in_pool>
    <merge_selector_base>12</merge_selector_base>
  </merge_tree>
  <backups><allowed_path>${backupDir.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</allowed_path></backups>
</clickhouse>
`
}

async function loadChdb(): Promise<Chdb> {
  try {
    const module = (await import('chdb')) as unknown as Chdb & { default?: Chdb }
    return module.default ?? module
  } catch (cause) {
    throw startError(
      'the embedded ClickHouse engine (package chdb) is not installed: install it, or set CLICKHOUSE_URL',
      cause,
    )
  }
}

/** What a lane does one after another; a lane is one connection and one queue. */
type Lane = 'writer' | 'ticker' | 'reader' | 'admin'

/**
 * Opens the embedded engine. The caller holds the lock of the data directory: a second process on the same folder
 * would get a bare connection error.
 * @param options.dir folder of the tables; options.backupDir the only folder BACKUP may write to
 */
export async function openEmbeddedClickHouse(options: {
  dir: string
  configFile: string
  backupDir: string
}): Promise<ClickHouse> {
  const chdb = await loadChdb()
  await emptyStandardInput()
  await mkdir(options.dir, { recursive: true, mode: 0o700 })
  await mkdir(options.backupDir, { recursive: true, mode: 0o700 })
  // Written at every start: a missing file would be ignored silently and the caches would be uncapped.
  await writeFile(options.configFile, engineConfig(path.join(options.backupDir, '/')), { mode: 0o600 })
  let admin: ChdbSession
  try {
    admin = new chdb.Session(options.dir, { connectionArgs: [`--config-file=${options.configFile}`] })
  } catch (cause) {
    throw startError(
      'the embedded ClickHouse engine could not open its folder in the data directory: run guanlan doctor',
      cause,
    )
  }
  // Later connections on the same path share the engine and with it the configuration.
  const lane = () => new chdb.Session(options.dir)
  const lanes: Record<Lane, ChdbSession> = { admin, writer: lane(), ticker: lane(), reader: lane() }
  return overLanes(lanes, chdb)
}

function overLanes(lanes: Record<Lane, ChdbSession>, chdb: Chdb): ClickHouse {
  const running = new Set<Promise<unknown>>()
  let closed = false
  const track = <T>(start: () => Promise<T>): Promise<T> => {
    if (closed) return Promise.reject(new Error('the ClickHouse connection is closed'))
    const work = start()
    running.add(work)
    const done = () => void running.delete(work)
    work.then(done, done)
    return work
  }
  const run = (session: ChdbSession, sql: string, params: Record<string, unknown> = {}) =>
    Object.keys(params).length === 0
      ? session.queryAsync(sql, { format: 'JSONEachRow' })
      : session.queryBindAsync(sql, params, { format: 'JSONEachRow' })
  return {
    async query<T>(
      sql: string,
      params?: Record<string, unknown>,
      options: { lane?: 'ticker' | 'reader'; timeoutSeconds?: number } = {},
    ) {
      const statement = readStatement(sql, options.timeoutSeconds)
      const result = await track(() => run(lanes[options.lane ?? 'reader'], statement, params))
      return parseRows<T>(result.text())
    },
    async insertBlock(table, columns, rows, token) {
      if (rows.byteLength === 0) return
      const request = {
        table: checkIdentifier(table),
        values: rows,
        format: 'JSONCompactEachRow',
        columns: columnList(columns),
        settings: insertSettings(token),
      } as const
      await track(() => lanes.writer.insert(request))
    },
    async command(sql, params) {
      await track(() => run(lanes.admin, sql, params))
    },
    async close() {
      if (closed) return
      closed = true
      // Drain, close, then exit: closing under a running query crashes the engine.
      await Promise.allSettled([...running])
      for (const session of Object.values(lanes)) session.close()
      await chdb.drainPending()
    },
  }
}

function parseRows<T>(text: string): T[] {
  const rows: T[] = []
  let start = 0
  while (start < text.length) {
    let end = text.indexOf('\n', start)
    if (end < 0) end = text.length
    if (end > start) rows.push(JSON.parse(text.slice(start, end)) as T)
    start = end + 1
  }
  return rows
}

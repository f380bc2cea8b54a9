import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config.ts'
import { startError } from '../lib/start-error.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import { splitStatements } from './clickhouse-sql.ts'

interface Migration {
  name: string
  checksum: string
  sql: string
}

const FOLDERS = {
  clickhouse: fileURLToPath(new URL('../../../analytics/schema', import.meta.url)),
  postgres: fileURLToPath(new URL('../../schema', import.meta.url)),
}

/** Reads `NNNN_name.sql` files in order. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_-]+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(path.join(folder, name), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** What was applied must still be here, unchanged: another schema under this data would be guessed at. */
function checkHistory(
  engine: string,
  files: readonly Migration[],
  applied: ReadonlyMap<string, string>,
): void {
  for (const [name, checksum] of applied) {
    const file = files.find((migration) => migration.name === name)
    if (!file)
      throw startError(
        `${engine} migration ${name} was applied here and is missing from this version: use the version that wrote this data, or a newer one`,
      )
    if (file.checksum !== checksum)
      throw startError(
        `${engine} migration ${name} was changed after it was applied: restore the file as it was`,
      )
  }
}

/** Applies what is missing; each file in one transaction. @returns names of the files applied now */
export async function migratePostgres(postgres: Postgres, folder = FOLDERS.postgres): Promise<string[]> {
  const files = await readMigrations(folder)
  return postgres.transaction(async (sql) => {
    // Two nodes that start together take turns.
    await sql.query('SELECT pg_advisory_xact_lock(7230115)')
    await sql.query(
      'CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    const rows = await sql.query<{ name: string; checksum: string }>(
      'SELECT name, checksum FROM schema_migration ORDER BY name',
    )
    const applied = new Map(rows.map((row) => [row.name, row.checksum]))
    checkHistory('Postgres', files, applied)
    const missing = files.filter((file) => !applied.has(file.name))
    for (const file of missing) {
      await sql.query(file.sql)
      await sql.query('INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)', [
        file.name,
        file.checksum,
      ])
    }
    return missing.map((file) => file.name)
  })
}

/**
 * Applies what is missing, statement by statement (ClickHouse has no transaction over DDL): each is recorded once done,
 * so a start that was killed goes on where it stopped. @returns names of the files applied now
 */
export async function migrateClickHouse(
  clickhouse: ClickHouse,
  folder = FOLDERS.clickhouse,
): Promise<string[]> {
  const files = await readMigrations(folder)
  await clickhouse.command(
    `CREATE TABLE IF NOT EXISTS schema_migration (name String, statement UInt16, checksum String, applied_at DateTime('UTC') DEFAULT now())
     ENGINE = MergeTree ORDER BY (name, statement)`,
  )
  const rows = await clickhouse.query<{ name: string; checksum: string; statements: number }>(
    'SELECT name, any(checksum) AS checksum, uniqExact(statement) AS statements FROM schema_migration GROUP BY name ORDER BY name',
  )
  checkHistory('ClickHouse', files, new Map(rows.map((row) => [row.name, row.checksum])))
  const done = new Map(rows.map((row) => [row.name, row.statements]))
  const applied: string[] = []
  for (const file of files) {
    const statements = splitStatements(file.sql)
    const from = done.get(file.name) ?? 0
    if (from < statements.length) applied.push(file.name)
    for (let index = from; index < statements.length; index++) {
      await applyStatement(clickhouse, statements[index] ?? '', index === from)
      await clickhouse.command(
        'INSERT INTO schema_migration (name, statement, checksum) SELECT {name:String}, {statement:UInt16}, {checksum:String}',
        { name: file.name, statement: index, checksum: file.checksum },
      )
    }
  }
  return applied
}

async function applyStatement(clickhouse: ClickHouse, statement: string, mayBeDone: boolean): Promise<void> {
  try {
    await clickhouse.command(statement)
  } catch (error) {
    // Killed after the statement and before its record: it is there already.
    if (
      mayBeDone &&
      error instanceof Error &&
      /TABLE_ALREADY_EXISTS/.test(error.message + String((error as { type?: string }).type))
    )
      return
    throw error
  }
}

/** What Postgres keeps ends by the daily round (protection/retention.ts). */
type EventRetention = Omit<Config['retention'], 'alertDays' | 'reportCellDays'>

/** Days each table is kept by its column `day`. */
function retentionOf(retention: EventRetention): Record<string, number> {
  const { rawDays, minuteDays, hourDays, wordCellDays } = retention
  return {
    decision_raw: rawDays,
    minute_unit: minuteDays,
    hour_group: hourDays,
    hour_first: hourDays,
    hour_source: hourDays,
    hour_delay: hourDays,
    active_people: hourDays,
    group_visibility: hourDays,
    released_cell: wordCellDays,
    risk_score: hourDays,
  }
}

/** Sets the time to live of each table where it differs from the configuration. @returns tables changed */
export async function applyRetention(clickhouse: ClickHouse, retention: EventRetention): Promise<string[]> {
  const wanted = retentionOf(retention)
  const tables = await clickhouse.query<{ name: string; definition: string }>(
    'SELECT name, create_table_query AS definition FROM system.tables WHERE database = currentDatabase() AND name IN {names:Array(String)}',
    { names: Object.keys(wanted) },
  )
  const changed: string[] = []
  for (const { name, definition } of tables) {
    const days = wanted[name] ?? 0
    if (definition.includes(`TTL day + toIntervalDay(${days})`)) continue
    await clickhouse.command(`ALTER TABLE ${name} MODIFY TTL day + toIntervalDay(${days})`)
    changed.push(name)
  }
  return changed
}

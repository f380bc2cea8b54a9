import { cp, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { appError } from '@guanlan/contract/errors'
import { landed } from '../ingest/landed.ts'
import { parkedNotes } from '../ingest/parked.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Spool } from '../ports/spool.ts'
import type { CommandProgress } from './command.ts'
import type { MaintenanceDeps } from './maintenance-deps.ts'
import { readKeyFile, sealBackup } from './sealed-backup.ts'

/** What a backup folder says of itself. */
interface Manifest {
  format: 1
  createdAt: string
  timezone: string
  tables: Record<string, number>
}

const CLICKHOUSE_PART = 'clickhouse'
const POSTGRES_PART = 'postgres'
const IDS_PART = 'ids'
const PARKED_PART = 'parked.json'
const ROSTER_KEY_PART = 'roster.key'
/** Sessions end with a restore; what is kept of them would only be a risk. */
const NOT_KEPT = new Set(['schema_migration', 'auth_session', 'auth_verification'])
const ROWS_A_STEP = 1_000

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const sqlText = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/**
 * Writes both engines, the index of known ids and the corrections that wait for their message into a new folder. What was
 * accepted before is drained first; what comes meanwhile waits in the spool while the event store and the ids are copied, so
 * that both are of one moment: an event is in both or, sent again after a restore, counts then. Pseudonyms, salts and words
 * below their floor are in memory only, so none can be in it.
 * With a key file it is sealed (sealed-file.ts) and has the key of the hashed names in it as well; what is open meanwhile
 * lies inside the data directory only.
 * @throws AppError conflict when the folder exists or an engine is a server (which has tools of its own)
 */
export async function writeBackup(
  deps: MaintenanceDeps,
  target: string,
  progress: (step: CommandProgress) => void,
  keyFile?: string,
): Promise<{ target: string; tables: Record<string, number> }> {
  const { config, stores } = deps
  if (config.clickhouseUrl)
    throw appError(
      'conflict',
      'CLICKHOUSE_URL is set: back up that server with its own tools (docs/operations.md)',
    )
  if (!path.isAbsolute(target)) throw appError('bad_request', 'the target of a backup takes an absolute path')
  await newFolder(target)
  if (keyFile === undefined) return write(deps, target, progress)
  // Read before anything is written: a wrong path to the key costs no backup.
  await readKeyFile(keyFile)
  const staging = path.join(stores.dataDir.root, 'backup-staging')
  await rm(staging, { recursive: true, force: true })
  try {
    await newFolder(staging)
    const { tables } = await write(deps, staging, progress)
    await cp(stores.dataDir.rosterKey, path.join(staging, ROSTER_KEY_PART))
    await sealBackup(staging, target, keyFile)
    return { target, tables }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function newFolder(folder: string): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true })
  await mkdir(folder, { mode: 0o700 }).catch((cause: unknown) => {
    throw appError('conflict', `${folder} exists already: a backup goes into a new folder`, { cause })
  })
}

async function write(
  { config, stores, clock, writer, ids }: MaintenanceDeps,
  target: string,
  progress: (step: CommandProgress) => void,
): Promise<{ target: string; tables: Record<string, number> }> {
  await landed(writer)
  progress({ done: 0, total: 2, note: 'event store and known ids' })
  await writer.betweenBlocks(async () => {
    await ids.settled()
    await backupClickHouse(
      stores.clickhouse,
      stores.dataDir.clickhouseBackups,
      path.join(target, CLICKHOUSE_PART),
    )
    await cp(stores.dataDir.ids, path.join(target, IDS_PART), { recursive: true })
    await writeParked(stores.spool, clock.now(), path.join(target, PARKED_PART))
  })
  progress({ done: 1, total: 2, note: 'register and accounts' })
  const tables = await dumpPostgres(stores.postgres, path.join(target, POSTGRES_PART))
  const manifest: Manifest = {
    format: 1,
    createdAt: new Date(clock.now()).toISOString(),
    timezone: config.timezone,
    tables,
  }
  // Written last: a folder without it is no backup.
  await writeFile(path.join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, {
    mode: 0o600,
  })
  progress({ done: 2, total: 2 })
  return { target, tables }
}

/** Corrections whose message is not known yet, as the spool's notes hold them: ids and hashes, no text. */
async function writeParked(spool: Spool, now: number, file: string): Promise<void> {
  const notes = Object.entries(parkedNotes((key) => spool.getNote(key), now))
  const texts = notes.map(([name, note]) => [name, Buffer.from(note).toString('latin1')])
  await writeFile(file, JSON.stringify(Object.fromEntries(texts)), { mode: 0o600 })
}

async function backupClickHouse(clickhouse: ClickHouse, allowed: string, target: string): Promise<void> {
  const fresh = path.join(allowed, 'backup')
  await rm(fresh, { recursive: true, force: true })
  try {
    await clickhouse.command(`BACKUP DATABASE default TO File(${sqlText(fresh)})`)
    await cp(fresh, target, { recursive: true })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/** One file of JSON lines a table, all from one snapshot. @returns rows by table */
async function dumpPostgres(postgres: Postgres, folder: string): Promise<Record<string, number>> {
  await mkdir(folder, { mode: 0o700 })
  return postgres.transaction(async (sql) => {
    await sql.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const tables = await sql.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
    )
    const counts: Record<string, number> = {}
    for (const { name } of tables.filter((table) => !NOT_KEPT.has(table.name))) {
      const file = await open(path.join(folder, `${name}.ndjson`), 'wx', 0o600)
      try {
        await sql.query(
          `DECLARE rows_of NO SCROLL CURSOR FOR SELECT to_jsonb(t)::text AS line FROM ${quoted(name)} t`,
        )
        let count = 0
        for (;;) {
          const rows = await sql.query<{ line: string }>(`FETCH ${ROWS_A_STEP} FROM rows_of`)
          if (rows.length === 0) break
          count += rows.length
          await file.write(rows.map((row) => `${row.line}\n`).join(''))
        }
        await sql.query('CLOSE rows_of')
        counts[name] = count
        await file.sync()
      } finally {
        await file.close()
      }
    }
    return counts
  })
}

/** @throws AppError when the folder is no backup of this product */
export async function readManifest(source: string): Promise<Manifest> {
  const text = await readFile(path.join(source, 'manifest.json'), 'utf8').catch(() => '')
  const manifest = (text === '' ? undefined : JSON.parse(text)) as Manifest | undefined
  if (manifest?.format !== 1)
    throw appError('bad_request', `${source} is not a finished backup of this product (no manifest.json)`)
  return manifest
}

/** Brings the event store of a backup into an engine without tables. */
export async function restoreClickHouse(
  clickhouse: ClickHouse,
  allowed: string,
  source: string,
): Promise<void> {
  const fresh = path.join(allowed, 'restore')
  await rm(fresh, { recursive: true, force: true })
  await cp(path.join(source, CLICKHOUSE_PART), fresh, { recursive: true })
  try {
    await clickhouse.command(`RESTORE DATABASE default FROM File(${sqlText(fresh)})`)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/** Fills a migrated, otherwise empty register. Foreign keys and triggers rest meanwhile: the rows were whole when dumped. */
export async function restorePostgres(postgres: Postgres, source: string): Promise<void> {
  const folder = path.join(source, POSTGRES_PART)
  await postgres.transaction(async (sql) => {
    await sql.query("SET LOCAL session_replication_role = 'replica'")
    for (const file of (await readdir(folder)).sort()) {
      const table = quoted(file.replace(/\.ndjson$/, ''))
      await sql.query(`DELETE FROM ${table}`)
      const lines = (await readFile(path.join(folder, file), 'utf8')).split('\n').filter(Boolean)
      for (let from = 0; from < lines.length; from += ROWS_A_STEP) {
        const rows = `[${lines.slice(from, from + ROWS_A_STEP).join(',')}]`
        await sql.query(
          `INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`,
          [rows],
        )
      }
    }
    const sequences = await sql.query<{ table: string; column: string; sequence: string }>(
      `SELECT table_name AS "table", column_name AS "column", pg_get_serial_sequence(quote_ident(table_name), column_name) AS sequence
       FROM information_schema.columns WHERE table_schema = 'public' AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL`,
    )
    for (const { table, column, sequence } of sequences)
      await sql.query(
        `SELECT setval($1::regclass, coalesce((SELECT max(${quoted(column)}) FROM ${quoted(table)}), 0) + 1, false)`,
        [sequence],
      )
  })
}

export async function restoreIds(source: string, ids: string): Promise<void> {
  await cp(path.join(source, IDS_PART), ids, { recursive: true })
}

/** Brings waiting corrections back into an empty spool. Backups of before they were kept have none. */
export async function restoreParked(source: string, spool: Pick<Spool, 'setNotes'>): Promise<void> {
  const text = await readFile(path.join(source, PARKED_PART), 'utf8').catch(() => '{}')
  const notes = Object.entries(JSON.parse(text) as Record<string, string>)
  await spool.setNotes(Object.fromEntries(notes.map(([name, note]) => [name, Buffer.from(note, 'latin1')])))
}

/** Brings back the key of the hashed names, which only a sealed backup has; without it the names are to be loaded again. */
export async function restoreRosterKey(source: string, file: string): Promise<void> {
  await cp(path.join(source, ROSTER_KEY_PART), file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}

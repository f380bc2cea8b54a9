import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { startError } from '../lib/start-error.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'

/** Layout of the data directory; raised when an older version could not read what a newer one writes. */
const FORMAT = 1

interface Installation {
  format: number
  timezone: string
  /** Version of the ClickHouse engine that last wrote here. */
  clickhouse?: string
}

const fileOf = (root: string) => path.join(root, 'installation.json')

const zoneError = (now: string, recorded: string) =>
  startError(
    `GUANLAN_TIMEZONE is ${now} and this data was recorded in ${recorded}: set it back, a change would move events between days`,
  )

/** Checks what can be known before an engine is opened. @throws StartError */
export async function checkInstallation(root: string, timezone: string): Promise<Installation | undefined> {
  const text = await readFile(fileOf(root), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  let recorded: Installation
  try {
    recorded = JSON.parse(text) as Installation
  } catch (cause) {
    throw startError(`${fileOf(root)} cannot be read: restore it from a backup`, cause)
  }
  if (recorded.format > FORMAT)
    throw startError('the data directory was written by a newer version of this product: use that version')
  if (recorded.timezone !== timezone) throw zoneError(timezone, recorded.timezone)
  return recorded
}

/** Compares major.minor; a newer engine may have written what an older one cannot read. */
function isNewer(recorded: string, running: string): boolean {
  const [a = 0, b = 0] = recorded.split('.').map(Number)
  const [c = 0, d = 0] = running.split('.').map(Number)
  return a > c || (a === c && b > d)
}

/** Checks the engine against the record and writes the record anew. @throws StartError when the engine is older than its data */
export async function recordInstallation(
  root: string,
  recorded: Installation | undefined,
  timezone: string,
  clickhouse: ClickHouse,
): Promise<void> {
  const rows = await clickhouse.query<{ version: string }>('SELECT version() AS version')
  const version = rows[0]?.version ?? ''
  if (recorded?.clickhouse !== undefined && isNewer(recorded.clickhouse, version))
    throw startError(
      `the data directory was written by ClickHouse ${recorded.clickhouse} and this installation has ${version}: install the newer engine`,
    )
  const next: Installation = { format: FORMAT, timezone, clickhouse: version }
  if (JSON.stringify(next) === JSON.stringify(recorded)) return
  const fresh = `${fileOf(root)}.new`
  await writeFile(fresh, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 })
  await rename(fresh, fileOf(root))
}

/** Records the time zone beside the register at the first start and refuses another one later. @throws StartError */
export async function checkRecordedTimezone(postgres: Postgres, timezone: string): Promise<void> {
  await postgres.query(
    "INSERT INTO setting (key, value) VALUES ('timezone', to_jsonb($1::text)) ON CONFLICT (key) DO NOTHING",
    [timezone],
  )
  const rows = await postgres.query<{ value: string }>("SELECT value FROM setting WHERE key = 'timezone'")
  if (rows[0] && rows[0].value !== timezone) throw zoneError(timezone, rows[0].value)
}

/**
 * The secret under which upstream ids are hashed: 32 random bytes made at the first start and kept with the register,
 * since repeats and corrections are found by it months later. Nodes that start together get the same one.
 */
export async function eventHashKey(postgres: Postgres): Promise<Uint8Array> {
  const fresh = randomBytes(32).toString('hex')
  await postgres.query(
    "INSERT INTO setting (key, value) VALUES ('event_hash_key', to_jsonb($1::text)) ON CONFLICT (key) DO NOTHING",
    [fresh],
  )
  const rows = await postgres.query<{ value: string }>(
    "SELECT value FROM setting WHERE key = 'event_hash_key'",
  )
  const key = new Uint8Array(Buffer.from(rows[0]?.value ?? '', 'hex'))
  if (key.length !== 32) throw startError('the setting event_hash_key is damaged: restore it from a backup')
  return key
}

/**
 * The key under which the names of the organisation's people are hashed: in the data directory and not in the database, so
 * that a copy of the database alone cannot be asked whether a name is in it. Made at the first start.
 */
export async function rosterKey(file: string): Promise<Uint8Array> {
  const read = async () => new Uint8Array(Buffer.from((await readFile(file, 'utf8')).trim(), 'hex'))
  let key = await read().catch(() => undefined)
  if (key === undefined) {
    const fresh = `${file}.new`
    await writeFile(fresh, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true })
    // A link never takes the place of a key that is there.
    await link(fresh, file)
    await rm(fresh)
    key = await read()
  }
  if (key.length !== 32) throw startError(`${file} is damaged: remove it and load the list of names again`)
  return key
}

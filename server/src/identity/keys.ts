import { appError } from '@guanlan/contract/errors'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Random } from '../lib/random.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import type { Changes } from '../register/changes.ts'
import type { Audit } from './audit.ts'
import type { LastUsed } from './last-used.ts'
import { createLastUsed } from './last-used.ts'
import { issueSecret, matchesHash, prefixOf } from './secret.ts'

/** Who sends or reads with a key, as of now. */
export interface KeyIdentity {
  readonly id: string
  readonly source: string
  readonly unitId: string
  readonly mayIngest: boolean
  readonly mayRead: boolean
  readonly ratePerSecond: number
  readonly state: 'ok' | 'expired' | 'revoked'
}

/** A key as a list shows it; the secret is nowhere. Times are ISO 8601. */
export interface KeyInfo extends KeyIdentity {
  readonly prefix: string
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
  /** While both are live: the key that this one came for, and the one that came for this. */
  readonly replaces: string | null
  readonly replacedBy: string | null
}

/** The answer to a creation: `secret` is shown here and never again. */
export interface CreatedKey extends KeyInfo {
  readonly secret: string
}

export interface KeyRequest {
  readonly source: string
  readonly unitId: string
  readonly mayIngest?: boolean
  readonly mayRead?: boolean
  readonly ratePerSecond?: number
  /** ms since epoch */
  readonly expiresAt?: number
}

export interface Keys {
  /** Undefined for a bearer that no key ever had; a revoked or expired key says so in `state`. */
  authenticateKey(bearer: string): Promise<KeyIdentity | undefined>
  create(actor: string, request: KeyRequest): Promise<CreatedKey>
  /** A second key for the same source; the old one lives on for `overlapMs`, so that the producer can change over. */
  rotate(actor: string, id: string, overlapMs?: number): Promise<CreatedKey>
  revoke(actor: string, id: string): Promise<KeyInfo>
  list(): Promise<KeyInfo[]>
  reload(): Promise<void>
  /** Writes the times of last use that are still in memory. */
  flush(): Promise<void>
}

interface KeyRow {
  id: string
  prefix: string
  hash: string
  source: string
  unit_id: string
  may_ingest: boolean
  may_read: boolean
  rate_per_second: number
  created_at: Date
  expires_at: Date | null
  revoked_at: Date | null
  last_used_at: Date | null
  replaces: string | null
}

const DEFAULT_RATE = 50_000
const DEFAULT_OVERLAP_MS = 7 * 86_400_000

function stateOf(row: KeyRow, now: number): KeyIdentity['state'] {
  if (row.revoked_at !== null) return 'revoked'
  return row.expires_at !== null && row.expires_at.getTime() <= now ? 'expired' : 'ok'
}

function identityOf(row: KeyRow, now: number): KeyIdentity {
  return {
    id: row.id,
    source: row.source,
    unitId: row.unit_id,
    mayIngest: row.may_ingest,
    mayRead: row.may_read,
    ratePerSecond: row.rate_per_second,
    state: stateOf(row, now),
  }
}

function infoOf(row: KeyRow, now: number, used: LastUsed, all: readonly KeyRow[]): KeyInfo {
  const live = (other: KeyRow) => stateOf(row, now) === 'ok' && stateOf(other, now) === 'ok'
  const lastUsed = Math.max(row.last_used_at?.getTime() ?? 0, used.of(row.id) ?? 0)
  return {
    ...identityOf(row, now),
    prefix: row.prefix,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    lastUsedAt: lastUsed === 0 ? null : new Date(lastUsed).toISOString(),
    replaces: all.find((other) => other.id === row.replaces && live(other))?.id ?? null,
    replacedBy: all.find((other) => other.replaces === row.id && live(other))?.id ?? null,
  }
}

async function insertKey(
  sql: Sql,
  issued: { id: string; prefix: string; hash: string },
  request: KeyRequest,
  now: number,
  replaces: string | null = null,
): Promise<KeyRow> {
  const rows = await sql.query<KeyRow>(
    `INSERT INTO ingest_key (id, prefix, hash, source, unit_id, may_ingest, may_read, rate_per_second, created_at, expires_at, replaces)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING *`,
    [
      issued.id,
      issued.prefix,
      issued.hash,
      request.source,
      request.unitId,
      request.mayIngest ?? true,
      request.mayRead ?? true,
      request.ratePerSecond ?? DEFAULT_RATE,
      new Date(now).toISOString(),
      request.expiresAt === undefined ? null : new Date(request.expiresAt).toISOString(),
      replaces,
    ],
  )
  if (rows[0] === undefined) throw new Error('the key was not written')
  return rows[0]
}

async function lockKey(sql: Sql, id: string): Promise<KeyRow> {
  const rows = await sql.query<KeyRow>('SELECT * FROM ingest_key WHERE id = $1 FOR UPDATE', [id])
  if (rows[0] === undefined) throw appError('not_found', 'no key has this id')
  return rows[0]
}

async function requireUnit(sql: Sql, unitId: string): Promise<void> {
  const rows = await sql.query('SELECT 1 FROM unit WHERE id = $1', [unitId])
  if (rows.length === 0) throw appError('unprocessable', 'no unit has this id', { pointer: '/unitId' })
}

interface KeyDeps {
  postgres: Postgres
  clock: Clock
  random: Random
  audit: Audit
  changes: Changes
  logger: Logger
}

async function rotateIn(deps: KeyDeps, sql: Sql, actor: string, id: string, overlapMs: number) {
  const now = deps.clock.now()
  const old = await lockKey(sql, id)
  if (stateOf(old, now) !== 'ok')
    throw appError('conflict', 'this key is expired or revoked: create a new one')
  const live = await sql.query(
    `SELECT 1 FROM ingest_key WHERE source = $1 AND unit_id = $2 AND revoked_at IS NULL
     AND (expires_at IS NULL OR expires_at > $3)`,
    [old.source, old.unit_id, new Date(now).toISOString()],
  )
  if (live.length > 1) throw appError('conflict', 'this source already has two live keys: revoke one first')
  const issued = issueSecret('glk', deps.random)
  const row = await insertKey(
    sql,
    issued,
    {
      source: old.source,
      unitId: old.unit_id,
      mayIngest: old.may_ingest,
      mayRead: old.may_read,
      ratePerSecond: old.rate_per_second,
    },
    now,
    id,
  )
  const end = Math.min(now + overlapMs, old.expires_at?.getTime() ?? Number.POSITIVE_INFINITY)
  await sql.query('UPDATE ingest_key SET expires_at = $2 WHERE id = $1', [id, new Date(end).toISOString()])
  await deps.audit.append(
    actor,
    'key.rotate',
    id,
    { newKey: issued.id, oldUntil: new Date(end).toISOString() },
    sql,
  )
  return { row, secret: issued.secret }
}

/** All keys are held in memory by prefix and read again when anything about access changes in any process. */
export function createKeys(deps: KeyDeps): Keys {
  const { postgres, clock, random, audit, changes } = deps
  let byPrefix = new Map<string, KeyRow>()
  const used = createLastUsed(postgres, 'ingest_key')
  const info = (row: KeyRow, all: readonly KeyRow[] = [...byPrefix.values()]) =>
    infoOf(row, clock.now(), used, all)

  async function reload(): Promise<void> {
    const rows = await postgres.query<KeyRow>('SELECT * FROM ingest_key')
    byPrefix = new Map(rows.map((row) => [row.prefix, row]))
  }
  changes.on('access', reload)

  return {
    async authenticateKey(bearer) {
      const row = byPrefix.get(prefixOf('glk', bearer) ?? '')
      if (row === undefined || !matchesHash(bearer, row.hash)) return undefined
      const identity = identityOf(row, clock.now())
      if (identity.state === 'ok') used.note(row.id, clock.now())
      return identity
    },
    async create(actor, request) {
      const issued = issueSecret('glk', random)
      const row = await postgres.transaction(async (sql) => {
        await requireUnit(sql, request.unitId)
        const inserted = await insertKey(sql, issued, request, clock.now())
        await audit.append(
          actor,
          'key.create',
          issued.id,
          { source: request.source, unit: request.unitId },
          sql,
        )
        return inserted
      })
      await changes.poll()
      return { ...info(row), secret: issued.secret }
    },
    async rotate(actor, id, overlapMs = DEFAULT_OVERLAP_MS) {
      const { row, secret } = await postgres.transaction((sql) => rotateIn(deps, sql, actor, id, overlapMs))
      await changes.poll()
      return { ...info(row), secret }
    },
    async revoke(actor, id) {
      const row = await postgres.transaction(async (sql) => {
        const found = await lockKey(sql, id)
        if (found.revoked_at !== null) return found
        found.revoked_at = new Date(clock.now())
        await sql.query('UPDATE ingest_key SET revoked_at = $2 WHERE id = $1', [
          id,
          found.revoked_at.toISOString(),
        ])
        await audit.append(actor, 'key.revoke', id, { source: found.source }, sql)
        return found
      })
      await changes.poll()
      return info(row)
    },
    async list() {
      const rows = await postgres.query<KeyRow>('SELECT * FROM ingest_key ORDER BY created_at, id')
      return rows.map((row) => info(row, rows))
    },
    reload,
    flush: () => used.flush(),
  }
}

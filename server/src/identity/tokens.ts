import { appError } from '@guanlan/contract/errors'
import type { PrivacyClass } from '@guanlan/contract/key'
import { parseScope } from '@guanlan/contract/scope'
import type { Clock } from '../lib/clock.ts'
import type { Random } from '../lib/random.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import type { Changes } from '../register/changes.ts'
import type { Directory } from '../register/directory.ts'
import type { Actor } from './access.ts'
import type { Audit } from './audit.ts'
import { createLastUsed } from './last-used.ts'
import { issueSecret, matchesHash, prefixOf } from './secret.ts'

/** A display token as a list shows it. Times are ISO 8601. */
export interface TokenInfo {
  readonly id: string
  readonly prefix: string
  readonly name: string
  /** org or unit:<id>: a wall never shows one group. */
  readonly scope: string
  readonly privacyClass: PrivacyClass
  readonly state: 'ok' | 'expired' | 'revoked'
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
}

export interface CreatedToken extends TokenInfo {
  readonly secret: string
}

export interface TokenRequest {
  readonly name: string
  readonly scope: string
  /** Left out: words. */
  readonly privacyClass?: PrivacyClass
  /** ms since epoch */
  readonly expiresAt?: number
}

export interface Tokens {
  actorFromDisplayToken(token: string): Promise<Actor | undefined>
  create(actor: string, request: TokenRequest): Promise<CreatedToken>
  revoke(actor: string, id: string): Promise<TokenInfo>
  list(): Promise<TokenInfo[]>
  reload(): Promise<void>
  flush(): Promise<void>
}

interface TokenRow {
  id: string
  prefix: string
  hash: string
  name: string
  scope: string
  privacy_class: PrivacyClass
  created_at: Date
  expires_at: Date | null
  revoked_at: Date | null
  last_used_at: Date | null
}

function stateOf(row: TokenRow, now: number): TokenInfo['state'] {
  if (row.revoked_at !== null) return 'revoked'
  return row.expires_at !== null && row.expires_at.getTime() <= now ? 'expired' : 'ok'
}

function infoOf(row: TokenRow, now: number): TokenInfo {
  return {
    id: row.id,
    prefix: row.prefix,
    name: row.name,
    scope: row.scope,
    privacyClass: row.privacy_class,
    state: stateOf(row, now),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}

async function requireScope(sql: Sql, scope: string): Promise<void> {
  const wanted = parseScope(scope)
  if (wanted === undefined || wanted.kind === 'group') {
    throw appError('unprocessable', 'a wall shows org or unit:<id>', { pointer: '/scope' })
  }
  const rows = wanted.kind === 'org' ? [1] : await sql.query('SELECT 1 FROM unit WHERE id = $1', [wanted.id])
  if (rows.length === 0) throw appError('unprocessable', 'no unit has this id', { pointer: '/scope' })
}

interface TokenDeps {
  postgres: Postgres
  clock: Clock
  random: Random
  audit: Audit
  changes: Changes
  directory: Pick<Directory, 'root'>
}

async function createIn(
  deps: TokenDeps,
  sql: Sql,
  actor: string,
  request: TokenRequest,
): Promise<{ row: TokenRow; secret: string }> {
  await requireScope(sql, request.scope)
  const { id, prefix, hash, secret } = issueSecret('gld', deps.random)
  const rows = await sql.query<TokenRow>(
    `INSERT INTO display_token (id, prefix, hash, name, scope, created_at, expires_at, privacy_class)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *`,
    [
      id,
      prefix,
      hash,
      request.name,
      request.scope,
      new Date(deps.clock.now()).toISOString(),
      request.expiresAt === undefined ? null : new Date(request.expiresAt).toISOString(),
      request.privacyClass ?? 'words',
    ],
  )
  await deps.audit.append(
    actor,
    'token.create',
    id,
    { scope: request.scope, shows: request.privacyClass ?? 'words' },
    sql,
  )
  if (rows[0] === undefined) throw new Error('the token was not written')
  return { row: rows[0], secret }
}

async function revokeIn(deps: TokenDeps, sql: Sql, actor: string, id: string): Promise<TokenRow> {
  const rows = await sql.query<TokenRow>('SELECT * FROM display_token WHERE id = $1 FOR UPDATE', [id])
  const row = rows[0]
  if (row === undefined) throw appError('not_found', 'no display token has this id')
  if (row.revoked_at !== null) return row
  row.revoked_at = new Date(deps.clock.now())
  await sql.query('UPDATE display_token SET revoked_at = $2 WHERE id = $1', [
    id,
    row.revoked_at.toISOString(),
  ])
  await deps.audit.append(actor, 'token.revoke', id, { scope: row.scope }, sql)
  return row
}

/** Tokens of walls: held in memory like keys, each bound to one scope of the organisation or a unit. */
export function createTokens(deps: TokenDeps): Tokens {
  const { postgres, clock, changes, directory } = deps
  let byPrefix = new Map<string, TokenRow>()
  const used = createLastUsed(postgres, 'display_token')

  async function reload(): Promise<void> {
    const rows = await postgres.query<TokenRow>('SELECT * FROM display_token')
    byPrefix = new Map(rows.map((row) => [row.prefix, row]))
  }
  changes.on('access', reload)

  return {
    async actorFromDisplayToken(token) {
      const row = byPrefix.get(prefixOf('gld', token) ?? '')
      if (row === undefined || !matchesHash(token, row.hash) || stateOf(row, clock.now()) !== 'ok')
        return undefined
      used.note(row.id, clock.now())
      const unitId = row.scope === 'org' ? directory.root : row.scope.slice('unit:'.length)
      return {
        kind: 'display',
        id: row.id,
        name: row.name,
        grants: unitId === '' ? [] : [{ role: 'display', unitId }],
        locale: 'zh-CN',
        scope: row.scope,
        privacyClass: row.privacy_class,
      }
    },
    async create(actor, request) {
      const { row, secret } = await postgres.transaction((sql) => createIn(deps, sql, actor, request))
      await changes.poll()
      return { ...infoOf(row, clock.now()), secret }
    },
    async revoke(actor, id) {
      const row = await postgres.transaction((sql) => revokeIn(deps, sql, actor, id))
      await changes.poll()
      return infoOf(row, clock.now())
    },
    async list() {
      const rows = await postgres.query<TokenRow>('SELECT * FROM display_token ORDER BY created_at, id')
      return rows.map((row) => infoOf(row, clock.now()))
    },
    reload,
    flush: () => used.flush(),
  }
}

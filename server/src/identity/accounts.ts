import { appError } from '@guanlan/contract/errors'
import type { Grant } from '@guanlan/contract/account'
import type { Clock } from '../lib/clock.ts'
import type { Random } from '../lib/random.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import type { Changes } from '../register/changes.ts'
import type { Audit } from './audit.ts'
import { hashPassword, passwordProblem } from './password.ts'

export interface AccountInfo {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly locale: 'zh-CN' | 'en'
  readonly grants: readonly Grant[]
  readonly secondFactor: boolean
  readonly singleSignOn: boolean
  readonly disabled: boolean
  /** ISO 8601 */
  readonly createdAt: string
}

export interface AccountRequest {
  readonly email: string
  readonly name: string
  readonly grants: readonly Grant[]
  readonly locale?: 'zh-CN' | 'en'
  /** Left out: a random one is made and shown once. */
  readonly password?: string
}

/** `password` is there only when it was made here; it is shown once. */
export interface CreatedAccount extends AccountInfo {
  readonly password?: string
}

export interface Accounts {
  create(actor: string, request: AccountRequest): Promise<CreatedAccount>
  /** The same inside a transaction of the caller, who tells about the change afterwards; without a password nobody knows it. */
  createWithin(sql: Sql, actor: string, request: AccountRequest): Promise<{ id: string }>
  get(id: string): Promise<AccountInfo | undefined>
  list(): Promise<AccountInfo[]>
  /** Replaces all roles; every session of the account ends, and every link that was made while it had others. */
  setGrants(actor: string, id: string, grants: readonly Grant[]): Promise<AccountInfo>
  setDisabled(actor: string, id: string, disabled: boolean): Promise<AccountInfo>
  setLocale(id: string, locale: 'zh-CN' | 'en'): Promise<void>
  /** Sets a new password; every session of the account ends. */
  setPassword(actor: string, id: string, password: string): Promise<void>
  /**
   * The same inside a transaction of the caller, who holds the account's row and tells about the change afterwards.
   * @throws appError unprocessable when the password may not be taken for this account
   */
  setPasswordWithin(sql: Sql, actor: string, id: string, password: string): Promise<void>
  grantsOf(id: string): readonly Grant[]
  reload(): Promise<void>
}

export interface AccountDeps {
  postgres: Postgres
  clock: Clock
  random: Random
  audit: Audit
  changes: Changes
}

interface UserRow {
  id: string
  email: string
  name: string
  locale: 'zh-CN' | 'en'
  twoFactorEnabled: boolean | null
  disabledAt: Date | null
  createdAt: Date
  singleSignOn: boolean
}

const SINGLE_SIGN_ON = `EXISTS (SELECT 1 FROM auth_account AS a WHERE a."userId" = auth_user.id AND a."providerId" = 'oidc')`
const USER = `SELECT id, email, name, locale, "twoFactorEnabled", "disabledAt", "createdAt", ${SINGLE_SIGN_ON} AS "singleSignOn" FROM auth_user`

function infoOf(row: UserRow, grants: readonly Grant[]): AccountInfo {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    locale: row.locale,
    grants,
    secondFactor: row.twoFactorEnabled === true,
    singleSignOn: row.singleSignOn,
    disabled: row.disabledAt !== null,
    createdAt: row.createdAt.toISOString(),
  }
}

async function lockUser(sql: Sql, id: string): Promise<UserRow> {
  const rows = await sql.query<UserRow>(`${USER} WHERE id = $1 FOR UPDATE`, [id])
  if (rows[0] === undefined) throw appError('not_found', 'no account has this id')
  return rows[0]
}

async function writeGrants(sql: Sql, userId: string, grants: readonly Grant[], at: string): Promise<void> {
  const units = [...new Set(grants.map((grant) => grant.unitId))]
  const known = await sql.query<{ id: string }>('SELECT id FROM unit WHERE id = ANY ($1)', [units])
  const missing = units.find((unitId) => !known.some((unit) => unit.id === unitId))
  if (missing !== undefined)
    throw appError('unprocessable', `no unit has the id ${missing}`, { pointer: '/grants' })
  await sql.query('DELETE FROM role_grant WHERE user_id = $1', [userId])
  for (const { role, unitId } of grants) {
    await sql.query(
      'INSERT INTO role_grant (user_id, role, unit_id, granted_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [userId, role, unitId, at],
    )
  }
}

function endSessions(sql: Sql, userId: string): Promise<unknown> {
  return sql.query('DELETE FROM auth_session WHERE "userId" = $1', [userId])
}

/** The credential row as better-auth writes it for its own e-mail and password accounts. */
async function writePassword(
  sql: Sql,
  userId: string,
  passwordHash: string,
  id: string,
  at: string,
): Promise<void> {
  await sql.query(
    `INSERT INTO auth_account (id, issuer, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
     VALUES ($1, 'local:credential', $2, 'credential', $2, $3, $4, $4)
     ON CONFLICT ("issuer", "accountId") DO UPDATE SET password = $3, "updatedAt" = $4`,
    [id, userId, passwordHash, at],
  )
}

function requirePassword(password: string, context: readonly string[]): void {
  const problem = passwordProblem(password, context)
  if (problem !== undefined)
    throw appError('unprocessable', `the password ${problem}`, { pointer: '/password' })
}

const contextOf = ({ name, email }: { name: string; email: string }) => [
  name,
  email,
  email.split('@')[0] ?? '',
]

async function createIn(
  deps: AccountDeps,
  sql: Sql,
  actor: string,
  request: AccountRequest,
  passwordHash: string,
) {
  const id = `user-${deps.random(9).toString('hex')}`
  const at = new Date(deps.clock.now()).toISOString()
  const email = request.email.trim().toLowerCase()
  const rows = await sql.query<UserRow>(
    `INSERT INTO auth_user (id, name, email, "emailVerified", "createdAt", "updatedAt", locale)
     VALUES ($1, $2, $3, true, $4, $4, $5) ON CONFLICT (email) DO NOTHING RETURNING *, false AS "singleSignOn"`,
    [id, request.name, email, at, request.locale ?? 'zh-CN'],
  )
  if (rows[0] === undefined)
    throw appError('conflict', 'an account with this address exists', { pointer: '/email' })
  await writePassword(sql, id, passwordHash, `cred-${deps.random(9).toString('hex')}`, at)
  await writeGrants(sql, id, request.grants, at)
  const roles = request.grants.map((grant) => `${grant.role}@${grant.unitId}`)
  await deps.audit.append(actor, 'account.create', id, { roles }, sql)
  return rows[0]
}

/** Roles of every account in memory, read again when anything about access changes in any process. */
function createGrants(postgres: Postgres) {
  let grants = new Map<string, Grant[]>()
  return {
    of: (id: string): readonly Grant[] => grants.get(id) ?? [],
    async reload() {
      const rows = await postgres.query<Grant & { userId: string }>(
        'SELECT user_id AS "userId", role, unit_id AS "unitId" FROM role_grant ORDER BY user_id, role, unit_id',
      )
      const next = new Map<string, Grant[]>()
      for (const { userId, role, unitId } of rows) {
        next.set(userId, [...(next.get(userId) ?? []), { role, unitId }])
      }
      grants = next
    },
  }
}

export function createAccounts(deps: AccountDeps): Accounts {
  const { postgres, clock, random, audit, changes } = deps
  const { of: grantsOf, reload } = createGrants(postgres)
  changes.on('access', reload)

  const change = async (id: string, work: (sql: Sql) => Promise<void>): Promise<AccountInfo> => {
    const row = await postgres.transaction(async (sql) => {
      await lockUser(sql, id)
      await work(sql)
      return lockUser(sql, id)
    })
    await changes.poll()
    return infoOf(row, grantsOf(id))
  }

  const setPasswordWithin: Accounts['setPasswordWithin'] = async (sql, actor, id, password) => {
    requirePassword(password, contextOf(await lockUser(sql, id)))
    const at = new Date(clock.now()).toISOString()
    await writePassword(sql, id, await hashPassword(password), `cred-${random(9).toString('hex')}`, at)
    await endSessions(sql, id)
    await audit.append(actor, 'account.password', id, {}, sql)
  }

  return {
    async create(actor, request) {
      const password = request.password ?? random(15).toString('base64url')
      requirePassword(password, contextOf(request))
      const passwordHash = await hashPassword(password)
      const row = await postgres.transaction((sql) => createIn(deps, sql, actor, request, passwordHash))
      await changes.poll()
      return { ...infoOf(row, grantsOf(row.id)), ...(request.password === undefined ? { password } : {}) }
    },
    async createWithin(sql, actor, request) {
      const password = request.password ?? random(32).toString('base64url')
      requirePassword(password, contextOf(request))
      const { id } = await createIn(deps, sql, actor, request, await hashPassword(password))
      return { id }
    },
    async get(id) {
      const rows = await postgres.query<UserRow>(`${USER} WHERE id = $1`, [id])
      return rows[0] === undefined ? undefined : infoOf(rows[0], grantsOf(id))
    },
    async list() {
      const rows = await postgres.query<UserRow>(`${USER} ORDER BY email`)
      return rows.map((row) => infoOf(row, grantsOf(row.id)))
    },
    setGrants: (actor, id, wanted) =>
      change(id, async (sql) => {
        const at = new Date(clock.now()).toISOString()
        await writeGrants(sql, id, wanted, at)
        await endSessions(sql, id)
        // Whoever holds a link made before would come in with the roles of now.
        await sql.query('UPDATE one_time_link SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL', [
          id,
          at,
        ])
        await audit.append(
          actor,
          'account.roles',
          id,
          { roles: wanted.map((g) => `${g.role}@${g.unitId}`) },
          sql,
        )
      }),
    setDisabled: (actor, id, disabled) =>
      change(id, async (sql) => {
        const at = disabled ? new Date(clock.now()).toISOString() : null
        await sql.query('UPDATE auth_user SET "disabledAt" = $2 WHERE id = $1', [id, at])
        await endSessions(sql, id)
        await audit.append(actor, disabled ? 'account.disable' : 'account.enable', id, {}, sql)
      }),
    async setLocale(id, locale) {
      await postgres.query('UPDATE auth_user SET locale = $2 WHERE id = $1', [id, locale])
    },
    async setPassword(actor, id, password) {
      await change(id, (sql) => setPasswordWithin(sql, actor, id, password))
    },
    setPasswordWithin,
    grantsOf,
    reload,
  }
}

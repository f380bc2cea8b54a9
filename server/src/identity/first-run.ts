import { appError } from '@guanlan/contract/errors'
import type { FirstRun, SignInOptions } from '@guanlan/contract/account'
import type { Clock } from '../lib/clock.ts'
import type { Random } from '../lib/random.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import type { Changes } from '../register/changes.ts'
import type { Directory } from '../register/directory.ts'
import type { Accounts } from './accounts.ts'
import type { Audit } from './audit.ts'
import type { Link } from './links.ts'
import { issueSecret, matchesHash, prefixOf } from './secret.ts'

/** The first account of an installation: made with a link that the start prints once, and only while there is no other. */
export interface FirstRunKeeper {
  state(): Promise<SignInOptions['firstRun']>
  /** A fresh link, which ends the one before; undefined once there is an account. */
  open(): Promise<Link | undefined>
  /** @throws appError unauthenticated for a link that is not the last one, conflict once there is an account */
  finish(input: FirstRun): Promise<void>
}

const LIFE_MS = 24 * 3_600_000
/** Any number that no other advisory lock of the product uses. */
const FIRST_RUN_LOCK = 0x66697273
/** The organisation has always been there: its groups may have been filed long before this product came. */
const FIRST_DAY = '2000-01-01'

interface FirstRunDeps {
  readonly postgres: Postgres
  readonly clock: Clock
  readonly random: Random
  readonly audit: Audit
  readonly changes: Pick<Changes, 'poll'>
  readonly accounts: Pick<Accounts, 'createWithin'>
  readonly directory: Pick<Directory, 'root'>
  readonly publicUrl: string
}

async function hasAccount(sql: Sql): Promise<boolean> {
  return (await sql.query('SELECT 1 FROM auth_user LIMIT 1')).length > 0
}

async function spend(sql: Sql, token: string, now: string): Promise<void> {
  const rows = await sql.query<{ id: string; hash: string }>(
    `SELECT id, hash FROM one_time_link WHERE prefix = $1 AND purpose = 'first-run' AND used_at IS NULL AND expires_at > $2 FOR UPDATE`,
    [prefixOf('gll', token) ?? '', now],
  )
  const row = rows[0]
  if (row === undefined || !matchesHash(token, row.hash))
    throw appError('unauthenticated', 'this link was used or has ended: start the server again for a new one')
  await sql.query('UPDATE one_time_link SET used_at = $2 WHERE id = $1', [row.id, now])
}

/** @returns id of the root, made where the register is empty */
async function organisation(sql: Sql, deps: FirstRunDeps, input: FirstRun, now: string): Promise<string> {
  const roots = await sql.query<{ id: string }>(
    'SELECT unit_id AS id FROM unit_parent WHERE parent_id IS NULL AND to_day IS NULL',
  )
  if (roots[0] !== undefined) return roots[0].id
  if (input.organisation === undefined)
    throw appError('unprocessable', 'say what the organisation is called', { pointer: '/organisation' })
  const { id, name } = input.organisation
  await sql.query('INSERT INTO unit (id, name, created_at) VALUES ($1, $2, $3)', [id, name, now])
  await sql.query('INSERT INTO unit_parent (unit_id, parent_id, from_day) VALUES ($1, NULL, $2)', [
    id,
    FIRST_DAY,
  ])
  await deps.audit.append('first-run', 'unit.create', id, { parent: null, from: FIRST_DAY }, sql)
  return id
}

export function createFirstRun(deps: FirstRunDeps): FirstRunKeeper {
  const { postgres, clock, random, audit, changes, accounts, directory, publicUrl } = deps
  const iso = (ms: number) => new Date(ms).toISOString()
  let done = false
  return {
    async state() {
      done ||= await hasAccount(postgres)
      if (done) return 'done'
      return directory.root === '' ? 'organisation' : 'account'
    },
    async open() {
      if (await hasAccount(postgres)) return undefined
      const { id, prefix, secret, hash } = issueSecret('gll', random)
      const expiresAt = iso(clock.now() + LIFE_MS)
      await postgres.transaction(async (sql) => {
        await sql.query(
          `UPDATE one_time_link SET used_at = $1 WHERE purpose = 'first-run' AND used_at IS NULL`,
          [iso(clock.now())],
        )
        await sql.query(
          `INSERT INTO one_time_link (id, prefix, hash, purpose, created_at, expires_at) VALUES ($1, $2, $3, 'first-run', $4, $5)`,
          [id, prefix, hash, iso(clock.now()), expiresAt],
        )
      })
      return { url: `${publicUrl}/first-run#${secret}`, expiresAt }
    },
    async finish(input) {
      await postgres.transaction(async (sql) => {
        await sql.query('SELECT pg_advisory_xact_lock($1)', [FIRST_RUN_LOCK])
        if (await hasAccount(sql)) throw appError('conflict', 'there is an account already: sign in')
        const now = iso(clock.now())
        await spend(sql, input.token, now)
        const unitId = await organisation(sql, deps, input, now)
        const { email, name, password, locale } = input.account
        const grants = [{ role: 'sysadmin', unitId }] as const
        const request = { email, name, password, grants, ...(locale === undefined ? {} : { locale }) }
        const { id } = await accounts.createWithin(sql, 'first-run', request)
        await audit.append('first-run', 'account.first-run', id, {}, sql)
      })
      await changes.poll()
    },
  }
}

import { appError } from '@guanlan/contract/errors'
import type { Clock } from '../lib/clock.ts'
import type { Random } from '../lib/random.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import type { Changes } from '../register/changes.ts'
import type { Accounts } from './accounts.ts'
import type { Audit } from './audit.ts'
import { issueSecret, matchesHash, prefixOf } from './secret.ts'

export type LinkPurpose = 'invitation' | 'reset' | 'first-run'

const LIFE_MS: Record<LinkPurpose, number> = {
  invitation: 7 * 86_400_000,
  reset: 24 * 3_600_000,
  'first-run': 24 * 3_600_000,
}

export interface Link {
  /** Page of the product with the secret behind `#`, which browsers send to no server. Shown once. */
  readonly url: string
  /** ISO 8601 */
  readonly expiresAt: string
}

export interface Links {
  /** Earlier links of the same account end. */
  create(actor: string, purpose: LinkPurpose, userId: string): Promise<Link>
  /** Sets the password of the account behind the link. @throws appError unauthenticated: unknown, used or expired */
  use(token: string, password: string): Promise<void>
}

interface LinkDeps {
  postgres: Postgres
  clock: Clock
  random: Random
  audit: Audit
  accounts: Pick<Accounts, 'setPasswordWithin'>
  changes: Pick<Changes, 'poll'>
  publicUrl: string
}

interface LinkRow {
  id: string
  hash: string
  user_id: string
}

const ended = () =>
  appError('unauthenticated', 'this link was used, has ended or is not whole: ask for a new one')

/** Links, passwords and roles of one account change one after the other. Taken before anything else is, so that nobody waits in a ring. */
const lockAccount = (sql: Sql, userId: string) =>
  sql.query('SELECT 1 FROM auth_user WHERE id = $1 FOR UPDATE', [userId])

export function createLinks({
  postgres,
  clock,
  random,
  audit,
  accounts,
  changes,
  publicUrl,
}: LinkDeps): Links {
  const iso = (ms: number) => new Date(ms).toISOString()
  return {
    async create(actor, purpose, userId) {
      const { id, prefix, secret, hash } = issueSecret('gll', random)
      const expiresAt = iso(clock.now() + LIFE_MS[purpose])
      await postgres.transaction(async (sql) => {
        const now = iso(clock.now())
        await lockAccount(sql, userId)
        await sql.query('UPDATE one_time_link SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL', [
          userId,
          now,
        ])
        await sql.query(
          `INSERT INTO one_time_link (id, prefix, hash, purpose, user_id, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)`,
          [id, prefix, hash, purpose, userId, now, expiresAt],
        )
        await audit.append(actor, `account.${purpose}`, userId, { until: expiresAt }, sql)
      })
      return { url: `${publicUrl}/welcome#${secret}`, expiresAt }
    },
    async use(token, password) {
      await postgres.transaction(async (sql) => {
        const now = iso(clock.now())
        const rows = await sql.query<LinkRow>(
          'SELECT id, hash, user_id FROM one_time_link WHERE prefix = $1 AND user_id IS NOT NULL',
          [prefixOf('gll', token) ?? ''],
        )
        const link = rows[0]
        if (link === undefined || !matchesHash(token, link.hash)) throw ended()
        await lockAccount(sql, link.user_id)
        const spent = await sql.query(
          'UPDATE one_time_link SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2 RETURNING id',
          [link.id, now],
        )
        if (spent.length === 0) throw ended()
        // A password that is refused leaves the link as it was: another may be tried.
        await accounts.setPasswordWithin(sql, link.user_id, link.user_id, password)
      })
      await changes.poll()
    },
  }
}

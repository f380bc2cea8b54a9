import type { Grant } from '@guanlan/contract/account'
import type { Clock } from '../lib/clock.ts'
import type { Random } from '../lib/random.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import type { Changes } from '../register/changes.ts'
import type { Accounts } from './accounts.ts'
import type { Audit } from './audit.ts'
import type { Identified, RoleMapping } from './oidc-claims.ts'
import { mappedGrants, signOnRefusal } from './oidc-claims.ts'

export interface OidcAccounts {
  /**
   * Account of somebody whom the provider vouches for: found by issuer and subject, else by a verified address, else made.
   * Where roles are mapped they become those of the mapping. @returns its id @throws SignOnRefusal
   */
  accountFor(who: Identified): Promise<string>
}

interface OidcAccountDeps {
  readonly postgres: Postgres
  readonly clock: Clock
  readonly random: Random
  readonly audit: Audit
  readonly accounts: Pick<Accounts, 'grantsOf' | 'setGrants' | 'createWithin' | 'get'>
  readonly changes: Pick<Changes, 'poll'>
  readonly mapping: readonly RoleMapping[]
  readonly hasUnit: (id: string) => boolean
}

async function linkedTo(sql: Sql, { issuer, subject }: Identified): Promise<string | undefined> {
  const rows = await sql.query<{ userId: string }>(
    `SELECT "userId" FROM auth_account WHERE issuer = $1 AND "accountId" = $2 AND "providerId" = 'oidc'`,
    [issuer, subject],
  )
  return rows[0]?.userId
}

async function link(deps: OidcAccountDeps, sql: Sql, who: Identified, userId: string): Promise<void> {
  const at = new Date(deps.clock.now()).toISOString()
  await sql.query(
    `INSERT INTO auth_account (id, issuer, "accountId", "providerId", "userId", "createdAt", "updatedAt")
     VALUES ($1, $2, $3, 'oidc', $4, $5, $5)`,
    [`oidc-${deps.random(9).toString('hex')}`, who.issuer, who.subject, userId, at],
  )
  await deps.audit.append(userId, 'account.link', userId, { issuer: who.issuer }, sql)
}

/** Any number that no other advisory lock of the product uses: one first sign-on at a time, so that no account is made twice. */
const LINK_LOCK = 0x6f696463

async function findOrMake(deps: OidcAccountDeps, who: Identified, grants: readonly Grant[]): Promise<string> {
  return deps.postgres.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock($1)', [LINK_LOCK])
    const known = await linkedTo(sql, who)
    if (known !== undefined) return known
    if (who.email === undefined) throw signOnRefusal('no_address')
    const rows = await sql.query<{ id: string }>('SELECT id FROM auth_user WHERE email = $1', [who.email])
    const local = rows[0]?.id
    // An address that the provider has not verified must not open somebody else's account.
    if (local !== undefined && who.emailVerified !== true) throw signOnRefusal('address_taken')
    const id =
      local ??
      (await deps.accounts.createWithin(sql, 'oidc', { email: who.email, name: who.name, grants })).id
    await link(deps, sql, who, id)
    return id
  })
}

const keyOf = (grants: readonly Grant[]) =>
  grants
    .map(({ role, unitId }) => `${role}@${unitId}`)
    .sort()
    .join()

export function createOidcAccounts(deps: OidcAccountDeps): OidcAccounts {
  const { accounts, changes, mapping, hasUnit } = deps
  return {
    async accountFor(who) {
      const grants = mappedGrants(mapping, who.values, hasUnit)
      const id = await findOrMake(deps, who, grants)
      await changes.poll()
      const account = await accounts.get(id)
      if (account === undefined || account.disabled) throw signOnRefusal('disabled')
      // Where roles are mapped the provider has the say; elsewhere administrators give them here.
      const roles = mapping.length > 0 ? grants : account.grants
      if (keyOf(roles) !== keyOf(account.grants)) await accounts.setGrants('oidc', id, roles)
      if (roles.length === 0) throw signOnRefusal('no_role')
      return id
    },
  }
}

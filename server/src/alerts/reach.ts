import { createHash } from 'node:crypto'
import type { Directory as Reachable } from '@guanlan/analytics/alerting/recipients'
import type { EscalationPolicy, Roster, WorkCalendar } from '@guanlan/contract/escalation'
import type { AccountInfo } from '../identity/accounts.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Directory } from '../register/directory.ts'
import type { Documents } from './documents.ts'

/** One way to reach an account besides in-app. */
export interface AccountChannel {
  readonly accountId: string
  readonly channel: string
  readonly address: string
  readonly secret: string
  readonly external: boolean
  readonly verified: boolean
  readonly disabled: boolean
}

/** Whom alerting can reach now, and how; rebuilt when accounts, units, channels or rosters change. */
export interface Reach {
  readonly directory: Reachable
  readonly policies: ReadonlyMap<string, EscalationPolicy>
  readonly names: ReadonlyMap<string, string>
  readonly locales: ReadonlyMap<string, 'zh-CN' | 'en'>
  readonly emails: ReadonlyMap<string, string>
  /** The policy with its `role:` entries resolved. */
  resolve(policy: EscalationPolicy): EscalationPolicy
  channel(accountId: string, channel: string): AccountChannel | undefined
  laneOf(accountId: string, channel: string): string
}

export const IN_APP = 'in-app'

export function readChannels(postgres: Postgres): Promise<AccountChannel[]> {
  return postgres.query<AccountChannel>(
    `SELECT account_id AS "accountId", channel, address, secret, external, verified_at IS NOT NULL AS verified,
            disabled_at IS NOT NULL AS disabled FROM account_channel`,
  )
}

/** `role:<name>` in a seed stands for the accounts that hold the role, nearest the root first. */
function expand(
  people: readonly string[],
  accounts: readonly AccountInfo[],
  directory: Directory,
  day: string,
): string[] {
  const depth = (unitId: string) => directory.tree.ancestorsOn(unitId, day).length
  return [
    ...new Set(
      people.flatMap((entry) => {
        if (!entry.startsWith('role:')) return [entry]
        const role = entry.slice('role:'.length)
        return accounts
          .flatMap(({ id, disabled, grants }) =>
            grants
              .filter((grant) => grant.role === role && !disabled)
              .map(({ unitId }) => ({ id, at: depth(unitId) })),
          )
          .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
          .map(({ id }) => id)
      }),
    ),
  ]
}

export function createReach(options: {
  readonly documents: Documents
  readonly accounts: readonly AccountInfo[]
  readonly channels: readonly AccountChannel[]
  readonly directory: Directory
  readonly calendar: WorkCalendar
  readonly day: string
}): Reach {
  const { documents, accounts, channels, directory, calendar, day } = options
  const units = new Map<string, string | null>()
  for (const { id } of directory.units()) units.set(id, directory.tree.parentOn(id, day) ?? null)
  const byKey = new Map(channels.map((each) => [`${each.accountId} ${each.channel}`, each]))
  const verified = (id: string) => [
    IN_APP,
    ...channels
      .filter((each) => each.accountId === id && each.verified && !each.disabled)
      .map((each) => each.channel),
  ]
  const people = (entries: readonly string[]) => expand(entries, accounts, directory, day)
  const rosters = new Map<string, Roster>()
  for (const [id, { body }] of documents.rosters) rosters.set(id, { ...body, people: people(body.people) })
  const policies = new Map<string, EscalationPolicy>()
  const resolve = (policy: EscalationPolicy): EscalationPolicy => ({
    ...policy,
    lastResort: people(policy.lastResort).slice(0, 5),
  })
  for (const [id, { body }] of documents.policies) policies.set(id, resolve(body))
  return {
    directory: {
      units,
      accounts: new Map(
        accounts.map(({ id, disabled }) => [id, { active: !disabled, verified: verified(id) }]),
      ),
      grants: accounts.flatMap(({ id, grants }) =>
        grants.map(({ role, unitId }) => ({ accountId: id, role, unitId })),
      ),
      rosters,
      calendar,
    },
    policies,
    resolve,
    names: new Map(accounts.map(({ id, name }) => [id, name])),
    locales: new Map(accounts.map(({ id, locale }) => [id, locale])),
    emails: new Map(accounts.map(({ id, email }) => [id, email])),
    channel: (accountId, channel) => byKey.get(`${accountId} ${channel}`),
    laneOf(accountId, channel) {
      const address = byKey.get(`${accountId} ${channel}`)?.address
      // Two accounts behind one robot share its limit, and the lane does not repeat the address, which is a secret.
      if (address === undefined || channel === 'email' || channel === IN_APP) return `${channel}:${accountId}`
      return `${channel}:#${createHash('sha256').update(address).digest('hex').slice(0, 24)}`
    },
  }
}

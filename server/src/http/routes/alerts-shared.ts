import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import type { Command } from '@guanlan/analytics/alerting/engine'
import { raisedBy } from '@guanlan/analytics/alerting/opening'
import type { AlertSummary } from '@guanlan/contract/alert'
import type { Role } from '@guanlan/contract/account'
import { appError } from '@guanlan/contract/errors'
import { randomBytes } from 'node:crypto'
import type { AlertsService } from '../../alerts/alerts.ts'
import type { Eyes } from '../../alerts/seen.ts'
import { summaryOf } from '../../alerts/views.ts'
import { hasRole, mayOpenScope, rolesWith } from '../../identity/access.ts'
import type { Identity } from '../../identity/identity.ts'
import type { Sql } from '../../ports/postgres.ts'
import type { Directory } from '../../register/directory.ts'
import type { Caller } from '../route.ts'

export interface AlertRouteDeps {
  readonly alerts: AlertsService
  readonly directory: Directory
  readonly identity: Identity
  readonly today: () => string
}

export function userOf(actor: Caller | undefined): Caller {
  if (actor?.kind !== 'user') throw appError('forbidden', 'only an account can do that')
  return actor
}

export const newId = (prefix: string): string => `${prefix}-${randomBytes(9).toString('hex')}`

/** Names of the accounts that an answer mentions, and of no others: a list of rules is no directory of people. */
export function namesIn(answer: unknown, names: ReadonlyMap<string, string>): Record<string, string> {
  const text = JSON.stringify(answer)
  return Object.fromEntries([...names].filter(([id]) => text.includes(`"${id}"`)))
}

/**
 * May the caller see this alert? A sign of distress is for those it was sent to, for duty officers of the unit, and for
 * whoever raised it.
 */
export function maySee(
  actor: Caller | undefined,
  alert: Alert,
  { directory, today }: Pick<AlertRouteDeps, 'directory' | 'today'>,
): boolean {
  if (actor === undefined) return false
  const { unitId } = alert.subject
  if (!mayOpenScope(actor, { kind: 'unit', id: unitId }, directory, today())) return false
  if (!alert.quiet || alert.reached.some(({ accountId }) => accountId === actor.id)) return true
  if (raisedBy(alert) === actor.id) return true
  return actor.grants.some(
    (grant) => grant.role === 'duty' && directory.tree.isWithinOn(unitId, grant.unitId, today()),
  )
}

/** An alert as committed, also one that was resolved long ago. @throws appError not_found, also for what may not be seen */
export async function alertFor(actor: Caller | undefined, id: string, deps: AlertRouteDeps): Promise<Alert> {
  const { drive, postgres } = deps.alerts
  const inMemory = drive.leads ? drive.world.alerts.get(id) : undefined
  const alert =
    inMemory ??
    (await postgres.query<{ state: Alert }>('SELECT state FROM alert WHERE id = $1', [id]))[0]?.state
  if (alert === undefined || !maySee(actor, alert, deps)) throw appError('not_found', 'no such alert')
  return alert
}

/** Runs a command on an alert and answers with what it is now; audited in the same transaction. */
export async function act(
  actor: Caller,
  order: Extract<Command, { alertId: string }>,
  deps: AlertRouteDeps,
  extra?: (sql: Sql) => Promise<unknown>,
): Promise<AlertSummary> {
  const world = await deps.alerts.drive.run(order, async (sql) => {
    await extra?.(sql)
    await deps.identity.audit.append(actor.id, `alert.${order.type}`, order.alertId, {}, sql)
  })
  const alert = world.alerts.get(order.alertId)
  if (alert === undefined) throw appError('not_found', 'no such alert')
  return summaryOf(alert, deps.alerts)
}

/** What the caller's eyes reach; null for callers without figures. */
export function eyesOf(actor: Caller | undefined, deps: AlertRouteDeps): Eyes | null {
  if (actor === undefined || !hasRole(actor, rolesWith('figures'))) return null
  return {
    mayOpen: (id) => mayOpenScope(actor, { kind: 'unit', id }, deps.directory, deps.today()),
    maySee: (alert) => maySee(actor, alert, deps),
  }
}

/** Does the caller hold one of the roles over this unit, by a grant on it or above it? */
export const keeps = (
  actor: Caller | undefined,
  roles: readonly Role[],
  unitId: string,
  { directory, today }: AlertRouteDeps,
): boolean =>
  userOf(actor).grants.some(
    ({ role, unitId: held }) => roles.includes(role) && directory.tree.isWithinOn(unitId, held, today()),
  )

/**
 * Setting up reaches as far as the units over which the caller holds a role of this very operation; no units stand for the
 * whole organisation. @throws appError forbidden
 */
export function requireUnits(
  actor: Caller | undefined,
  { access }: { readonly access: { readonly roles: readonly Role[] } },
  units: readonly string[],
  deps: AlertRouteDeps,
): void {
  const wanted = units.length === 0 ? [deps.directory.root] : units
  if (!wanted.every((unitId) => keeps(actor, access.roles, unitId, deps)))
    throw appError('forbidden', 'this reaches beyond the units in your care')
}

/** The account of a key in an address, with the roles it has now; undefined when it is closed or gone. */
export async function activeAccount(
  id: string | undefined,
  { identity }: AlertRouteDeps,
): Promise<Caller | undefined> {
  if (id === undefined) return undefined
  const account = (await identity.accounts.list()).find((each) => each.id === id)
  return account === undefined || account.disabled ? undefined : { ...account, kind: 'user' }
}

import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import { topUnitOf } from '@guanlan/analytics/alerting/fingerprint'
import type { Role } from '@guanlan/contract/account'
import type { AlertSummary, ManualAlert } from '@guanlan/contract/alert'
import {
  acknowledgeAlertEndpoint,
  assignAlertEndpoint,
  getAlertEndpoint,
  linkAcknowledgeEndpoint,
  linkPageEndpoint,
  listAlertsEndpoint,
  listAssigneesEndpoint,
  listPagesEndpoint,
  noteAlertEndpoint,
  raiseAlertEndpoint,
  reopenAlertEndpoint,
  resolveAlertEndpoint,
  seePagesEndpoint,
  startAlertEndpoint,
} from '@guanlan/contract/endpoints/alerts'
import { appError, isAppError } from '@guanlan/contract/errors'
import { isSensitiveCategory } from '@guanlan/contract/taxonomy'
import type { AlertsService } from '../../alerts/alerts.ts'
import { noteWarnings } from '../../alerts/note-filter.ts'
import { readPage } from '../../alerts/page.ts'
import { resolvedAlerts } from '../../alerts/resolved.ts'
import { summaryOf, unresolved } from '../../alerts/views.ts'
import { mayOpenScope, rolesWith } from '../../identity/access.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'
import { linkPage } from '../link-page.ts'
import { act, activeAccount, alertFor, maySee, newId, userOf, type AlertRouteDeps } from './alerts-shared.ts'
import { channelRoutes } from './alerts-channels.ts'

const PAGE = 100

/** Alerts and what people do about them. */
export function alertRoutes(deps: AlertRouteDeps): Route[] {
  return [
    ...readRoutes(deps),
    ...actionRoutes(deps),
    ...noteRoutes(deps),
    ...channelRoutes(deps),
    ...linkRoutes(deps),
  ]
}

const namesIn = (list: readonly AlertSummary[], names: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries(
    list
      .flatMap(({ takenBy, assignee, firstConfirmedBy }) => [takenBy, assignee, firstConfirmedBy])
      .flatMap((id) => (id === null ? [] : [[id, names.get(id) ?? id]])),
  )

function readRoutes(deps: AlertRouteDeps): Route[] {
  const { alerts } = deps
  const { postgres, clock } = alerts
  return [
    route(listAlertsEndpoint, async ({ actor, query }) => {
      const rows =
        query.status === 'resolved'
          ? await resolvedBefore(userOf(actor), query.before ?? clock.now() + 1, deps)
          : await postgres.query<{ state: Alert }>('SELECT state FROM alert WHERE resolved_at IS NULL')
      const seen = rows.map(({ state }) => state).filter((alert) => maySee(actor, alert, deps))
      const ordered = query.status === 'resolved' ? seen : unresolved(seen)
      const list = ordered.map((alert) => summaryOf(alert, alerts))
      return { alerts: list, names: namesIn(list, alerts.reach().names) }
    }),
    route(getAlertEndpoint, async ({ actor, params }) =>
      readPage(await alertFor(actor, params.id, deps), alerts),
    ),
    route(listPagesEndpoint, async ({ actor }) => {
      const rows = await postgres.query<{
        id: string
        at: Date
        kind: string
        alertId: string
        payload: Payload
      }>(
        `SELECT page.id, page.at, page.alert_id AS "alertId", sent.kind, sent.payload
         FROM in_app_page page JOIN alert_delivery sent ON sent.id = page.id
         WHERE page.account_id = $1 AND page.seen_at IS NULL ORDER BY page.at LIMIT 200`,
        [userOf(actor).id],
      )
      return {
        pages: rows.map(({ id, at, kind, alertId, payload }) => ({
          id,
          alertId,
          kind:
            payload.origin === 'handover' || payload.origin === 'channel'
              ? (payload.origin as 'handover' | 'channel')
              : (kind as 'page' | 'resolved' | 'reminder'),
          level: payload.level,
          at: at.getTime(),
          quiet: payload.quiet,
          unitName: deps.directory.unit(payload.unitId)?.name ?? payload.unitId,
          ruleName:
            payload.ruleId === null
              ? (alerts.documents().rosters.get(alertId)?.body.name ?? payload.channel ?? null)
              : (alerts.documents().rules.get(payload.ruleId)?.body.name ?? payload.ruleId),
          because: {
            ...payload.because,
            policyName:
              alerts.documents().policies.get(payload.because.policyId)?.body.name ??
              payload.because.policyId,
          },
        })),
      }
    }),
    route(seePagesEndpoint, async ({ actor, body }) => {
      await postgres.query(
        'UPDATE in_app_page SET seen_at = $3 WHERE account_id = $1 AND id = ANY ($2) AND seen_at IS NULL',
        [userOf(actor).id, body.ids, new Date(clock.now()).toISOString()],
      )
      return undefined
    }),
  ]
}

interface Payload {
  origin: string
  level: AlertSummary['level']
  quiet: boolean
  unitId: string
  ruleId: string | null
  because: { policyId: string; step: number; lastResort: boolean }
  /** Of a notice that a channel was switched off. */
  channel?: string
}

function resolvedBefore(actor: Caller, before: number, deps: AlertRouteDeps): Promise<{ state: Alert }[]> {
  const { alerts, directory, today } = deps
  const day = today()
  const unitsOf = (roles: readonly Role[]) => [
    ...new Set(
      actor.grants.flatMap(({ role, unitId }) =>
        roles.includes(role) ? directory.tree.subtreeOn(unitId, day) : [],
      ),
    ),
  ]
  return resolvedAlerts(alerts.postgres, {
    ...{ before, limit: PAGE, accountId: actor.id },
    ...{ units: unitsOf(rolesWith('figures')), careUnits: unitsOf(['duty']) },
  })
}

/** Accounts that may take this alert: those that could open it. */
async function assigneesOf(alert: Alert, deps: AlertRouteDeps) {
  const accounts = await deps.identity.accounts.list()
  return accounts
    .filter((account) => !account.disabled && maySee({ ...account, kind: 'user' }, alert, deps))
    .map(({ id, name }) => ({ id, name }))
}

async function take(type: 'acknowledge' | 'start', alert: Alert, actor: Caller, deps: AlertRouteDeps) {
  const unread = await deps.alerts.handovers.check(type, alert, actor.id)
  return act(actor, { type, alertId: alert.id, by: actor.id }, deps, unread)
}

function actionRoutes(deps: AlertRouteDeps): Route[] {
  const { alerts } = deps
  return [
    route(acknowledgeAlertEndpoint, async ({ actor, params }) => {
      const alert = await alertFor(actor, params.id, deps)
      return take('acknowledge', alert, userOf(actor), deps)
    }),
    route(startAlertEndpoint, async ({ actor, params }) => {
      const alert = await alertFor(actor, params.id, deps)
      return take('start', alert, userOf(actor), deps)
    }),
    route(reopenAlertEndpoint, async ({ actor, params }) => {
      const { id } = await alertFor(actor, params.id, deps)
      return act(userOf(actor), { type: 'reopen', alertId: id, by: userOf(actor).id }, deps)
    }),
    route(resolveAlertEndpoint, async ({ actor, params, body }) => {
      const alert = await alertFor(actor, params.id, deps)
      const by = userOf(actor).id
      const order = { type: 'resolve', alertId: alert.id, by, signedIn: true, outcome: body.outcome } as const
      return act(userOf(actor), order, deps, await alerts.handovers.check('resolve', alert, by))
    }),
    route(listAssigneesEndpoint, async ({ actor, params }) => ({
      accounts: await assigneesOf(await alertFor(actor, params.id, deps), deps),
    })),
    route(assignAlertEndpoint, async ({ actor, params, body }) => {
      const alert = await alertFor(actor, params.id, deps)
      if (!(await assigneesOf(alert, deps)).some(({ id }) => id === body.to))
        throw appError('unprocessable', 'this account cannot open the alert', { pointer: '/to' })
      return act(
        userOf(actor),
        { type: 'assign', alertId: alert.id, by: userOf(actor).id, to: body.to },
        deps,
        await alerts.handovers.check('assign', alert, userOf(actor).id),
      )
    }),
  ]
}

const INSERT_NOTE = 'INSERT INTO alert_note (id, alert_id, at, by, text) VALUES ($1, $2, $3, $4, $5)'

function noteRoutes(deps: AlertRouteDeps): Route[] {
  const { alerts } = deps
  const warningsOf = (text: string) => noteWarnings(text, alerts.reach().names.values())
  return [
    route(noteAlertEndpoint, async ({ actor, params, body }) => {
      const alert = await alertFor(actor, params.id, deps)
      const warnings = warningsOf(body.text)
      if (warnings.length > 0 && !body.sure) return { saved: null, warnings }
      const { id: by } = userOf(actor)
      const saved = { id: newId('note'), at: alerts.clock.now(), by, text: body.text }
      await act(userOf(actor), { type: 'note', alertId: alert.id, by }, deps, (sql) =>
        sql.query(INSERT_NOTE, [saved.id, alert.id, new Date(saved.at).toISOString(), by, saved.text]),
      )
      return { saved, warnings }
    }),
    raiseRoute(deps, warningsOf),
  ]
}

/** @throws appError forbidden, unprocessable: what may be raised, and about what */
function checkManual(actor: Caller, manual: ManualAlert, { directory, today }: AlertRouteDeps): void {
  const day = today()
  const { unitId, groupId, category } = manual
  if (!mayOpenScope(actor, { kind: 'unit', id: unitId }, directory, day))
    throw appError('forbidden', 'this unit is not in your care', { pointer: '/unitId' })
  if (groupId !== null && directory.unitOf(groupId, day) !== unitId)
    throw appError('unprocessable', 'the group is not of this unit', { pointer: '/groupId' })
  const known = category === null ? null : directory.taxonomy.get(category)
  if (known === undefined) throw appError('unprocessable', 'no such category', { pointer: '/category' })
  // Together they could point at one person: these are spoken of by unit only, whoever speaks.
  if (groupId !== null && known !== null && (known.tier === 'care' || isSensitiveCategory(known.code)))
    throw appError('unprocessable', 'this category is raised for the unit, without naming a group', {
      pointer: '/groupId',
    })
}

function raiseRoute(deps: AlertRouteDeps, warningsOf: (text: string) => readonly string[]): Route {
  const { alerts, directory, identity } = deps
  return route(raiseAlertEndpoint, async ({ actor, body }) => {
    const { id: by } = userOf(actor)
    const { sureOfNote, ...manual } = body
    checkManual(userOf(actor), manual, deps)
    const warnings = warningsOf(manual.note)
    if (warnings.length > 0 && !sureOfNote)
      throw appError('unprocessable', `the note looks as if it held: ${warnings.join(', ')}`, {
        pointer: '/note',
      })
    // A sign of distress that a person noticed goes the way of one that the product noticed: to the care role, quietly.
    const quiet = manual.category !== null && directory.taxonomy.get(manual.category)?.tier === 'care'
    let id = ''
    const order = {
      type: 'raise',
      by,
      manual,
      policyId: quiet ? carePolicy(alerts) : 'standard',
      quiet,
    } as const
    const world = await alerts.drive.run(order, async (sql, raised) => {
      id = raised ?? ''
      const at = new Date(alerts.clock.now()).toISOString()
      // The second tap of one alarm says nothing new, unless its note does.
      const written = await sql.query(INSERT_NEW_NOTE, [newId('note'), id, at, by, manual.note])
      if (written.length === 0) return
      const detail = { unit: manual.unitId, level: manual.level }
      await identity.audit.append(by, 'alert.raise', id, detail, sql)
    })
    const made = world.alerts.get(id)
    if (made === undefined) throw appError('conflict', 'the alert has ended already')
    return summaryOf(made, alerts)
  })
}

/** The policy of the rule for signs of distress. */
const carePolicy = ({ documents }: AlertsService): string =>
  [...documents().rules.values()].find(({ body }) => body.condition.kind === 'distress')?.body.policyId ??
  'care'

const INSERT_NEW_NOTE = `
  INSERT INTO alert_note (id, alert_id, at, by, text) SELECT $1, $2, $3, $4, $5
  WHERE NOT EXISTS (SELECT FROM alert_note WHERE alert_id = $2 AND by = $4 AND text = $5) RETURNING id`

/** A link says so much to whoever has it that it ends with what it was for. */
const LINK_AFTER_END_MS = 24 * 3_600_000

function linkRoutes(deps: AlertRouteDeps): Route[] {
  const { alerts, directory } = deps
  const holder = async (id: string, key: string) => {
    const accountId = alerts.keys.accountOf('ack', id, key)
    const account = await activeAccount(accountId, deps)
    const rows = await alerts.postgres.query<{ state: Alert }>('SELECT state FROM alert WHERE id = $1', [id])
    const alert = rows[0]?.state
    // Whoever may not open the alert by signing in today may not take it by a link of yesterday.
    if (account === undefined || alert === undefined || !maySee(account, alert, deps))
      throw appError('not_found', 'this link is not valid')
    if (alert.resolved !== null && alerts.clock.now() - alert.resolved.at > LINK_AFTER_END_MS)
      throw appError('not_found', 'this link is not valid')
    return { accountId: account.id, locale: account.locale, alert }
  }
  /** Nobody is signed in here, so no more is said than what leaves on an external channel: the unit at the top. */
  const shown = (alert: Alert) => {
    const top = topUnitOf(alerts.reach().directory.units, alert.subject.unitId)
    return { ...summaryOf(alert, alerts), unitName: directory.unit(top)?.name ?? top }
  }
  return [
    route(linkPageEndpoint, async ({ params, query }) => {
      const { locale, alert } = await holder(params.id, query.k)
      return linkPage(shown(alert), locale, 'offered')
    }),
    route(linkAcknowledgeEndpoint, async ({ params, query }) => {
      const { accountId, locale, alert } = await holder(params.id, query.k)
      const unread = await alerts.handovers.check('acknowledge', alert, accountId).catch((error: unknown) => {
        if (isAppError(error) && error.pointer === '/handover') return 'wait' as const
        throw error
      })
      // The note is for people who are signed in: this page says so and leads there, it does not show the note.
      if (unread === 'wait') return linkPage(shown(alert), locale, 'note-first')
      const world = await alerts.drive.run(
        { type: 'acknowledge', alertId: alert.id, by: accountId },
        async (sql) => {
          await unread?.(sql)
          await deps.identity.audit.append(accountId, 'alert.acknowledge', alert.id, { by: 'link' }, sql)
        },
      )
      return linkPage(shown(world.alerts.get(alert.id) ?? alert), locale, 'taken')
    }),
  ]
}

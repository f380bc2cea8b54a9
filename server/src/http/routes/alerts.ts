import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import type { AlertSummary } from '@guanlan/contract/alert'
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
import { noteWarnings } from '../../alerts/note-filter.ts'
import { readPage } from '../../alerts/page.ts'
import { summaryOf, unresolved } from '../../alerts/views.ts'
import { mayOpenScope } from '../../identity/access.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'
import { linkPage } from '../link-page.ts'
import { act, alertFor, maySee, newId, userOf, type AlertRouteDeps } from './alerts-shared.ts'
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
          ? await postgres.query<{ state: Alert }>(
              'SELECT state FROM alert WHERE resolved_at < $1 ORDER BY resolved_at DESC LIMIT $2',
              [new Date(query.before ?? clock.now() + 1).toISOString(), PAGE],
            )
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
            payload.origin === 'handover'
              ? ('handover' as const)
              : (kind as 'page' | 'resolved' | 'reminder'),
          level: payload.level,
          at: at.getTime(),
          quiet: payload.quiet,
          unitName: deps.directory.unit(payload.unitId)?.name ?? payload.unitId,
          ruleName:
            payload.ruleId === null
              ? (alerts.documents().rosters.get(alertId)?.body.name ?? null)
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
}

/** Accounts that may take this alert: those that could open it. */
async function assigneesOf(alert: Alert, { identity, directory, today }: AlertRouteDeps) {
  const accounts = await identity.accounts.list()
  return accounts
    .filter(
      (account) =>
        !account.disabled &&
        mayOpenScope(
          { ...account, kind: 'user' },
          { kind: 'unit', id: alert.subject.unitId },
          directory,
          today(),
        ),
    )
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
  const { alerts, directory, identity, today } = deps
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
    route(raiseAlertEndpoint, async ({ actor, body }) => {
      const { id: by } = userOf(actor)
      const { sureOfNote, ...manual } = body
      const day = today()
      if (!mayOpenScope(userOf(actor), { kind: 'unit', id: manual.unitId }, directory, day))
        throw appError('forbidden', 'this unit is not in your care', { pointer: '/unitId' })
      if (manual.groupId !== null && directory.unitOf(manual.groupId, day) !== manual.unitId)
        throw appError('unprocessable', 'the group is not of this unit', { pointer: '/groupId' })
      if (manual.category !== null && directory.taxonomy.get(manual.category) === undefined)
        throw appError('unprocessable', 'no such category', { pointer: '/category' })
      const warnings = warningsOf(manual.note)
      if (warnings.length > 0 && !sureOfNote)
        throw appError('unprocessable', `the note looks as if it held: ${warnings.join(', ')}`, {
          pointer: '/note',
        })
      const before = new Set(alerts.drive.world.alerts.keys())
      let made: Alert | undefined
      await alerts.drive.run({ type: 'raise', by, manual, policyId: 'standard' }, async (sql, world) => {
        made = [...world.alerts.values()].find((alert) => !before.has(alert.id) && alert.origin === 'hand')
        if (made === undefined) return
        const at = new Date(alerts.clock.now()).toISOString()
        await sql.query(INSERT_NOTE, [newId('note'), made.id, at, by, manual.note])
        await identity.audit.append(
          by,
          'alert.raise',
          made.id,
          { unit: manual.unitId, level: manual.level },
          sql,
        )
      })
      if (made === undefined) throw appError('conflict', 'the same alert was raised a moment ago')
      return summaryOf(made, alerts)
    }),
  ]
}

function linkRoutes(deps: AlertRouteDeps): Route[] {
  const { alerts } = deps
  const holder = async (id: string, key: string) => {
    const accountId = alerts.keys.accountOf('ack', id, key)
    const rows = await alerts.postgres.query<{ state: Alert }>('SELECT state FROM alert WHERE id = $1', [id])
    const alert = rows[0]?.state
    if (accountId === undefined || alert === undefined || !alerts.reach().names.has(accountId))
      throw appError('not_found', 'this link is not valid')
    if (alerts.reach().directory.accounts.get(accountId)?.active !== true)
      throw appError('forbidden', 'this account is closed')
    return { accountId, alert }
  }
  return [
    route(linkPageEndpoint, async ({ params, query }) => {
      const { accountId, alert } = await holder(params.id, query.k)
      return linkPage(summaryOf(alert, alerts), alerts.reach().locales.get(accountId) ?? 'zh-CN', 'offered')
    }),
    route(linkAcknowledgeEndpoint, async ({ params, query }) => {
      const { accountId, alert } = await holder(params.id, query.k)
      const locale = alerts.reach().locales.get(accountId) ?? 'zh-CN'
      const unread = await alerts.handovers.check('acknowledge', alert, accountId).catch((error: unknown) => {
        if (isAppError(error) && error.pointer === '/handover') return 'wait' as const
        throw error
      })
      // The note is for people who are signed in: this page says so and leads there, it does not show the note.
      if (unread === 'wait') return linkPage(summaryOf(alert, alerts), locale, 'note-first')
      const world = await alerts.drive.run(
        { type: 'acknowledge', alertId: alert.id, by: accountId },
        async (sql) => {
          await unread?.(sql)
          await deps.identity.audit.append(accountId, 'alert.acknowledge', alert.id, { by: 'link' }, sql)
        },
      )
      return linkPage(summaryOf(world.alerts.get(alert.id) ?? alert, alerts), locale, 'taken')
    }),
  ]
}

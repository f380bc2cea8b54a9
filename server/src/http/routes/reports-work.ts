import {
  closeReportActionEndpoint,
  createReportActionEndpoint,
  listReportActionsEndpoint,
  listReportPlansEndpoint,
  listReportSubscriptionsEndpoint,
  REPORT_READERS,
  setReportPlanEndpoint,
  setReportSubscriptionsEndpoint,
} from '@guanlan/contract/endpoints/reports'
import { appError } from '@guanlan/contract/errors'
import type { Role } from '@guanlan/contract/account'
import type { ReportAction } from '@guanlan/contract/report-work'
import { holds, unitOf, userOf, type UserActor } from '../../reports/access.ts'
import type { ReportPlans } from '../../reports/plans.ts'
import type { ReportsService } from '../../reports/service.ts'
import { route, type Route } from '../route.ts'

const DOERS: readonly Role[] = [...REPORT_READERS, 'duty', 'group-admin']

/** Actions, subscriptions and plans. */
export function reportWorkRoutes(service: ReportsService, plans: ReportPlans): Route[] {
  const { deps, work } = service
  const { directory } = deps
  const scopeOf = (unitId: string) => (unitId === directory.root ? 'org' : `unit:${unitId}`)
  const subscriptions = async (accountId: string) => ({
    subscriptions: (await work.subscriptions(accountId)).map(({ kind, unitId }) => ({
      kind,
      scope: scopeOf(unitId),
    })),
  })
  const plansOf = async (user: UserActor) => ({
    plans: await plans.list(unitsOf(user, REPORT_READERS, service)),
  })
  return [
    ...actionRoutes(service),
    route(listReportSubscriptionsEndpoint, ({ actor }) => subscriptions(userOf(actor).id)),
    route(setReportSubscriptionsEndpoint, async ({ actor, body }) => {
      const user = userOf(actor)
      const wanted = body.subscriptions.map(({ kind, scope }) => ({ kind, unitId: unitOf(scope, directory) }))
      if (!wanted.every(({ unitId }) => holds(user, REPORT_READERS, unitId, service.view())))
        throw appError('forbidden', 'this account reads no reports of that scope')
      await work.subscribe(user, wanted)
      return subscriptions(user.id)
    }),
    route(listReportPlansEndpoint, ({ actor }) => plansOf(userOf(actor))),
    route(setReportPlanEndpoint, async ({ actor, body }) => {
      const user = userOf(actor)
      const unitId = unitOf(body.scope, directory)
      if (!holds(user, ['communications', 'leader'], unitId, service.view()))
        throw appError('forbidden', 'this account plans no reports for that scope')
      await plans.set(user, unitId, body)
      return plansOf(user)
    }),
  ]
}

function unitsOf(user: UserActor, roles: readonly Role[], { deps, view }: ReportsService): string[] {
  const { today } = view()
  return [
    ...new Set(
      user.grants
        .filter(({ role }) => roles.includes(role))
        .flatMap(({ unitId }) => deps.directory.tree.subtreeOn(unitId, today)),
    ),
  ]
}

function actionRoutes(service: ReportsService): Route[] {
  const { work } = service
  return [
    route(listReportActionsEndpoint, async ({ actor, query }) => {
      const user = userOf(actor)
      const stored = await work.actions({ units: unitsOf(user, DOERS, service), state: query.state })
      const found = stored.map((action) => service.actionFor(user, action))
      // Duty officers and administrators of groups see what is theirs to do; the rest is for those who read reports.
      const reads = (action: ReportAction) => holds(user, REPORT_READERS, action.unitId, service.view())
      const actions = found.filter(
        (action) => action.assigned || action.raised || (query.mine === 'false' && reads(action)),
      )
      const ids = actions.flatMap(({ accountId, createdBy, closedBy }) => [accountId, createdBy, closedBy])
      return { actions, accounts: await service.names(ids) }
    }),
    route(createReportActionEndpoint, async ({ actor, body }) => {
      const user = userOf(actor)
      const { row, may } = await service.look(user, body.reportId)
      if (!may.act) throw appError('conflict', 'actions are raised from issued reports')
      return service.actionFor(user, await work.act(user, row, body))
    }),
    route(closeReportActionEndpoint, async ({ actor, params, body }) => {
      const user = userOf(actor)
      const [stored] = await work.actions({ id: params.id })
      if (stored === undefined) throw appError('not_found', 'no such action')
      const { assigned, raised, unitId } = service.actionFor(user, stored)
      if (!assigned && !holds(user, REPORT_READERS, unitId, service.view()))
        throw appError('not_found', 'no such action')
      if (!assigned && !raised)
        throw appError('forbidden', 'closed by whoever it is assigned to, or raised it')
      if (body.state === 'dropped' && !raised)
        throw appError('forbidden', 'dropped only by whoever raised it')
      return service.actionFor(user, await work.close(user, params.id, body))
    }),
  ]
}

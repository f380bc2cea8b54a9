import { Edition, type EditionSummary } from '@guanlan/contract/report'
import {
  approveReportEndpoint,
  circulateReportEndpoint,
  commentReportEndpoint,
  correctReportEndpoint,
  createReportEndpoint,
  discardReportEndpoint,
  exportReportEndpoint,
  getReportEndpoint,
  issueReportEndpoint,
  listReportReadersEndpoint,
  listReportsEndpoint,
  readReportEndpoint,
  receiptReportEndpoint,
  recomputeReportEndpoint,
  refreshReportEndpoint,
  REPORT_READERS,
  reportSchemaEndpoint,
} from '@guanlan/contract/endpoints/reports'
import { appError } from '@guanlan/contract/errors'
import { REPORT_MEDIA_TYPES, type ReportPermissions } from '@guanlan/contract/report-work'
import { z } from 'zod'
import { holds, unitOf, userOf, WRITERS, type UserActor } from '../../reports/access.ts'
import type { ReportsService } from '../../reports/service.ts'
import { editionOf, listReports, type ReportRow } from '../../reports/report-store.ts'
import { reachable } from '../../reports/work.ts'
import { route, type Caller, type Route } from '../route.ts'
import { reportWorkRoutes } from './reports-work.ts'

/** Refuses when the account may not do this with the edition now. */
function mustMay(may: ReportPermissions, what: keyof ReportPermissions): void {
  if (!may[what]) throw appError('forbidden', 'this account may not do that with the report as it stands')
}

/** Editions: everybody sees those of the units in their care; drafts are for those who write or approve them. */
export function reportRoutes(service: ReportsService): Route[] {
  const { deps, reports, work, plans } = service
  const look = (actor: Caller | undefined, id: string) => service.look(userOf(actor), id)
  const page = (actor: UserActor, id: string) => service.page(actor, id)
  const writes = (actor: Caller | undefined, unitId: string): UserActor => {
    const user = userOf(actor)
    if (!holds(user, WRITERS, unitId, service.view()))
      throw appError('forbidden', 'this account writes no reports for that scope')
    return user
  }
  const step =
    (what: keyof ReportPermissions, run: (user: UserActor, row: ReportRow) => Promise<unknown>) =>
    async ({ actor, params }: { actor: Caller | undefined; params: { id: string } }) => {
      const user = userOf(actor)
      const { row, may } = await look(user, params.id)
      mustMay(may, what)
      await run(user, row)
      return page(user, params.id)
    }
  return [
    route(listReportsEndpoint, ({ actor, query }) => listOf(service, userOf(actor), query)),
    route(getReportEndpoint, ({ actor, params }) => page(userOf(actor), params.id)),
    route(createReportEndpoint, async ({ actor, body }) => {
      const unitId = unitOf(body.scope, deps.directory)
      const user = writes(actor, unitId)
      const id = await reports.create(user.id, { ...body, unitId })
      return page(user, id)
    }),
    route(
      refreshReportEndpoint,
      step('refresh', (user, { id }) => reports.refresh(user.id, id)),
    ),
    route(approveReportEndpoint, ({ actor, params, body }) =>
      step('approve', (user, { id }) => reports.approve(user.id, id, body.content))({ actor, params }),
    ),
    route(
      issueReportEndpoint,
      step('issue', (user, { id }) => reports.issue(user.id, id)),
    ),
    route(correctReportEndpoint, async ({ actor, params, body }) => {
      const user = userOf(actor)
      mustMay((await look(user, params.id)).may, 'correct')
      return page(user, await reports.correct(user.id, params.id, body.note))
    }),
    route(discardReportEndpoint, async ({ actor, params }) => {
      const user = userOf(actor)
      mustMay((await look(user, params.id)).may, 'refresh')
      await reports.discard(user.id, params.id)
      return undefined
    }),
    route(commentReportEndpoint, ({ actor, params, body }) =>
      step('comment', (user, { id }) => work.comment(user, id, body.text))({ actor, params }),
    ),
    route(
      readReportEndpoint,
      step('comment', (user, { id }) => work.read(user, id)),
    ),
    route(
      receiptReportEndpoint,
      step('receipt', (user, row) => work.receipt(user, row)),
    ),
    route(circulateReportEndpoint, ({ actor, params, body }) =>
      step('circulate', (user, row) => work.circulate(user, row, body.accounts))({ actor, params }),
    ),
    ...usesOf(service),
    ...reportWorkRoutes(service, plans),
  ]
}

/** Reading an edition in other ways: who may get it, recompute, forms, schema. */
function usesOf(service: ReportsService): Route[] {
  const { deps } = service
  const look = (actor: Caller | undefined, id: string) => service.look(userOf(actor), id)
  return [
    route(listReportReadersEndpoint, async ({ actor, params }) => {
      const { row } = await look(actor, params.id)
      const accounts = await reachable(deps, row.unitId)
      return {
        accounts: accounts.map(({ id, name, grants }) => ({
          ...{ id, name },
          roles: [...new Set(grants.map(({ role }) => role))],
        })),
      }
    }),
    route(recomputeReportEndpoint, async ({ actor, params }) => {
      const { row } = await look(actor, params.id)
      return service.recompute(editionOf(row))
    }),
    route(exportReportEndpoint, async ({ actor, params, query, res }) => {
      const user = userOf(actor)
      const { row } = await look(user, params.id)
      const { id, format } = params
      const document = await service.export(user, row, format, query.locale)
      res.setHeader('Content-Type', REPORT_MEDIA_TYPES[format])
      const extension = format === 'csv' && document.subarray(0, 2).toString() === 'PK' ? 'zip' : format
      if (extension === 'zip') res.setHeader('Content-Type', 'application/zip')
      const name = `guanlan-${row.kind}-${row.periodKey}-${id.slice(4, 12)}.${extension}`
      res.setHeader('Content-Disposition', `attachment; filename="${name}"`)
      res.end(document)
      return undefined as never
    }),
    route(reportSchemaEndpoint, () => JSON.stringify(z.toJSONSchema(Edition, { io: 'output' })) as never),
  ]
}

type ListQuery = z.output<typeof listReportsEndpoint.query>

async function listOf(service: ReportsService, user: UserActor, query: ListQuery) {
  const { deps } = service
  const view = service.view()
  const { directory } = deps
  const readable = user.grants
    .filter(({ role }) => REPORT_READERS.some((reader) => reader === role))
    .flatMap(({ unitId }) => directory.tree.subtreeOn(unitId, view.today))
  const wanted = query.scope === undefined ? null : unitOf(query.scope, directory)
  const units = [...new Set(readable)].filter((id) => wanted === null || id === wanted)
  const { kind, state, before, limit } = query
  const rows = await listReports(deps.postgres, { units, kind, state, before, limit: limit + 1 })
  const shown: ReportRow[] = []
  for (const row of rows.slice(0, limit)) if (await service.maySee(user, row)) shown.push(row)
  const read = await service.readBy(
    user.id,
    shown.map(({ id }) => id),
  )
  return {
    reports: shown.map((row) => summaryOf(row, read.has(row.id), service)),
    accounts: await service.names(shown.map(({ createdBy }) => createdBy)),
    next: rows.length > limit ? (rows[limit - 1]?.createdAt.toISOString() ?? null) : null,
  }
}

function summaryOf(row: ReportRow, read: boolean, { deps }: ReportsService): EditionSummary {
  const edition = editionOf(row)
  const lead = edition.sections[0]?.sentences[0] ?? null
  const { id, kind, scope, period, subject, state, number, createdAt, createdBy } = edition
  const { issuedAt, supersedes, supersededBy, level, names } = edition
  return {
    ...{ id, kind, scope, period, subject, state, number, createdAt, createdBy },
    ...{ issuedAt, supersedes, supersededBy, level, lead, read },
    names,
    scopeName: deps.directory.unit(row.unitId)?.name ?? row.unitId,
  }
}

import type { Role } from '@guanlan/contract/account'
import { appError } from '@guanlan/contract/errors'
import type { Edition, ReportLocale } from '@guanlan/contract/report'
import type {
  EditionPage,
  Recomputation,
  ReportAction,
  ReportFormat,
  ReportPermissions,
} from '@guanlan/contract/report-work'
import type { Directory } from '../register/directory.ts'
import { holds, maySee, permissionsOf, type UserActor } from './access.ts'
import type { FormRenderer } from './forms/renderer.ts'
import { createReportPlans, type ReportPlans } from './plans.ts'
import { recompute } from './recompute.ts'
import type { ReportDeps } from './report-deps.ts'
import { editionOf, type ReportRow } from './report-store.ts'
import { createReports, found, type Reports } from './reports.ts'
import { createReportWork, type ReportWork, type StoredAction } from './work.ts'

/** Everything about reports that the edges call. */
export interface ReportsService {
  readonly deps: ReportDeps
  readonly reports: Reports
  readonly work: ReportWork
  readonly plans: ReportPlans
  view(): { readonly directory: Directory; readonly today: string }
  maySee(user: UserActor, row: ReportRow): Promise<boolean>
  /** An action with what it is to the account. */
  actionFor(user: UserActor, action: StoredAction): ReportAction
  /** @throws appError not_found, also for what the account may not see */
  look(user: UserActor, id: string): Promise<{ row: ReportRow; may: ReportPermissions }>
  page(user: UserActor, id: string): Promise<EditionPage>
  /** Which of these reports the account has read. */
  readBy(accountId: string, ids: readonly string[]): Promise<ReadonlySet<string>>
  /** Display names by account id. */
  names(ids: readonly (string | null)[]): Promise<Record<string, string>>
  recompute(edition: Edition): Promise<Recomputation>
  /** A form of the edition; audited. */
  export(user: UserActor, row: ReportRow, format: ReportFormat, locale: ReportLocale): Promise<Buffer>
}

const isReceiptOf =
  (user: UserActor) =>
  ({ accountId, receiptAt }: EditionPage['circulation'][number]) =>
    accountId === user.id && receiptAt !== null

export function createReportsService(deps: ReportDeps, forms: Pick<FormRenderer, 'render'>): ReportsService {
  const { postgres, directory, time, clock, audit } = deps
  const reports = createReports(deps)
  const work = createReportWork(deps)
  const plans = createReportPlans(deps, reports)
  const view = () => ({ directory, today: time.dayOf(clock.now()) })
  const approver = (row: ReportRow): Promise<Role> => plans.approverOf(row.kind, row.unitId)
  const accessOf = async (row: ReportRow) => ({ ...view(), approver: await approver(row) })
  const names: ReportsService['names'] = async (ids) => {
    const wanted = new Set(ids)
    const accounts = await deps.accounts.list()
    return Object.fromEntries(accounts.filter(({ id }) => wanted.has(id)).map(({ id, name }) => [id, name]))
  }
  const look: ReportsService['look'] = async (user, id) => {
    const row = await found(postgres, id)
    const access = await accessOf(row)
    if (!maySee(user, row, access)) throw appError('not_found', 'no such report')
    return { row, may: permissionsOf(user, row, access) }
  }
  const actionFor: ReportsService['actionFor'] = (user, action) => {
    const { accountId, role, unitId, createdBy } = action
    const assigned = accountId === null ? holds(user, [role], unitId, view()) : accountId === user.id
    return { ...action, assigned, raised: createdBy === user.id }
  }
  return {
    ...{ deps, reports, work, plans, view, look, names, actionFor },
    maySee: async (user, row) => maySee(user, row, await accessOf(row)),
    async page(user, id) {
      const { row, may } = await look(user, id)
      const edition = editionOf(row)
      const [comments, circulation, actions] = await Promise.all([
        work.comments(id),
        work.readers(id),
        work.actions({ reportId: id }),
      ])
      const accounts = await names([
        ...[edition.createdBy, edition.approvedBy, edition.issuedBy],
        ...comments.map(({ by }) => by),
        ...circulation.map(({ accountId }) => accountId),
        ...actions.flatMap(({ accountId, createdBy, closedBy }) => [accountId, createdBy, closedBy]),
      ])
      return {
        ...{ edition, comments, circulation, accounts },
        may: { ...may, receipt: may.receipt && !circulation.some(isReceiptOf(user)) },
        actions: actions.map((action) => actionFor(user, action)),
      }
    },
    async readBy(accountId, ids) {
      const rows = await postgres.query<{ id: string }>(
        'SELECT report_id AS id FROM report_reader WHERE account_id = $1 AND report_id = ANY ($2) AND read_at IS NOT NULL',
        [accountId, ids],
      )
      return new Set(rows.map(({ id }) => id))
    },
    recompute: (edition) => recompute(deps, edition),
    async export(user, row, format, locale) {
      const edition = editionOf(row)
      const accounts = await names([edition.createdBy, edition.approvedBy, edition.issuedBy])
      // Audited before it leaves: an export that fails half way is one that was asked for.
      await audit.append(user.id, 'report.export', row.id, { format, locale, state: row.state })
      return forms.render({ format, edition, locale, accounts })
    },
  }
}

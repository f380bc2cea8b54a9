import {
  approveReportEndpoint,
  circulateReportEndpoint,
  closeReportActionEndpoint,
  commentReportEndpoint,
  correctReportEndpoint,
  createReportActionEndpoint,
  createReportEndpoint,
  discardReportEndpoint,
  exportReportEndpoint,
  getReportEndpoint,
  issueReportEndpoint,
  listReportActionsEndpoint,
  listReportPlansEndpoint,
  listReportReadersEndpoint,
  listReportSubscriptionsEndpoint,
  listReportsEndpoint,
  readReportEndpoint,
  receiptReportEndpoint,
  recomputeReportEndpoint,
  refreshReportEndpoint,
  setReportPlanEndpoint,
  setReportSubscriptionsEndpoint,
} from '@guanlan/contract/endpoints/reports'
import type { ReportKind, ReportLocale, ReportSubject } from '@guanlan/contract/report'
import type {
  ReportActionRequest,
  ReportFormat,
  ReportPlan,
  ReportSubscription,
} from '@guanlan/contract/report-work'
import type { z } from 'zod'
import { at } from './address.ts'
import { createCall } from './http.ts'

const call = createCall(
  (input, init) => fetch(input, init),
  () => undefined,
)

export interface ReportFilter {
  kind?: ReportKind | undefined
  scope?: string | undefined
  before?: string | undefined
}

/** Operations of the report pages. Each rejects with ApiFailure only. */
export const reportsApi = {
  list: (filter: ReportFilter) => call(at(listReportsEndpoint, {}, { ...filter })),
  read: (id: string) => call(at(getReportEndpoint, { id })),
  create: (kind: Exclude<ReportKind, 'flash'>, scope: string, period: string) =>
    call(createReportEndpoint, { kind, scope, period }),
  flash: (scope: string, subject: ReportSubject) =>
    call(createReportEndpoint, { kind: 'flash', scope, subject }),
  refresh: (id: string) => call(at(refreshReportEndpoint, { id })),
  /** `content`: hash of what the approver has read. */
  approve: (id: string, content: string) => call(at(approveReportEndpoint, { id }), { content }),
  issue: (id: string) => call(at(issueReportEndpoint, { id })),
  correct: (id: string, note: string) => call(at(correctReportEndpoint, { id }), { note }),
  discard: (id: string) => call(at(discardReportEndpoint, { id })),
  comment: (id: string, text: string) => call(at(commentReportEndpoint, { id }), { text }),
  markRead: (id: string) => call(at(readReportEndpoint, { id })),
  receipt: (id: string) => call(at(receiptReportEndpoint, { id })),
  readers: (id: string) => call(at(listReportReadersEndpoint, { id })),
  circulate: (id: string, accounts: string[]) => call(at(circulateReportEndpoint, { id }), { accounts }),
  recompute: (id: string) => call(at(recomputeReportEndpoint, { id })),
  file: (id: string, format: ReportFormat, locale: ReportLocale) =>
    at(exportReportEndpoint, { id, format }, { locale }).path,

  actions: (mine: boolean) => call(at(listReportActionsEndpoint, {}, { mine: String(mine) })),
  raise: (request: z.input<typeof ReportActionRequest>) => call(createReportActionEndpoint, request),
  close: (id: string, state: 'closed' | 'dropped', outcome: string) =>
    call(at(closeReportActionEndpoint, { id }), { state, outcome }),

  plans: () => call(listReportPlansEndpoint),
  setPlan: (plan: ReportPlan) => call(setReportPlanEndpoint, plan),
  subscriptions: () => call(listReportSubscriptionsEndpoint),
  subscribe: (subscriptions: ReportSubscription[]) => call(setReportSubscriptionsEndpoint, { subscriptions }),
}

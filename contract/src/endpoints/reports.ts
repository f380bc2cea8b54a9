import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { EditionSummary, ReportId, ReportKind, ReportScope, ReportState, ReportSubject } from '../report.ts'
import {
  EditionPage,
  Recomputation,
  ReportAction,
  ReportActionClosing,
  ReportActionRequest,
  ReportActionState,
  ReportCommentRequest,
  ReportApprovalRequest,
  ReportCorrectionRequest,
  ReportExportQuery,
  ReportFormat,
  ReportPlan,
  ReportPlanState,
  ReportSubscription,
} from '../report-work.ts'

/** Reports reach as far as the caller's units; auditors and system administrators read none. */
export const REPORT_READERS = ['unit-lead', 'communications', 'leader'] as const
const readers = { roles: REPORT_READERS } as const
const writers = { roles: ['communications', 'unit-lead'] } as const
const Id = z.strictObject({ id: ReportId })

export const listReportsEndpoint = endpoint({
  operationId: 'listReports',
  method: 'get',
  path: '/api/v1/reports',
  summary:
    'Editions of the scopes of the caller, newest first; drafts for those who may write or approve them',
  tag: 'reports',
  access: readers,
  query: z.strictObject({
    kind: ReportKind.optional(),
    scope: ReportScope.optional(),
    state: ReportState.optional(),
    /** Created before this moment (ISO), for the next page. */
    before: z.iso.datetime({ offset: true }).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(30),
  }),
  response: z.strictObject({
    reports: z.array(EditionSummary),
    accounts: z.record(z.string(), z.string()),
    next: z.string().nullable(),
  }),
})

export const getReportEndpoint = endpoint({
  operationId: 'getReport',
  method: 'get',
  path: '/api/v1/reports/:id',
  summary: 'One edition with comments, circulation and actions',
  tag: 'reports',
  access: readers,
  params: Id,
  response: EditionPage,
})

export const createReportEndpoint = endpoint({
  operationId: 'createReport',
  method: 'post',
  path: '/api/v1/reports',
  summary: 'Draft of a period that is over, or a flash brief about an alert or a topic',
  tag: 'reports',
  access: writers,
  body: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: ReportKind.exclude(['flash']),
      scope: ReportScope,
      /** 2026-W47, 2026-11 or 2026-11-21. */
      period: z.string().max(10),
    }),
    z.strictObject({ kind: z.literal('flash'), scope: ReportScope, subject: ReportSubject }),
  ]),
  response: EditionPage,
  status: 201,
})

const step = (operationId: string, path: string, summary: string) =>
  ({
    operationId,
    method: 'post',
    path: `/api/v1/reports/:id/${path}`,
    summary,
    tag: 'reports',
    access: readers,
    params: Id,
    response: EditionPage,
  }) as const

export const refreshReportEndpoint = endpoint(
  step('refreshReport', 'refresh', 'Make the draft again from the data of now'),
)
export const approveReportEndpoint = endpoint({
  ...step('approveReport', 'approval', 'Approve a draft as it was read; the named role, never its author'),
  body: ReportApprovalRequest,
})
export const issueReportEndpoint = endpoint(
  step('issueReport', 'issue', 'Number, freeze and send an approved edition'),
)
export const correctReportEndpoint = endpoint({
  ...step('correctReport', 'correction', 'Draft of a new edition that corrects an issued one'),
  body: ReportCorrectionRequest,
})
export const commentReportEndpoint = endpoint({
  ...step('commentReport', 'comments', 'Comment; contact data in it is masked'),
  body: ReportCommentRequest,
})
export const readReportEndpoint = endpoint(step('markReportRead', 'read', 'The caller has read it'))
export const receiptReportEndpoint = endpoint(
  step('acknowledgeReportReceipt', 'receipt', 'The caller acknowledges receipt of a flash brief'),
)
export const circulateReportEndpoint = endpoint({
  ...step('circulateReport', 'circulation', 'Add accounts to the circulation list'),
  body: z.strictObject({ accounts: z.array(z.string().min(1).max(64)).min(1).max(100) }),
})

export const discardReportEndpoint = endpoint({
  operationId: 'discardReport',
  method: 'delete',
  path: '/api/v1/reports/:id',
  summary: 'Discard a draft or an approved edition that was not issued',
  tag: 'reports',
  access: writers,
  params: Id,
})

export const listReportReadersEndpoint = endpoint({
  operationId: 'listReportAccounts',
  method: 'get',
  path: '/api/v1/reports/:id/accounts',
  summary: 'Accounts to whom this report may be circulated or its actions assigned',
  tag: 'reports',
  access: readers,
  params: Id,
  response: z.strictObject({
    accounts: z.array(z.strictObject({ id: z.string(), name: z.string(), roles: z.array(z.string()) })),
  }),
})

export const recomputeReportEndpoint = endpoint({
  operationId: 'recomputeReport',
  method: 'post',
  path: '/api/v1/reports/:id/recomputation',
  summary: 'Read every figure again: equal, or which late events and corrections changed what',
  tag: 'reports',
  access: readers,
  params: Id,
  response: Recomputation,
})

export const exportReportEndpoint = endpoint({
  operationId: 'exportReport',
  method: 'get',
  path: '/api/v1/reports/:id/export/:format',
  summary:
    'The edition as Word, Excel, PDF, CSV (one file, a cell of a table on each line) or JSON; every export is audited',
  tag: 'reports',
  access: readers,
  params: z.strictObject({ id: ReportId, format: ReportFormat }),
  query: ReportExportQuery,
  produces: 'application/octet-stream',
})

export const reportSchemaEndpoint = endpoint({
  operationId: 'getReportSchema',
  method: 'get',
  path: '/api/v1/report-schema',
  summary: 'JSON schema of an edition',
  tag: 'reports',
  access: readers,
  produces: 'application/schema+json',
})

export const listReportActionsEndpoint = endpoint({
  operationId: 'listReportActions',
  method: 'get',
  path: '/api/v1/report-actions',
  summary: 'Actions raised from reports in the units of the caller, open ones by due day first',
  tag: 'reports',
  access: { roles: [...REPORT_READERS, 'duty', 'group-admin'] },
  query: z.strictObject({
    state: ReportActionState.optional(),
    /** Only actions assigned to the caller, or to a role that the caller holds there, and those that the caller raised. */
    mine: z.enum(['true', 'false']).default('false'),
  }),
  response: z.strictObject({
    actions: z.array(ReportAction),
    accounts: z.record(z.string(), z.string()),
  }),
})

export const createReportActionEndpoint = endpoint({
  operationId: 'createReportAction',
  method: 'post',
  path: '/api/v1/report-actions',
  summary: 'Raise an action from a report; contact data in its text is masked',
  tag: 'reports',
  access: readers,
  body: ReportActionRequest,
  response: ReportAction,
  status: 201,
})

export const closeReportActionEndpoint = endpoint({
  operationId: 'closeReportAction',
  method: 'post',
  path: '/api/v1/report-actions/:id/closing',
  summary: 'Say what was done, or that it is dropped; by its assignee or whoever raised it',
  tag: 'reports',
  access: { roles: [...REPORT_READERS, 'duty', 'group-admin'] },
  params: z.strictObject({ id: z.string().regex(/^act-[0-9a-f]{18}$/) }),
  body: ReportActionClosing,
  response: ReportAction,
})

export const listReportSubscriptionsEndpoint = endpoint({
  operationId: 'listReportSubscriptions',
  method: 'get',
  path: '/api/v1/me/report-subscriptions',
  summary: 'Reports that are sent to the caller when issued',
  tag: 'reports',
  access: readers,
  response: z.strictObject({ subscriptions: z.array(ReportSubscription) }),
})

export const setReportSubscriptionsEndpoint = endpoint({
  operationId: 'setReportSubscriptions',
  method: 'put',
  path: '/api/v1/me/report-subscriptions',
  summary: 'Replace the subscriptions of the caller',
  tag: 'reports',
  access: readers,
  body: z.strictObject({ subscriptions: z.array(ReportSubscription).max(40) }),
  response: z.strictObject({ subscriptions: z.array(ReportSubscription) }),
})

export const listReportPlansEndpoint = endpoint({
  operationId: 'listReportPlans',
  method: 'get',
  path: '/api/v1/report-plans',
  summary: 'When drafts are made, and which role approves them',
  tag: 'reports',
  access: readers,
  response: z.strictObject({ plans: z.array(ReportPlanState) }),
})

export const setReportPlanEndpoint = endpoint({
  operationId: 'setReportPlan',
  method: 'put',
  path: '/api/v1/report-plans',
  summary: 'Set the plan of a kind and scope',
  tag: 'reports',
  access: { roles: ['communications', 'leader'] },
  body: ReportPlan,
  response: z.strictObject({ plans: z.array(ReportPlanState) }),
})

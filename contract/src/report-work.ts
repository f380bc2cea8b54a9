import { z } from 'zod'
import { Role } from './account.ts'
import { UnitId } from './event.ts'
import { Edition, ReportId, ReportKind, ReportLocale, ReportScope } from './report.ts'

/** What people do with a report: comments, circulation, receipts, actions, subscriptions, plans. Not part of the frozen edition. */

const LocalDay = z.iso.date()
/** Free text that somebody writes; contact data is masked before it is stored, names of the roster are refused unless sure. */
export const REPORT_TEXT_LENGTH = 500
const FreeText = z.string().trim().min(1).max(REPORT_TEXT_LENGTH)

export const ReportComment = z.strictObject({
  id: z.string(),
  at: z.iso.datetime(),
  by: z.string(),
  text: z.string(),
})
export type ReportComment = z.infer<typeof ReportComment>

/** One reader on the circulation list (传阅). `receiptAt`: receipt of a flash brief acknowledged. */
export const ReportReader = z.strictObject({
  accountId: z.string(),
  addedAt: z.iso.datetime(),
  readAt: z.iso.datetime().nullable(),
  receiptAt: z.iso.datetime().nullable(),
})
export type ReportReader = z.infer<typeof ReportReader>

export const ReportActionState = z.enum(['open', 'closed', 'dropped'])
export type ReportActionState = z.infer<typeof ReportActionState>

/** A leader's instruction (批示) or a task from a report. Assigned to a role over a unit, or to an account that holds one there. */
export const ReportAction = z.strictObject({
  id: z.string(),
  reportId: ReportId.nullable(),
  /** The report's scope: the next report of this scope counts it. */
  scope: ReportScope,
  unitId: UnitId,
  unitName: z.string(),
  role: Role,
  accountId: z.string().nullable(),
  text: z.string(),
  dueOn: LocalDay,
  state: ReportActionState,
  overdue: z.boolean(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  closedAt: z.iso.datetime().nullable(),
  closedBy: z.string().nullable(),
  /** What was done. */
  outcome: z.string().nullable(),
  /** To the caller, or to a role that the caller holds over the unit. */
  assigned: z.boolean(),
  /** By the caller. */
  raised: z.boolean(),
})
export type ReportAction = z.infer<typeof ReportAction>

export const ReportActionRequest = z.strictObject({
  reportId: ReportId,
  unitId: UnitId,
  role: Role.extract(['unit-lead', 'communications', 'duty', 'group-admin', 'leader']),
  accountId: z.string().min(1).max(64).nullable().default(null),
  text: FreeText,
  dueOn: LocalDay,
})
export type ReportActionRequest = z.infer<typeof ReportActionRequest>

export const ReportActionClosing = z.strictObject({
  state: ReportActionState.exclude(['open']),
  outcome: FreeText,
})
export type ReportActionClosing = z.infer<typeof ReportActionClosing>

/** Who gets a report of a scope when it is issued, besides the circulation list. */
export const ReportSubscription = z.strictObject({ kind: ReportKind, scope: ReportScope })
export type ReportSubscription = z.infer<typeof ReportSubscription>

/** When drafts are made and who signs. Times are local; `workday`: moved to the next working day of the calendar. */
export const ReportPlan = z.strictObject({
  kind: ReportKind.exclude(['flash']),
  scope: ReportScope,
  enabled: z.boolean(),
  /** HH:MM, local. A week is due on Monday, a month on its first day, a day on the next. */
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  /** Wait for the next working day of the statutory calendar. */
  workdays: z.boolean(),
  /** The role that approves; the author never does. */
  approver: Role.extract(['leader', 'communications', 'unit-lead']),
})
export type ReportPlan = z.infer<typeof ReportPlan>

export const ReportPlanState = ReportPlan.extend({
  nextAt: z.iso.datetime().nullable(),
  lastReportId: ReportId.nullable(),
})
export type ReportPlanState = z.infer<typeof ReportPlanState>

/** What the caller may do with this edition now. */
export const ReportPermissions = z.strictObject({
  refresh: z.boolean(),
  approve: z.boolean(),
  issue: z.boolean(),
  correct: z.boolean(),
  comment: z.boolean(),
  circulate: z.boolean(),
  act: z.boolean(),
  receipt: z.boolean(),
})
export type ReportPermissions = z.infer<typeof ReportPermissions>

/** An edition with everything around it. `accounts`: account id -> display name. */
export const EditionPage = z.strictObject({
  edition: Edition,
  comments: z.array(ReportComment),
  circulation: z.array(ReportReader),
  actions: z.array(ReportAction),
  accounts: z.record(z.string(), z.string()),
  may: ReportPermissions,
})
export type EditionPage = z.infer<typeof EditionPage>

/** One figure that is not what it was. */
const Difference = z.strictObject({
  figureId: z.string(),
  before: Edition.shape.figures.valueType.shape.value,
  after: Edition.shape.figures.valueType.shape.value,
})

/** Answer of a recompute. */
export const Recomputation = z.strictObject({
  at: z.iso.datetime(),
  /** equal: every figure is what it was; changed: `causes` says what came after; expired: only hashes could be verified. */
  result: z.enum(['equal', 'changed', 'expired']),
  /** Stored figures and content still have the hashes that were stored with them. */
  hashesHold: z.boolean(),
  /** Figures read again and compared. */
  compared: z.int(),
  differences: z.array(Difference),
  /** What arrived, was corrected, or became visible since, by local day of the period. */
  causes: z.array(
    z.strictObject({
      day: LocalDay,
      kind: z.enum(['late-events', 'late-corrections', 'visibility']),
      /** Events or corrections more (or, negative, fewer) than when the edition was made; groups for visibility. */
      count: z.int(),
      /** Newest correction, ISO, for late corrections. */
      lastAt: z.iso.datetime().nullable(),
    }),
  ),
  /** Sources that no longer reach back to the period, with the first day they still hold. */
  expired: z.array(z.strictObject({ source: z.enum(['raw', 'rollups', 'cells']), heldFrom: LocalDay })),
})
export type Recomputation = z.infer<typeof Recomputation>

export const ReportFormat = z.enum(['docx', 'xlsx', 'pdf', 'csv', 'json'])
export type ReportFormat = z.infer<typeof ReportFormat>

export const REPORT_MEDIA_TYPES: Record<ReportFormat, string> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
}

export const ReportCommentRequest = z.strictObject({ text: FreeText })
/** What was read: SHA-256 of the content that is approved. Answered 409 when the draft holds something else by now. */
export const ReportApprovalRequest = z.strictObject({ content: z.string().regex(/^[0-9a-f]{64}$/) })
export const ReportCorrectionRequest = z.strictObject({ note: FreeText })
export const ReportExportQuery = z.strictObject({ locale: ReportLocale.default('zh-CN') })

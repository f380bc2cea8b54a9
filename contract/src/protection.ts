import { z } from 'zod'
import { GroupId, UnitId } from './event.ts'

const Instant = z.iso.datetime()
const Day = z.iso.date()
/** A text of the product in both languages. */
export const BothLanguages = z.strictObject({ zh: z.string(), en: z.string() })
export type BothLanguages = z.infer<typeof BothLanguages>

/**
 * Whom the rows of a table are about. nobody: settings and bookkeeping; groups: counts and entries of groups and units;
 * accounts: people who sign in to this product; notes: what they wrote.
 */
export const HoldingAbout = z.enum(['nobody', 'groups', 'accounts', 'notes'])
export type HoldingAbout = z.infer<typeof HoldingAbout>

/** One table as it really is in its engine now. */
export const Holding = z.strictObject({
  engine: z.enum(['clickhouse', 'postgres']),
  table: z.string(),
  /** Null: the table exists and is not described, which the page says. */
  what: BothLanguages.nullable(),
  about: HoldingAbout.nullable(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  rows: z.int(),
  /** Null: kept until somebody deletes it, see `end`. */
  keepDays: z.int().nullable(),
  end: BothLanguages.nullable(),
  oldestDay: Day.nullable(),
})
export type Holding = z.infer<typeof Holding>

/** Something that this installation does not hold and so cannot tell, and what that rests on. */
export const Unknowable = z.strictObject({ code: z.string(), what: BothLanguages, because: BothLanguages })
export type Unknowable = z.infer<typeof Unknowable>

export const Holdings = z.strictObject({
  readAt: Instant,
  timezone: z.string(),
  holdings: z.array(Holding),
  unknowable: z.array(Unknowable),
})
export type Holdings = z.infer<typeof Holdings>

/** One table on one day: rows past their time before the deletion, and after it. */
export const RetentionLine = z.strictObject({
  table: z.string(),
  keepDays: z.int(),
  /** First day that is kept. */
  keepFrom: Day,
  deleted: z.int(),
  left: z.int(),
  oldestDay: Day.nullable(),
})
export type RetentionLine = z.infer<typeof RetentionLine>

export const RetentionProof = z.strictObject({
  day: Day,
  at: Instant,
  /** Nothing older than it may be was left. */
  kept: z.boolean(),
  lines: z.array(RetentionLine),
  /** SHA-256 of the lines, as recorded in the audit entry `auditSeq`. */
  digest: z.string(),
  auditSeq: z.int(),
})
export type RetentionProof = z.infer<typeof RetentionProof>

/** The life of one salt of pseudonyms in one process; nothing derived from the salt is in it. */
export const SaltReceipt = z.strictObject({
  id: z.string(),
  day: Day,
  madeAt: Instant,
  /** day: dropped when the day was closed; process: went with the process that held it; null: in memory now. */
  end: z.enum(['day', 'process']).nullable(),
  endedAt: Instant.nullable(),
})
export type SaltReceipt = z.infer<typeof SaltReceipt>

export const SaltReceipts = z.strictObject({
  receipts: z.array(SaltReceipt),
  proves: z.array(BothLanguages),
  provesNot: z.array(BothLanguages),
})
export type SaltReceipts = z.infer<typeof SaltReceipts>

/** One processing activity, in the fields of GDPR Art. 30 and PIPL Art. 54 to 56. */
export const ProcessingActivity = z.strictObject({
  code: z.string(),
  purpose: BothLanguages,
  people: BothLanguages,
  data: BothLanguages,
  source: BothLanguages,
  recipients: BothLanguages,
  retention: BothLanguages,
  measures: BothLanguages,
  tables: z.array(z.string()),
})
export type ProcessingActivity = z.infer<typeof ProcessingActivity>

export const ProcessingRecord = z.strictObject({
  readAt: Instant,
  organisation: z.string(),
  activities: z.array(ProcessingActivity),
})
export type ProcessingRecord = z.infer<typeof ProcessingRecord>

export const HistoryDeletionRequest = z.strictObject({
  /** Only say what would go and what it changes. */
  preview: z.boolean().default(true),
  /** The id of the group once more, typed by hand; needed unless `preview`. */
  confirm: GroupId.optional(),
  reason: z.string().trim().max(400).default(''),
})
export type HistoryDeletionRequest = z.infer<typeof HistoryDeletionRequest>

/** No counts of the group itself: they could be below its floor. */
export const HistoryDeletion = z.strictObject({
  groupId: GroupId,
  done: z.boolean(),
  from: Day.nullable(),
  to: Day.nullable(),
  /** Tables of which the group's rows go, and what is left of them (0 once done). */
  tables: z.array(z.strictObject({ table: z.string(), hasRows: z.boolean() })),
  /** Units in whose totals the group counted; these go down by as much. */
  units: z.array(UnitId),
  changes: z.array(BothLanguages),
  stays: z.array(BothLanguages),
})
export type HistoryDeletion = z.infer<typeof HistoryDeletion>

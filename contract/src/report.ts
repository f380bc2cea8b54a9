import { z } from 'zod'
import { RiskLevel } from './risk.ts'
import { ScopeKey } from './scope.ts'
import { SentimentShares } from './sentiment.ts'

/** week: ISO week; month: calendar month; day: daily brief (日报); flash: one page about one alert or topic (快报). */
export const ReportKind = z.enum(['week', 'month', 'day', 'flash'])
export type ReportKind = z.infer<typeof ReportKind>

/** draft → approved → issued; an issued edition that was corrected is superseded. Issued and later is frozen. */
export const ReportState = z.enum(['draft', 'approved', 'issued', 'superseded'])
export type ReportState = z.infer<typeof ReportState>

export const ReportLocale = z.enum(['zh-CN', 'en'])
export type ReportLocale = z.infer<typeof ReportLocale>

const LocalDay = z.iso.date()

/** Organisation or a unit with everything below it; a group has no report. */
export const ReportScope = ScopeKey.refine((key) => !key.startsWith('group:'), 'takes org or unit:<id>')

export const ReportPeriod = z.strictObject({
  /** 2026-W47, 2026-11 or 2026-11-21; a flash brief has the day on which it was written. */
  key: z.string(),
  /** First and last local day, both included. */
  from: LocalDay,
  to: LocalDay,
  /** Of weeks only. */
  isoYear: z.int().nullable(),
  isoWeek: z.int().nullable(),
  timezone: z.string(),
})
export type ReportPeriod = z.infer<typeof ReportPeriod>

/** Share or amount with its interval; never a single number where it is uncertain. */
export const ReportInterval = z.strictObject({ low: z.number(), high: z.number() })
export type ReportInterval = z.infer<typeof ReportInterval>

/** A value of a figure: null is unknown or hidden by a floor, never zero; `below`: fewer than that. */
export const ReportValue = z.union([
  z.number(),
  z.string(),
  z.null(),
  ReportInterval,
  z.strictObject({ below: z.number() }),
])
export type ReportValue = z.infer<typeof ReportValue>

/** How much data a figure has seen: enough to say later what came after it. */
export const ReportWatermark = z.strictObject({
  /** When it was read, ISO. */
  at: z.iso.datetime(),
  /** Events and corrections counted in the scope and days of the figure, floors applied; null where it is not made of events. */
  events: z.int().nullable(),
  corrections: z.int().nullable(),
})
export type ReportWatermark = z.infer<typeof ReportWatermark>

/** One number of an edition and where it comes from. */
export const ReportFigure = z.strictObject({
  value: ReportValue,
  /** Name and version of the question, such as totals@1; docs/reports.md lists them. */
  queryId: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  watermark: ReportWatermark,
  /** SHA-256 (hex) of the canonical JSON of queryId, parameters and value. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
})
export type ReportFigure = z.infer<typeof ReportFigure>

/** Parameters of a sentence: numbers, codes and ids; names are looked up in the edition, words come from the template. */
export const SentenceParams = z.record(
  z.string(),
  z.union([z.number(), z.string(), z.null(), z.array(z.string())]),
)
export type SentenceParams = z.infer<typeof SentenceParams>

export const ReportSentence = z.strictObject({
  /** Id of the template: renderSentence (report-sentences.ts) makes Chinese or English of it. */
  key: z.string(),
  params: SentenceParams,
  /** Ids of figures that it states. */
  figureRefs: z.array(z.string()),
  /** `attention`: somebody has something to do; `plain`: for knowledge. */
  tone: z.enum(['plain', 'attention']),
})
export type ReportSentence = z.infer<typeof ReportSentence>

/**
 * label: a code or id, shown through `labelOf` with the column's vocabulary; percent: 0..1; minutes: a duration in
 * minutes; date: a local day; instant: ISO date-time; interval: { low, high } of shares 0..1.
 */
export const ReportColumn = z.strictObject({
  key: z.string(),
  type: z.enum([
    ...['text', 'label', 'integer', 'decimal', 'percent', 'minutes', 'date', 'instant', 'interval'],
  ] as const),
  vocabulary: z
    .enum([
      ...['category', 'tier', 'unit', 'decision', 'finding', 'verdict', 'alertLevel', 'outcome', 'status'],
      ...[
        'topicStatus',
        'answer',
        'riskLevel',
        'actionState',
        'source',
        'sourceState',
        'role',
        'measure',
        'rule',
      ],
    ] as const)
    .nullable(),
  /** Shown with the title of the column; null: a bare count, a name or a day. */
  unit: z.enum(['messages', 'people', 'minutes', 'percent', 'points', 'groups', 'alerts']).nullable(),
})
export type ReportColumn = z.infer<typeof ReportColumn>

export const ReportRow = z.strictObject({
  /** One a column. null: unknown or not shown, written as a dash; { below: 3 }: fewer than 3. */
  cells: z.array(ReportValue),
  /** Figures that the row states. */
  figureRefs: z.array(z.string()),
  /** A total row is set apart. */
  total: z.boolean(),
})
export type ReportRow = z.infer<typeof ReportRow>

export const ReportTable = z.strictObject({
  id: z.string(),
  captionKey: z.string(),
  columns: z.array(ReportColumn),
  rows: z.array(ReportRow),
})
export type ReportTable = z.infer<typeof ReportTable>

const Count = z.number().nullable()
/** Steps without complete data, hatched; not in editions made before they were noted here. */
const Gaps = z.array(z.int()).optional()
const chart = <K extends string, D extends z.ZodRawShape>(kind: K, data: D) =>
  z.strictObject({
    id: z.string(),
    kind: z.literal(kind),
    captionKey: z.string(),
    data: z.strictObject(data),
  })

/** Data of charts; null is unknown and drawn as a gap, hatched where it lies in `gaps`. */
export const ReportChart = z.discriminatedUnion('kind', [
  /** Violations by tier for each day (each hour of a daily brief), the period before behind it. */
  chart('trend', {
    /** Local days, or hours as YYYY-MM-DDTHH:00. */
    steps: z.array(z.string()),
    illegal: z.array(Count),
    harmful: z.array(Count),
    conduct: z.array(Count),
    /** All tiers, same step one period earlier. */
    previous: z.array(Count),
    /** Steps without complete data, and steps in which a fifth was corrected after the fact: hatched. */
    gaps: z.array(z.int()),
    corrected: z.array(z.int()),
  }),
  /** Violations of earlier periods and this one (last), with the usual range. */
  chart('history', {
    periods: z.array(z.string()),
    values: z.array(Count),
    usual: ReportInterval.nullable(),
  }),
  /** Sorted bars with the period before. `vocabulary` as of columns. */
  chart('bars', {
    vocabulary: z.enum(['category', 'unit', 'decision', 'finding']),
    rows: z.array(
      z.strictObject({ code: z.string(), tier: z.string().nullable(), value: z.number(), previous: Count }),
    ),
  }),
  /** Median to p90 in minutes against the target. */
  chart('delay', {
    targetMinutes: z.number(),
    rows: z.array(
      z.strictObject({ tier: z.string(), count: z.int(), medianMinutes: Count, p90Minutes: Count }),
    ),
  }),
  /** People an hour of topics a day, from released cells. */
  chart('topics', {
    steps: z.array(z.string()),
    rows: z.array(z.strictObject({ id: z.string(), words: z.array(z.string()), values: z.array(Count) })),
    gaps: Gaps,
  }),
  /** Mood a day, intervals of the shares. */
  chart('sentiment', {
    steps: z.array(z.string()),
    negative: z.array(ReportInterval.nullable()),
    positive: z.array(ReportInterval.nullable()),
    gaps: Gaps,
  }),
])
export type ReportChart = z.infer<typeof ReportChart>

export const REPORT_SECTIONS = [
  'headline',
  'violations',
  'topics',
  'sentiment',
  'risk',
  'alerts',
  'response',
  'corrections',
  'register',
  'units',
  'actions',
  'quality',
  'limits',
  'subject',
] as const
export const ReportSectionKey = z.enum(REPORT_SECTIONS)
export type ReportSectionKey = z.infer<typeof ReportSectionKey>

export const ReportSection = z.strictObject({
  key: ReportSectionKey,
  sentences: z.array(ReportSentence),
  tables: z.array(ReportTable),
  charts: z.array(ReportChart),
  /** Set small, below. */
  notes: z.array(ReportSentence),
})
export type ReportSection = z.infer<typeof ReportSection>

/** A cell of a topic, or of mood, that was released before and is kept with the edition. Times ISO. */
export const ReportReleasedCell = z.strictObject({
  scope: z.string(),
  kind: z.enum(['topic', 'sentiment']),
  key: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  people: z.int(),
  messages: z.int(),
  words: z.array(z.string()),
  sentiment: SentimentShares.nullable(),
})
export type ReportReleasedCell = z.infer<typeof ReportReleasedCell>

export const ReportDataQuality = z.strictObject({
  silentSources: z.array(
    z.strictObject({ source: z.string(), from: z.iso.datetime(), to: z.iso.datetime(), minutes: z.int() }),
  ),
  /** Local days with hours in which no source of the scope sent anything although it usually does. */
  gaps: z.array(z.strictObject({ day: LocalDay, hours: z.int() })),
  /** Decisions of the period that were changed after the period ended. */
  lateCorrections: z.int(),
  /** Days on which the floors hid everything. */
  hiddenDays: z.array(LocalDay),
})
export type ReportDataQuality = z.infer<typeof ReportDataQuality>

/** Counts of one local day, floors applied, as read when the edition was made: what a recompute is compared with. */
export const ReportBasisDay = z.strictObject({
  day: LocalDay,
  events: z.int(),
  corrections: z.int(),
  /** Groups that count on that day. */
  groups: z.int(),
  /** Newest correction, ISO; null without one. */
  lastCorrectionAt: z.iso.datetime().nullable(),
})
export type ReportBasisDay = z.infer<typeof ReportBasisDay>

/** Names as they were when the edition was made; an edition reads the same for ever. */
export const ReportNames = z.strictObject({
  organisation: z.string(),
  units: z.record(z.string(), z.string()),
  categories: z.record(z.string(), z.strictObject({ zh: z.string(), en: z.string(), tier: z.string() })),
  sources: z.record(z.string(), z.string()),
  /** Topics by id: their released words. */
  topics: z.record(z.string(), z.array(z.string())),
  rules: z.record(z.string(), z.string()),
})
export type ReportNames = z.infer<typeof ReportNames>

/** What a flash brief is about. */
export const ReportSubject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('alert'), id: z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/) }),
  z.strictObject({ kind: z.literal('topic'), id: z.string().regex(/^[0-9a-z-]{1,40}$/) }),
])
export type ReportSubject = z.infer<typeof ReportSubject>

/** Rising from 1 within a kind, a scope and a year; given when issued. */
export const ReportNumber = z.strictObject({ year: z.int(), sequence: z.int() })
export type ReportNumber = z.infer<typeof ReportNumber>

const REPORT_ID = z.string().regex(/^rep-[0-9a-f]{18}$/)
export const ReportId = REPORT_ID
export type ReportId = z.infer<typeof ReportId>

/** One edition of a report: the whole document, neutral of language. `renderEdition`'s pieces make words of it. */
export const Edition = z.strictObject({
  id: ReportId,
  /** Version of this schema. */
  schema: z.literal(1),
  kind: ReportKind,
  scope: ReportScope,
  period: ReportPeriod,
  subject: ReportSubject.nullable(),
  state: ReportState,
  number: ReportNumber.nullable(),
  /** Account ids; names come with the answer that carries the edition. */
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  approvedAt: z.iso.datetime().nullable(),
  approvedBy: z.string().nullable(),
  issuedAt: z.iso.datetime().nullable(),
  issuedBy: z.string().nullable(),
  /** The edition that this one corrects, and the one that corrected this one. */
  supersedes: ReportId.nullable(),
  supersededBy: ReportId.nullable(),
  /** Why it was corrected. */
  correctionNote: z.string().nullable(),
  names: ReportNames,
  sections: z.array(ReportSection),
  figures: z.record(z.string(), ReportFigure),
  dataQuality: ReportDataQuality,
  /** By local day of the period, oldest first. */
  basis: z.array(ReportBasisDay),
  releasedCells: z.array(ReportReleasedCell),
  /** Level of the highest risk stated; `none` without one. */
  level: RiskLevel,
  /** Head of the audit chain when it was issued, with the entry of the issue; null before. */
  auditHead: z.strictObject({ seq: z.int(), hash: z.string() }).nullable(),
  /** SHA-256 (hex) of the canonical JSON of everything above that is content: sections, figures, names, basis, cells. */
  contentHash: z.string().regex(/^[0-9a-f]{64}$/),
})
export type Edition = z.infer<typeof Edition>

/** An edition in a list. `lead`: its first headline sentence, and what it takes to render it. */
export const EditionSummary = Edition.pick({
  id: true,
  kind: true,
  scope: true,
  period: true,
  subject: true,
  state: true,
  number: true,
  createdAt: true,
  createdBy: true,
  issuedAt: true,
  supersedes: true,
  supersededBy: true,
  level: true,
}).extend({
  scopeName: z.string(),
  lead: ReportSentence.nullable(),
  names: ReportNames,
  /** By the caller. */
  read: z.boolean(),
})
export type EditionSummary = z.infer<typeof EditionSummary>

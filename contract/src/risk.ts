import { z } from 'zod'
import { ScopeKey } from './scope.ts'

/** Levels of a risk score: from 0, 25, 45, 65 and 80 on, with hysteresis. */
export const RISK_LEVELS = ['none', 'blue', 'yellow', 'orange', 'red'] as const
export const RiskLevel = z.enum(RISK_LEVELS)
export type RiskLevel = z.infer<typeof RiskLevel>

/** What a score is made of, in the order in which it is explained. A group has no reach, spread and negative. */
export const RISK_COMPONENTS = [
  'surge',
  'growth',
  'persistence',
  'reach',
  'spread',
  'negative',
  'harm',
  'response',
  'unanswered',
] as const
export const RiskComponent = z.enum(RISK_COMPONENTS)
export type RiskComponent = z.infer<typeof RiskComponent>

/** Whole points of each component; they sum to the rounded score (or, for a change, to the change). */
export const RiskPoints = z.record(RiskComponent, z.int())
export type RiskPoints = z.infer<typeof RiskPoints>

export const RiskFormulaVersion = z.string().regex(/^(topic|unit|group)-\d{1,3}$/)
export type RiskFormulaVersion = z.infer<typeof RiskFormulaVersion>

/** Id of a topic: opaque, holds no word. */
export const TopicId = z
  .string()
  .regex(/^[0-9a-z]+(-[0-9a-z]+)*$/)
  .max(40)
export type TopicId = z.infer<typeof TopicId>

/** What has a score: `unit:<id>`, `group:<id>`, or `topic:<id>` inside a scope (`org` or `unit:<id>`). */
export const RiskSubject = z
  .string()
  .max(90)
  .refine(
    (value) =>
      value.startsWith('topic:')
        ? TopicId.safeParse(value.slice(6)).success
        : ScopeKey.safeParse(value).success,
    'takes org, unit:<id>, group:<id> or topic:<id>',
  )

export const RiskPoint = z.strictObject({ at: z.number(), score: z.int(), level: RiskLevel })
export type RiskPoint = z.infer<typeof RiskPoint>

/** "Why 72, why +9 since 10:00". */
export const RiskExplanation = z.strictObject({
  version: z.string(),
  /** ms since epoch: when the score was computed, and since when it has been compared. */
  at: z.number(),
  score: z.int(),
  level: RiskLevel,
  points: RiskPoints,
  since: z.strictObject({ at: z.number(), score: z.int(), change: z.int(), points: RiskPoints }).nullable(),
  /** Share of cases with such a score in which duty officers marked a response as needed; null: not calibrated. */
  needed: z.number().nullable(),
})
export type RiskExplanation = z.infer<typeof RiskExplanation>

/** A duty officer's mark. `scope` is needed for topics: the unit in which the topic was looked at. */
export const RiskMark = z.strictObject({
  subject: RiskSubject,
  scope: ScopeKey.default('org'),
  neededResponse: z.boolean(),
})
export type RiskMark = z.infer<typeof RiskMark>

export const RiskCalibration = z.strictObject({
  /** Marks so far, and how many of them said that a response was needed. */
  marks: z.int(),
  needed: z.int(),
  /** Marks from which on a calibration is computed. */
  least: z.int(),
  /** Steps of the isotonic curve; empty below `least`. */
  curve: z.array(z.strictObject({ from: z.number(), needed: z.number() })),
  /** Cross-validated expected calibration error; null below `least`. */
  error: z.number().nullable(),
})
export type RiskCalibration = z.infer<typeof RiskCalibration>

export const RiskKind = z.enum(['topic', 'unit', 'group'])
export type RiskKind = z.infer<typeof RiskKind>

/** Who asked for a version to be switched on, and who decided it; nobody decides what they asked for. */
export const RiskProposal = z.strictObject({
  version: RiskFormulaVersion,
  state: z.enum(['waiting', 'on', 'refused']),
  proposedBy: z.string(),
  proposedAt: z.iso.datetime(),
  decidedBy: z.string().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  /** True when the caller asked for it and so may not decide it. */
  own: z.boolean(),
})
export type RiskProposal = z.infer<typeof RiskProposal>

const Weights = z.partialRecord(RiskComponent, z.number())

/** A shipped version of the formula; it never changes. */
export const RiskFormula = z.strictObject({
  kind: RiskKind,
  version: RiskFormulaVersion,
  on: z.boolean(),
  /** Parts of momentum and of impact; each sums to 1. */
  momentum: Weights,
  impact: Weights,
  /** Last replay within a week, which a proposal needs; null: none. */
  replayedAt: z.iso.datetime().nullable(),
  /** The newest one. */
  proposal: RiskProposal.nullable(),
})
export type RiskFormula = z.infer<typeof RiskFormula>

/** One subject under both versions: the highest level in each step, null before its first score. */
export const RiskTrack = z.strictObject({
  subject: z.string(),
  /** The unit in which a topic was looked at; of a unit or group itself. */
  scope: ScopeKey,
  name: z.string(),
  inForce: z.array(RiskLevel.nullable()),
  candidate: z.array(RiskLevel.nullable()),
  /** Steps at which the two differ. */
  differ: z.int(),
})
export type RiskTrack = z.infer<typeof RiskTrack>

/** What a version would have said over the stored component vectors, beside the version that is switched on. */
export const RiskReplay = z.strictObject({
  kind: RiskKind,
  version: z.string(),
  current: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Subjects and ticks replayed. */
  subjects: z.int(),
  ticks: z.int(),
  /** Ticks at each level, and how often each was entered from below. */
  candidate: z.strictObject({
    ticks: z.record(RiskLevel, z.int()),
    raised: z.record(RiskLevel, z.int()),
    highest: z.number(),
    mean: z.number(),
  }),
  inForce: z.strictObject({
    ticks: z.record(RiskLevel, z.int()),
    raised: z.record(RiskLevel, z.int()),
    highest: z.number(),
    mean: z.number(),
  }),
  /** Ticks at which the two disagree on the level. */
  disagree: z.int(),
  /** Steps of the tracks from `from` on, and the subjects on which the versions differ most; none on the command line. */
  stepSeconds: z.int(),
  tracks: z.array(RiskTrack),
})
export type RiskReplay = z.infer<typeof RiskReplay>

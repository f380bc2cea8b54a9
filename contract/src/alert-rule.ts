import { z } from 'zod'
import { UnitId } from './event.ts'
import { GroupKind } from './register.ts'
import { CategoryCode, Tier } from './taxonomy.ts'

/** Levels of an alert, mildest first. */
export const ALERT_LEVELS = ['blue', 'yellow', 'orange', 'red'] as const
export const AlertLevel = z.enum(ALERT_LEVELS)
export type AlertLevel = z.infer<typeof AlertLevel>

/** Ids of rules, policies, rosters: chosen by the product or by whoever creates them; they match nothing. */
export const AlertingId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
export type AlertingId = z.infer<typeof AlertingId>

/** From which value on the condition holds at a level. Rising with the level (or all equal: then the highest applies). */
const Raise = z.strictObject({ level: AlertLevel, from: z.number().min(0).max(1e9) })
const Levels = z
  .array(Raise)
  .min(1)
  .max(4)
  .refine(
    (raises) =>
      raises.every((raise, i) => {
        const before = raises[i - 1]
        return (
          !before ||
          (ALERT_LEVELS.indexOf(before.level) < ALERT_LEVELS.indexOf(raise.level) && before.from < raise.from)
        )
      }),
    'levels and values must both rise',
  )

const WindowMinutes = z
  .int()
  .min(5)
  .max(7 * 24 * 60)
/** What is counted: everything, what moderation acted on, one tier, or one category at a time. */
const Counted = z.enum(['messages', 'acted', 'illegal', 'harmful', 'conduct', 'category'])

/** A count in a window. Levels are counts. */
const Threshold = z.strictObject({
  kind: z.literal('threshold'),
  counted: Counted,
  windowMinutes: WindowMinutes,
  levels: Levels,
})
/** A share of messages in a window, 0..1; silent below `leastMessages`. Levels are shares. */
const Rate = z.strictObject({
  kind: z.literal('rate'),
  counted: Counted.exclude(['messages']),
  windowMinutes: WindowMinutes,
  leastMessages: z.int().min(20).max(1e6),
  levels: Levels,
})
/** A rise that the series itself shows rarely. Levels are surge scores in nats (2.35: about once in five days). */
const Surge = z.strictObject({
  kind: z.literal('surge'),
  counted: Counted,
  leastCount: z.int().min(3).max(1e6),
  levels: Levels,
})
/** A topic's risk level; the alert has the topic's level. */
const TopicRisk = z.strictObject({ kind: z.literal('topic-risk'), atLeast: AlertLevel })
/** Fall of a topic's or the organisation's sentiment against its usual, lower confidence bound. Levels are points, 0..100. */
const SentimentShift = z.strictObject({
  kind: z.literal('sentiment-shift'),
  leastMessages: z.int().min(20).max(1e6),
  levels: Levels,
})
/** Time from message to decision for acted-on messages of a tier. Levels are minutes. */
const TimeToDecision = z.strictObject({
  kind: z.literal('time-to-decision'),
  tier: Tier.exclude(['care']).or(z.literal('all')),
  statistic: z.enum(['median', 'p90']),
  windowMinutes: WindowMinutes,
  leastCount: z.int().min(5).max(1e6),
  levels: Levels,
})
/** A source that used to send and no longer does. Levels are minutes of silence. */
const SilentSource = z.strictObject({ kind: z.literal('silent-source'), levels: Levels })
/** Something the register lacks. Levels are days since it began. */
const RegisterFinding = z.strictObject({
  kind: z.literal('register-finding'),
  finding: z.enum(['no-administrator', 'not-filed', 'not-informed', 'expired', 'review-overdue']),
  levels: Levels,
})
/** A sign of distress (tier care): to the care role, quiet, without a public counter. */
const Distress = z.strictObject({ kind: z.literal('distress'), level: z.enum(['orange', 'red']) })

export const AlertCondition = z.discriminatedUnion('kind', [
  Threshold,
  Rate,
  Surge,
  TopicRisk,
  SentimentShift,
  TimeToDecision,
  SilentSource,
  RegisterFinding,
  Distress,
])
export type AlertCondition = z.infer<typeof AlertCondition>
export type RuleKindName = AlertCondition['kind']
export type ConditionOf<K extends RuleKindName> = Extract<AlertCondition, { kind: K }>

/** What one instance of a rule is about. Never a person, a word or a name. */
export const InstancePer = z.enum(['org', 'unit', 'group', 'category', 'topic', 'source'])
export type InstancePer = z.infer<typeof InstancePer>

const PER_KIND: Record<RuleKindName, readonly InstancePer[]> = {
  threshold: ['org', 'unit', 'group', 'category'],
  rate: ['org', 'unit', 'group', 'category'],
  surge: ['org', 'unit', 'group', 'category'],
  'topic-risk': ['topic'],
  'sentiment-shift': ['org', 'topic'],
  'time-to-decision': ['org', 'unit', 'group'],
  'silent-source': ['source'],
  'register-finding': ['group', 'unit'],
  distress: ['unit'],
}

export const MissingPolicy = z.enum(['keep', 'alert', 'ok'])
export type MissingPolicy = z.infer<typeof MissingPolicy>

const Seconds = z
  .int()
  .min(0)
  .max(24 * 3600)

/**
 * An alert rule. It selects by unit, kind of group, category and tier only: there is no field that could hold a person, a
 * stance, a word or a topic's name (a test walks this schema). `name` is a label for people and matches nothing.
 */
export const AlertRule = z
  .strictObject({
    id: AlertingId,
    version: z.int().min(1),
    name: z.string().min(1).max(60),
    /** shipped rules for categories of weight 4 and 5 may name a group below the floor; operators' rules never do */
    origin: z.enum(['shipped', 'operator']),
    enabled: z.boolean(),
    condition: AlertCondition,
    per: InstancePer,
    where: z.strictObject({
      /** these units and everything below; empty: the whole organisation */
      units: z.array(UnitId).max(50),
      groupKinds: z.array(GroupKind).max(4),
      /** codes and their children; empty: all that count (never offtopic and uncategorised) */
      categories: z.array(CategoryCode).max(50),
    }),
    /** see a small group's category without a count; only for shipped rules */
    belowFloor: z.boolean(),
    /** how long the condition must hold before it fires */
    pendingSeconds: Seconds,
    /** how long it must be over before the alert recovers */
    keepFiringSeconds: Seconds,
    onNoData: MissingPolicy,
    onError: MissingPolicy,
    policyId: AlertingId,
  })
  .refine((rule) => PER_KIND[rule.condition.kind].includes(rule.per), {
    path: ['per'],
    error: 'this kind of rule has no such instances',
  })
  .refine((rule) => !rule.belowFloor || rule.origin === 'shipped', {
    path: ['belowFloor'],
    error: 'only shipped rules may look below the floor',
  })
  .refine((rule) => !rule.belowFloor || rule.where.categories.length > 0, {
    path: ['belowFloor'],
    error: 'a rule below the floor names its categories',
  })
  .refine((rule) => !rule.belowFloor || rule.condition.kind === 'threshold', {
    path: ['belowFloor'],
    error: 'below the floor there is no trend and no share',
  })
  .refine((rule) => !rule.where.categories.some((code) => code === 'offtopic' || code === 'uncategorised'), {
    path: ['where', 'categories'],
    error: 'offtopic and uncategorised stay out of rules',
  })
export type AlertRule = z.infer<typeof AlertRule>

/** Instances a kind of rule can have, for forms. */
export function instancesOf(kind: RuleKindName): readonly InstancePer[] {
  return PER_KIND[kind]
}

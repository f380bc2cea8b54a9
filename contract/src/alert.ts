import { z } from 'zod'
import { AlertingId, AlertLevel } from './alert-rule.ts'
import { GroupId, UnitId } from './event.ts'
import { CategoryCode } from './taxonomy.ts'

/** Names of channels are data: a channel is one file in server/src/notify. */
export const ChannelName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)
export type ChannelName = z.infer<typeof ChannelName>

export const AlertStatus = z.enum(['open', 'acknowledged', 'in-progress', 'resolved'])
export type AlertStatus = z.infer<typeof AlertStatus>

/** What came of it. `recovered`: the condition ended before anybody took a mild alert. */
export const AlertOutcome = z.enum([
  'answered-publicly',
  'handled',
  'false-alarm',
  'not-actionable',
  'recovered',
])
export type AlertOutcome = z.infer<typeof AlertOutcome>

/** Id that the product or an administrator gave to a topic or a source; compared, never searched. */
const OpaqueId = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/)

/** What an alert is about: ids only. A topic is its opaque id. */
export const AlertSubject = z.strictObject({
  /** the nearest unit; escalation walks up from here */
  unitId: UnitId,
  groupId: GroupId.nullable(),
  category: CategoryCode.nullable(),
  topicId: OpaqueId.nullable(),
  source: OpaqueId.nullable(),
})
export type AlertSubject = z.infer<typeof AlertSubject>

/** A muting with a reason and an end. Matches units, groups, categories and rules, nothing else. */
export const Silence = z
  .strictObject({
    id: AlertingId,
    by: z.string().min(1).max(64),
    reason: z.string().trim().min(3).max(200),
    from: z.int(),
    until: z.int(),
    match: z.strictObject({
      unitId: UnitId.nullable(),
      groupId: GroupId.nullable(),
      category: CategoryCode.nullable(),
      ruleId: AlertingId.nullable(),
    }),
  })
  .refine((s) => s.until > s.from, { path: ['until'], error: 'ends before it begins' })
  .refine((s) => s.until - s.from <= 7 * 86_400_000, { path: ['until'], error: 'lasts at most 7 days' })
  .refine((s) => Object.values(s.match).some((value) => value !== null), {
    path: ['match'],
    error: 'would mute everything',
  })
export type Silence = z.infer<typeof Silence>

/** Raised by hand: the same escalation, a short note instead of a rule. */
export const ManualAlert = z.strictObject({
  unitId: UnitId,
  groupId: GroupId.nullable(),
  category: CategoryCode.nullable(),
  level: AlertLevel,
  note: z.string().trim().min(1).max(500),
})
export type ManualAlert = z.infer<typeof ManualAlert>

export const AlertOrigin = z.enum(['rule', 'hand', 'flood', 'drill'])
export type AlertOrigin = z.infer<typeof AlertOrigin>

/** Why no page goes out although one is due, and by which silence or alert. */
export const AlertHold = z.strictObject({
  kind: z.enum(['silence', 'inhibited', 'grouped', 'flood']),
  by: z.string(),
})
export type AlertHold = z.infer<typeof AlertHold>

/** One alert in a list. Times are ms since epoch. Names of accounts come with the answer, by id. */
export const AlertSummary = z.strictObject({
  id: z.string(),
  level: AlertLevel,
  status: AlertStatus,
  origin: AlertOrigin,
  ruleId: z.string().nullable(),
  /** Label of the rule; null when raised by hand, by a flood or as a drill. */
  ruleName: z.string().nullable(),
  subject: AlertSubject,
  unitName: z.string(),
  groupName: z.string().nullable(),
  openedAt: z.int(),
  /** The condition ended, the alert waits for an outcome. */
  clearedAt: z.int().nullable(),
  /** When the next step runs, or the acknowledgement runs out; null once resolved or held. */
  dueAt: z.int().nullable(),
  /** 0-based step that runs next, of how many. */
  step: z.int(),
  steps: z.int(),
  takenBy: z.string().nullable(),
  assignee: z.string().nullable(),
  hold: AlertHold.nullable(),
  /** Red: first of two confirmations. */
  firstConfirmedBy: z.string().nullable(),
  resolvedAt: z.int().nullable(),
  outcome: AlertOutcome.nullable(),
  quiet: z.boolean(),
  episode: z.int(),
})
export type AlertSummary = z.infer<typeof AlertSummary>

/** One step of an alert's history. Screens translate `code`; `data` holds ids and numbers only. */
export const AlertTimelineEntry = z.strictObject({
  at: z.int(),
  code: z.enum([
    ...['opened', 'reopened', 'level_raised', 'condition_cleared', 'condition_back', 'paged', 'step_skipped'],
    ...['nobody_reached', 'not_notified', 'hold_ended', 'acknowledged', 'started', 'noted', 'assigned'],
    ...['take_expired', 'first_confirmation', 'resolved', 'delivered', 'delivery_failed', 'withdrawn'],
    'handover_unread',
  ] as const),
  by: z.string().nullable(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
})
export type AlertTimelineEntry = z.infer<typeof AlertTimelineEntry>

export const AlertNote = z.strictObject({
  id: z.string(),
  at: z.int(),
  by: z.string(),
  text: z.string().max(500),
})
export type AlertNote = z.infer<typeof AlertNote>

/** Whom to call: who is on duty or holds the role, step by step from now on. */
export const AlertCall = z.strictObject({
  step: z.int(),
  at: z.int(),
  accounts: z.array(z.string()),
  channels: z.array(ChannelName),
})
export type AlertCall = z.infer<typeof AlertCall>

/** Everything about one alert that its readers may see. */
export const AlertPage = z.strictObject({
  alert: AlertSummary,
  /** What the rule counts and from which value on, null for what was raised by hand. */
  fired: z
    .strictObject({
      kind: z.string(),
      counted: z.string().nullable(),
      windowMinutes: z.int(),
      levels: z.array(z.strictObject({ level: AlertLevel, from: z.number() })),
      /** Now, floored; null below the floor, without data, or when the rule may not show a figure. */
      value: z.number().nullable(),
    })
    .nullable(),
  /** What the figure is made of, where the floors allow: counts of categories, largest first. */
  contribution: z.array(z.strictObject({ code: CategoryCode, count: z.int() })),
  /** The same figure by the units right below, as far as it counts there; the rest counts at the unit itself. */
  places: z.array(z.strictObject({ unitId: UnitId, unitName: z.string(), count: z.int() })),
  /**
   * One series by steps from before the alert until now. `counts`: what the rule counts. `released-messages` and
   * `released-negative` (percent): released cells of the topic or the organisation, each in the step in which its window
   * ends; lower bounds. A point is null where there is no figure, which is not zero.
   */
  trend: z
    .strictObject({
      of: z.enum(['counts', 'released-messages', 'released-negative']),
      from: z.int(),
      stepSeconds: z.int(),
      points: z.array(z.int().nullable()),
    })
    .nullable(),
  /** Why there is no trend; null when there is one. */
  noTrend: z.enum(['no-rule', 'no-figure', 'group-category', 'not-counted', 'not-released']).nullable(),
  timeline: z.array(AlertTimelineEntry),
  notes: z.array(AlertNote),
  call: z.array(AlertCall),
  /** The last alert of the same kind here and what came of it. */
  lastTime: z
    .strictObject({ id: z.string(), openedAt: z.int(), resolvedAt: z.int(), outcome: AlertOutcome })
    .nullable(),
  /** What came of alerts of the same kind here in the last 90 days, median in ms; null below five that three accounts took. */
  sameKind: z
    .strictObject({
      ended: z.int(),
      outcomes: z.array(z.strictObject({ outcome: AlertOutcome, count: z.int() })),
      resolveMs: z.number(),
    })
    .nullable(),
  /** Account id -> display name, for everything above. */
  names: z.record(z.string(), z.string()),
})
export type AlertPage = z.infer<typeof AlertPage>

/** One page to the reader that the in-app channel holds: what rings. */
export const InAppPage = z.strictObject({
  id: z.string(),
  alertId: z.string(),
  /**
   * `handover`: nobody on duty has read a hand-over note; `alertId` and `ruleName` are then the roster's. `channel`: a
   * channel of the reader was switched off by its receiver; `alertId` and `ruleName` are then the channel's name.
   */
  kind: z.enum(['page', 'resolved', 'reminder', 'handover', 'channel']),
  level: AlertLevel,
  at: z.int(),
  quiet: z.boolean(),
  unitName: z.string(),
  ruleName: z.string().nullable(),
  /** "why did I get this": policy with its label, 0-based step, and whether the step itself reached nobody. */
  because: z.strictObject({
    policyId: z.string(),
    policyName: z.string(),
    step: z.int(),
    lastResort: z.boolean(),
  }),
})
export type InAppPage = z.infer<typeof InAppPage>

/** Where an account can be reached. The address is shown masked; `in-app` is always there. */
export const OwnChannel = z.strictObject({
  channel: ChannelName,
  /** Inside the premises: full content. External: level, rule, top-level unit and a link. */
  external: z.boolean(),
  address: z.string(),
  verified: z.boolean(),
  disabled: z.boolean(),
})
export type OwnChannel = z.infer<typeof OwnChannel>

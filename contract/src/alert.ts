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

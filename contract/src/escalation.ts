import { z } from 'zod'
import { Role } from './account.ts'
import { AlertingId, AlertLevel } from './alert-rule.ts'
import { ChannelName } from './alert.ts'
import { LocalDay } from './register.ts'

/**
 * Who a step reaches. `role`: holders at the alert's unit, or at the nearest unit above that has one; `roster`: who is on
 * duty now; `account`: one account, e.g. the last resort.
 */
export const EscalationTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('role'), role: Role, from: z.enum(['unit', 'parent', 'top']) }),
  z.strictObject({ kind: z.literal('roster'), rosterId: AlertingId }),
  z.strictObject({ kind: z.literal('account'), accountId: z.string().min(1).max(64) }),
])
export type EscalationTarget = z.infer<typeof EscalationTarget>

export const EscalationStep = z.strictObject({
  /** minutes after the step before (the first: after the alert opened) */
  afterMinutes: z
    .int()
    .min(0)
    .max(24 * 60),
  targets: z.array(EscalationTarget).min(1).max(8),
  channels: z.strictObject({ working: z.array(ChannelName).min(1), night: z.array(ChannelName).min(1) }),
  /** levels this step is for; empty: all */
  levels: z.array(AlertLevel).max(4),
})
export type EscalationStep = z.infer<typeof EscalationStep>

export const EscalationPolicy = z
  .strictObject({
    id: AlertingId,
    version: z.int().min(1),
    name: z.string().min(1).max(60),
    steps: z.array(EscalationStep).min(1).max(10),
    /** after the last step it is repeated in this rhythm until somebody acknowledges */
    repeatMinutes: z
      .int()
      .min(5)
      .max(24 * 60),
    /** minutes an acknowledgement lasts without any further action; red has its own */
    acknowledgeMinutes: z
      .int()
      .min(5)
      .max(8 * 60),
    acknowledgeMinutesRed: z
      .int()
      .min(5)
      .max(8 * 60),
    /** accounts that are reached when a step finds nobody at all */
    lastResort: z.array(z.string().min(1).max(64)).min(1).max(5),
  })
  .refine((policy) => policy.steps.at(-1)?.levels.length === 0, {
    path: ['steps'],
    error: 'the last step is for every level',
  })
export type EscalationPolicy = z.infer<typeof EscalationPolicy>

/** Local minutes of the day, 0..1440. */
const Minute = z.int().min(0).max(1440)

/** Statutory holidays and adjusted working days (调休), as the organisation edits them each year. */
export const WorkCalendar = z.strictObject({
  /** fixed offset of the organisation's time zone from UTC, minutes */
  utcOffsetMinutes: z.int().min(-720).max(840),
  /** ISO weekdays (1 = Monday) that are worked when the calendar says nothing */
  weekdays: z.array(z.int().min(1).max(7)),
  hours: z.strictObject({ from: Minute, to: Minute }),
  days: z.record(LocalDay, z.enum(['holiday', 'workday'])),
})
export type WorkCalendar = z.infer<typeof WorkCalendar>

/** Who takes turns. Days and shifts change at `handoverMinute` local time. */
export const Rotation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('daily'), handoverMinute: Minute }),
  z.strictObject({ kind: z.literal('weekly'), handoverMinute: Minute, weekday: z.int().min(1).max(7) }),
  /** several shifts a day, each with its own order of people; `from` of the first is the start of the duty day */
  z.strictObject({
    kind: z.literal('shifts'),
    shifts: z
      .array(z.strictObject({ from: Minute, to: Minute }))
      .min(1)
      .max(6),
  }),
])
export type Rotation = z.infer<typeof Rotation>

export const RosterOverride = z
  .strictObject({ id: AlertingId, from: z.int(), until: z.int(), accountId: z.string().min(1).max(64) })
  .refine((o) => o.until > o.from, { path: ['until'], error: 'ends before it begins' })
export type RosterOverride = z.infer<typeof RosterOverride>

export const Roster = z.strictObject({
  id: AlertingId,
  name: z.string().min(1).max(60),
  rotation: Rotation,
  /** the people in turn; empty means an unmanned roster, which preflight names */
  people: z.array(z.string().min(1).max(64)).max(60),
  /** local day on which people[0] has the first turn */
  startDay: LocalDay,
  /** only: duty is handed out on these days; the others are a gap unless an override fills them */
  on: z.enum(['every-day', 'working-days', 'days-off']),
  overrides: z.array(RosterOverride).max(500),
})
export type Roster = z.infer<typeof Roster>

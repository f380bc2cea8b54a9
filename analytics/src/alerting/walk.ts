/** The escalation walk of one alert: which step is due, whom it reaches, what comes next. It ends only with somebody. */
import type { EscalationPolicy } from '@guanlan/contract/escalation'
import type { Alert, Effect, Hold, Notify, NotifyKind } from './alert-state.ts'
import { entry } from './alert-state.ts'
import type { Destination, Directory } from './recipients.ts'
import { appliesTo, reach } from './recipients.ts'

const MINUTE = 60_000

export interface Moved {
  readonly alert: Alert
  readonly effects: readonly Effect[]
}

export const firstStep = (policy: EscalationPolicy, now: number): Alert['walk'] => ({
  step: 0,
  dueAt: now + (policy.steps[0]?.afterMinutes ?? 0) * MINUTE,
  ran: 0,
})

/** Delays count from when a step really ran, so that after an outage the steps do not all fall due at once. */
const nextStep = (
  policy: EscalationPolicy,
  walk: Alert['walk'],
  now: number,
  ran: boolean,
): Alert['walk'] => {
  const following = policy.steps[walk.step + 1]
  const count = walk.ran + (ran ? 1 : 0)
  if (following)
    return { step: walk.step + 1, dueAt: now + (ran ? following.afterMinutes * MINUTE : 0), ran: count }
  return { step: policy.steps.length - 1, dueAt: now + policy.repeatMinutes * MINUTE, ran: count }
}

export const notification = (
  alert: Alert,
  kind: NotifyKind,
  destination: Destination,
  because: Notify['because'],
  ordinal: number,
  at: number,
): Notify => ({
  type: 'notify',
  id: [alert.id, alert.episode, kind, ordinal, destination.accountId, destination.channel].join(':'),
  alertId: alert.id,
  kind,
  level: alert.level,
  quiet: alert.quiet,
  destination,
  because,
  at,
})

const isNew = (known: readonly Destination[], d: Destination): boolean =>
  !known.some((k) => k.accountId === d.accountId && k.channel === d.channel)

const runStep = (alert: Alert, policy: EscalationPolicy, directory: Directory, now: number): Moved => {
  const index = Math.min(alert.walk.step, policy.steps.length - 1)
  const step = policy.steps[index]
  if (!step || !appliesTo(step, alert.level)) {
    const skipped = entry(alert, now, 'step_skipped', null, { step: index, level: alert.level })
    return { alert: { ...alert, walk: nextStep(policy, alert.walk, now, false) }, effects: [skipped] }
  }
  const { destinations, unreachable, lastResort } = reach(directory, policy, step, alert.subject.unitId, now)
  const because = { policyId: policy.id, step: index, lastResort }
  const pages = destinations.map((d) => notification(alert, 'page', d, because, alert.walk.ran, now))
  const told: Effect[] = unreachable.map((accountId) =>
    entry(alert, now, 'not_notified', null, { step: index, accountId, because: 'no_verified_channel' }),
  )
  if (lastResort)
    told.push(entry(alert, now, 'nobody_reached', null, { step: index, lastResort: destinations.length }))
  if (pages.length > 0) told.push(entry(alert, now, 'paged', null, { step: index, pages: pages.length }))
  const reached = [...alert.reached, ...destinations.filter((d) => isNew(alert.reached, d))]
  return {
    alert: { ...alert, reached, walk: nextStep(policy, alert.walk, now, true) },
    effects: [...pages, ...told],
  }
}

const sameHold = (a: Hold | null, b: Hold | null): boolean => a?.kind === b?.kind && a?.by === b?.by

/** Says once why nothing is sent, and once that it goes on. */
const noteHold = (alert: Alert, hold: Hold | null, now: number): Moved => {
  if (sameHold(alert.hold, hold)) return { alert, effects: [] }
  const told = hold
    ? entry(alert, now, 'not_notified', null, { because: hold.kind, by: hold.by })
    : entry(alert, now, 'hold_ended', null, { because: alert.hold?.kind ?? null })
  return { alert: { ...alert, hold }, effects: [told] }
}

/** Runs what is due of an alert whose status is open; `hold` is why it may not page right now. */
export const advanceWalk = (
  before: Alert,
  policy: EscalationPolicy,
  directory: Directory,
  hold: Hold | null,
  now: number,
): Moved => {
  const noted = noteHold(before, hold, now)
  if (hold) return noted
  let { alert } = noted
  const effects = [...noted.effects]
  for (let guard = 0; guard <= policy.steps.length && alert.walk.dueAt <= now; guard++) {
    const moved = runStep(alert, policy, directory, now)
    alert = moved.alert
    effects.push(...moved.effects)
  }
  return { alert, effects }
}

/** Escalates at once: the next step is due now. */
export const hurry = (alert: Alert, now: number): Alert => ({ ...alert, walk: { ...alert.walk, dueAt: now } })

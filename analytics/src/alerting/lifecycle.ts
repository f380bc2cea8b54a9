/** What people and conditions do to one alert: open, acknowledged, in progress, resolved, reopened. */
import type { AlertOutcome } from '@guanlan/contract/alert'
import type { AlertLevel } from '@guanlan/contract/alert-rule'
import { ALERT_LEVELS } from '@guanlan/contract/alert-rule'
import type { EscalationPolicy } from '@guanlan/contract/escalation'
import type { Alert, Effect } from './alert-state.ts'
import { entry } from './alert-state.ts'
import type { Moved } from './walk.ts'
import { firstStep, hurry, notification } from './walk.ts'

const MINUTE = 60_000
/** Work in progress may be silent for so many acknowledgement times. */
const PROGRESS_FACTOR = 4

export type Refusal = 'resolved' | 'not_resolved' | 'second_account_needed' | 'sign_in_needed' | 'not_taken'

export interface Answer extends Moved {
  readonly refused: Refusal | null
}

const done = (alert: Alert, effects: readonly Effect[]): Answer => ({ alert, effects, refused: null })
const refuse = (alert: Alert, refused: Refusal): Answer => ({ alert, effects: [], refused })

const leaseOf = (alert: Alert, policy: EscalationPolicy): number => {
  const minutes = alert.level === 'red' ? policy.acknowledgeMinutesRed : policy.acknowledgeMinutes
  return minutes * MINUTE * (alert.status === 'in-progress' ? PROGRESS_FACTOR : 1)
}

const taken = (alert: Alert, policy: EscalationPolicy, by: string, now: number): Alert => ({
  ...alert,
  taken: { by, at: now, until: now + leaseOf(alert, policy) },
})

export const acknowledge = (alert: Alert, policy: EscalationPolicy, by: string, now: number): Answer => {
  if (alert.status === 'resolved') return refuse(alert, 'resolved')
  const status = alert.status === 'in-progress' ? 'in-progress' : 'acknowledged'
  const next = taken({ ...alert, status, hold: null }, policy, by, now)
  return done(next, [
    { type: 'withdraw', alertId: alert.id },
    entry(alert, now, 'acknowledged', by, { until: next.taken?.until ?? now }),
  ])
}

export const start = (alert: Alert, policy: EscalationPolicy, by: string, now: number): Answer => {
  if (alert.status === 'resolved') return refuse(alert, 'resolved')
  const next = taken({ ...alert, status: 'in-progress', hold: null }, policy, by, now)
  return done(next, [
    { type: 'withdraw', alertId: alert.id },
    entry(alert, now, 'started', by, { until: next.taken?.until ?? now }),
  ])
}

/** A note is an action: it renews the lease of whoever has the alert. Its words are stored elsewhere. */
export const note = (alert: Alert, policy: EscalationPolicy, by: string, now: number): Answer => {
  const renewed =
    alert.taken && alert.status !== 'resolved' ? taken(alert, policy, alert.taken.by, now) : alert
  return done(renewed, [entry(alert, now, 'noted', by)])
}

/** Hands the alert to another account, who has it from now on with a fresh lease. */
export const assign = (
  alert: Alert,
  policy: EscalationPolicy,
  by: string,
  to: string,
  now: number,
): Answer => {
  if (alert.status === 'resolved') return refuse(alert, 'resolved')
  if (alert.status === 'open') return refuse(alert, 'not_taken')
  return done(taken({ ...alert, assignee: to }, policy, to, now), [entry(alert, now, 'assigned', by, { to })])
}

const close = (alert: Alert, by: string | null, outcome: AlertOutcome, now: number): Moved => {
  const because = { policyId: alert.policyId, step: Math.max(0, alert.walk.step), lastResort: false }
  const news = alert.reached.map((d) => notification(alert, 'resolved', d, because, 0, now))
  const next: Alert = {
    ...alert,
    status: 'resolved',
    taken: null,
    closing: null,
    hold: null,
    resolved: { at: now, by, outcome },
  }
  return {
    alert: next,
    effects: [
      { type: 'withdraw', alertId: alert.id },
      ...news,
      entry(alert, now, 'resolved', by, { outcome }),
    ],
  }
}

/** Red ends only by two different accounts that name an outcome, at least one of them signed in (not by a link alone). */
export const resolve = (
  alert: Alert,
  by: string,
  signedIn: boolean,
  outcome: AlertOutcome,
  now: number,
): Answer => {
  if (alert.status === 'resolved') return refuse(alert, 'resolved')
  if (alert.level !== 'red') return { ...close(alert, by, outcome, now), refused: null }
  if (!alert.closing) {
    return done({ ...alert, closing: { by, signedIn, outcome } }, [
      entry(alert, now, 'first_confirmation', by, { outcome }),
    ])
  }
  if (alert.closing.by === by) return refuse(alert, 'second_account_needed')
  if (!alert.closing.signedIn && !signedIn) return refuse(alert, 'sign_in_needed')
  return { ...close(alert, by, outcome, now), refused: null }
}

export const reopen = (
  alert: Alert,
  policy: EscalationPolicy,
  by: string | null,
  level: AlertLevel,
  now: number,
): Answer => {
  if (alert.status !== 'resolved') return refuse(alert, 'not_resolved')
  const next: Alert = {
    ...alert,
    status: 'open',
    level,
    episode: alert.episode + 1,
    openedAt: now,
    clearedAt: null,
    taken: null,
    closing: null,
    resolved: null,
    hold: null,
    walk: firstStep(policy, now),
    reached: [],
  }
  return done(next, [entry(alert, now, 'reopened', by, { level })])
}

/** A graver condition is news: whoever took the milder alert is asked again, from the first step on. */
export const raiseLevel = (alert: Alert, policy: EscalationPolicy, level: AlertLevel, now: number): Moved => {
  if (ALERT_LEVELS.indexOf(level) <= ALERT_LEVELS.indexOf(alert.level)) return { alert, effects: [] }
  const walk = { ...firstStep(policy, now), ran: alert.walk.ran }
  const next: Alert = { ...alert, level, status: 'open', taken: null, closing: null, walk }
  return { alert: next, effects: [entry(alert, now, 'level_raised', null, { from: alert.level, to: level })] }
}

/**
 * The condition is over. A mild alert that nobody took ends by itself, and so does one that nobody was told of because
 * another stands for it; any other stays until somebody says what came of it.
 */
export const conditionCleared = (alert: Alert, now: number): Moved => {
  if (alert.status === 'resolved' || alert.clearedAt !== null) return { alert, effects: [] }
  const mild = alert.level === 'blue' || alert.level === 'yellow'
  const covered = alert.hold?.kind === 'inhibited' && alert.reached.length === 0
  if ((mild || covered) && alert.status === 'open') return close(alert, null, 'recovered', now)
  return { alert: { ...alert, clearedAt: now }, effects: [entry(alert, now, 'condition_cleared')] }
}

export const conditionBack = (alert: Alert, now: number): Moved =>
  alert.clearedAt === null
    ? { alert, effects: [] }
    : { alert: { ...alert, clearedAt: null }, effects: [entry(alert, now, 'condition_back')] }

/** A lease that ran out without an action sends the alert on at once. */
export const expireTake = (alert: Alert, now: number): Moved => {
  if (!alert.taken || alert.status === 'open' || alert.status === 'resolved' || alert.taken.until > now)
    return { alert, effects: [] }
  const next = hurry({ ...alert, status: 'open', taken: null, closing: null }, now)
  return { alert: next, effects: [entry(alert, now, 'take_expired', null, { by: alert.taken.by })] }
}

/**
 * The alert engine: (world, input, now) -> (world, effects, changed rows). Pure: the server keeps the world in memory,
 * writes changed rows and effects in one transaction, and only then lets go of the old world (docs/alerting-design.md).
 */
import type { AlertOutcome, ManualAlert, Silence } from '@guanlan/contract/alert'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { Alert } from './alert-state.ts'
import { fingerprintOf } from './fingerprint.ts'
import { holdOf, surroundingsOf } from './holds.ts'
import { INACTIVE, stepInstance } from './instance.ts'
import type { Observation, Verdict } from './kinds/kind.ts'
import type { Answer, Refusal } from './lifecycle.ts'
import {
  acknowledge,
  assign,
  conditionCleared,
  expireTake,
  note,
  reopen,
  resolve,
  start,
} from './lifecycle.ts'
import { alertOf, applyEvent, raiseByHand, remindStillFiring } from './opening.ts'
import { judge } from './registry.ts'
import { advanceWalk, hurry } from './walk.ts'
import type { Context, Draft, Transition, World } from './world.ts'
import { draftOf, finish, keep, policyOf, REMEMBERED_MS } from './world.ts'

/** One evaluation of one rule: a figure for every instance that exists now. */
export interface Evaluated {
  readonly rule: AlertRule
  readonly observations: readonly Observation[]
}

export type Command =
  | { readonly type: 'acknowledge' | 'start' | 'note'; readonly alertId: string; readonly by: string }
  | { readonly type: 'assign'; readonly alertId: string; readonly by: string; readonly to: string }
  | {
      readonly type: 'resolve'
      readonly alertId: string
      readonly by: string
      readonly signedIn: boolean
      readonly outcome: AlertOutcome
    }
  | { readonly type: 'reopen'; readonly alertId: string; readonly by: string }
  | {
      readonly type: 'raise'
      readonly by: string
      readonly manual: ManualAlert
      readonly policyId: string
      /** a sign of distress, in whatever way it was noticed */
      readonly quiet: boolean
    }
  | { readonly type: 'silence'; readonly silence: Silence }
  | { readonly type: 'unsilence'; readonly silenceId: string }

export type CommandRefusal = Refusal | 'unknown_alert'

const HOUR = 3_600_000

const step = (
  draft: Draft,
  context: Context,
  rule: AlertRule,
  subject: Observation['subject'],
  verdict: Verdict,
): void => {
  const key = fingerprintOf(rule.id, subject)
  const before = draft.instances.get(key) ?? INACTIVE
  const { instance, event } = stepInstance(before, rule, verdict, context.now)
  if (instance !== before) {
    // Inactive is what an instance without a row is.
    if (instance.status === 'inactive') draft.instances.delete(key)
    else draft.instances.set(key, instance)
    draft.changedInstances.add(key)
  }
  if (event) applyEvent(draft, context, rule, subject, event)
  else if (instance.status === 'firing' && instance.level)
    remindStillFiring(draft, context, rule, subject, instance.level)
}

/** A subject that is no longer reported is over (a topic ended, a group fell below the floor), except what must report. */
const absent = (rule: AlertRule): Verdict =>
  rule.per === 'org' || rule.per === 'unit' || rule.per === 'source' ? { state: 'no-data' } : { state: 'ok' }

const subjectOf = (key: string): Observation['subject'] => {
  const [, unitId = '', groupId, category, topicId, source] = key.split('|')
  return {
    unitId,
    groupId: groupId || null,
    category: category || null,
    topicId: topicId || null,
    source: source || null,
  }
}

const evaluateRule = (
  draft: Draft,
  context: Context,
  { rule, observations }: Evaluated,
  known: readonly string[],
): void => {
  const seen = new Set<string>()
  for (const observation of observations) {
    seen.add(fingerprintOf(rule.id, observation.subject))
    step(draft, context, rule, observation.subject, judge(rule, observation))
  }
  for (const key of known) if (!seen.has(key)) step(draft, context, rule, subjectOf(key), absent(rule))
}

/** Instances that are not simply inactive, by rule. */
const activeByRule = (draft: Draft): Map<string, string[]> => {
  const byRule = new Map<string, string[]>()
  for (const [key, { status }] of draft.instances) {
    if (status === 'inactive' || status === 'resolved') continue
    const ruleId = key.slice(0, key.indexOf('|'))
    const keys = byRule.get(ruleId)
    if (keys) keys.push(key)
    else byRule.set(ruleId, [key])
  }
  return byRule
}

/** A rule that is gone or switched off lets its instances go, as if their condition had ended. */
const dropOrphans = (draft: Draft, context: Context): void => {
  for (const key of draft.instances.keys()) {
    if (context.rules.get(key.slice(0, key.indexOf('|')))?.enabled) continue
    draft.instances.delete(key)
    draft.changedInstances.add(key)
    const known = alertOf(draft, key)
    if (known) keep(draft, conditionCleared(known, context.now))
  }
}

const byAge = (a: Alert, b: Alert): number => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1)

const advanceAll = (draft: Draft, context: Context): void => {
  const { now, directory } = context
  for (const alert of draft.alerts.values()) keep(draft, expireTake(alert, now))
  const open = [...draft.alerts.values()].filter(({ status }) => status !== 'resolved').sort(byAge)
  const current = (id: string): Alert | undefined => draft.alerts.get(id)
  const silences = [...draft.silences.values()]
  const around = surroundingsOf(open, { units: directory.units, silences, flooded: draft.flooded, current })
  // Oldest first, and what was decided for one is seen by the next: two alerts never hold each other.
  for (const alert of open) {
    if (alert.status === 'open')
      keep(draft, advanceWalk(alert, policyOf(context, alert), directory, holdOf(alert, around, now), now))
  }
}

const remindSilences = (draft: Draft, now: number): void => {
  for (const silence of draft.silences.values()) {
    if (silence.until <= now) draft.silences.delete(silence.id)
    else if (
      silence.until - now <= HOUR &&
      silence.until - silence.from > HOUR &&
      !draft.reminded.includes(silence.id)
    ) {
      draft.reminded = [...draft.reminded, silence.id]
      draft.effects.push({
        type: 'silence-ends',
        silenceId: silence.id,
        accountId: silence.by,
        until: silence.until,
      })
    }
  }
  if (draft.reminded.some((id) => !draft.silences.has(id)))
    draft.reminded = draft.reminded.filter((id) => draft.silences.has(id))
}

/** A flood is over when its alert is resolved; what it held then goes out. */
const endFloods = (draft: Draft): void => {
  for (const [alertId, floodId] of draft.flooded) {
    if (draft.alerts.get(floodId)?.status === 'open' || draft.alerts.get(floodId)?.taken) continue
    draft.flooded.delete(alertId)
  }
}

const forget = (draft: Draft, now: number): void => {
  for (const alert of draft.alerts.values()) {
    if (!alert.resolved || now - alert.resolved.at < REMEMBERED_MS) continue
    draft.alerts.delete(alert.id)
    draft.flooded.delete(alert.id)
  }
}

/** What every transition ends with: leases, reminders, floods, due steps. */
const settle = (draft: Draft, context: Context): Transition => {
  remindSilences(draft, context.now)
  endFloods(draft)
  advanceAll(draft, context)
  forget(draft, context.now)
  return finish(draft)
}

/** Evaluates rules (those that were read this time) and runs whatever is due. */
export const evaluate = (world: World, evaluated: readonly Evaluated[], context: Context): Transition => {
  const draft = draftOf(world)
  const active = activeByRule(draft)
  for (const one of evaluated)
    if (one.rule.enabled) evaluateRule(draft, context, one, active.get(one.rule.id) ?? [])
  dropOrphans(draft, context)
  return settle(draft, context)
}

/** Runs whatever is due at `context.now`. */
export const tick = (world: World, context: Context): Transition => settle(draftOf(world), context)

type AlertCommand = Extract<Command, { readonly alertId: string }>

const answer = (alert: Alert, command: AlertCommand, context: Context): Answer => {
  const policy = policyOf(context, alert)
  switch (command.type) {
    case 'acknowledge':
      return acknowledge(alert, policy, command.by, context.now)
    case 'start':
      return start(alert, policy, command.by, context.now)
    case 'note':
      return note(alert, policy, command.by, context.now)
    case 'assign':
      return assign(alert, policy, command.by, command.to, context.now)
    case 'resolve':
      return resolve(alert, command.by, command.signedIn, command.outcome, context.now)
    case 'reopen':
      return reopen(alert, policy, command.by, alert.level, context.now)
  }
}

/**
 * Carries out one command of a person. `refused` null: done; otherwise nothing changed but what was due anyway.
 * `raised`: id of the alert that a `raise` made, or of the one that it repeats.
 */
export const command = (
  world: World,
  order: Command,
  context: Context,
): Transition & { readonly refused: CommandRefusal | null; readonly raised: string | null } => {
  const draft = draftOf(world)
  let refused: CommandRefusal | null = null
  let raised: string | null = null
  if (order.type === 'raise') raised = raiseByHand(draft, context, order.manual, order).id
  else if (order.type === 'silence') draft.silences.set(order.silence.id, order.silence)
  else if (order.type === 'unsilence') draft.silences.delete(order.silenceId)
  else {
    const alert = draft.alerts.get(order.alertId)
    const answered = alert ? answer(alert, order, context) : null
    refused = answered ? answered.refused : 'unknown_alert'
    if (answered && refused === null) keep(draft, answered)
  }
  return { ...settle(draft, context), refused, raised }
}

/** After a change of directory or policy: everything that found nobody before is tried again at once. */
export const retryUnreached = (world: World, context: Context): Transition => {
  const draft = draftOf(world)
  for (const alert of world.alerts.values()) {
    if (alert.status === 'open' && alert.reached.length === 0 && alert.walk.ran > 0)
      keep(draft, { alert: hurry(alert, context.now), effects: [] })
  }
  return settle(draft, context)
}

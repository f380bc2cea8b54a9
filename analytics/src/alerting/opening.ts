/** From events of instances and people to alerts: opening, reopening, raising the level, the flood's own alert. */
import type { AlertSubject, ManualAlert } from '@guanlan/contract/alert'
import type { AlertLevel, AlertRule } from '@guanlan/contract/alert-rule'
import type { Alert } from './alert-state.ts'
import { entry } from './alert-state.ts'
import { fingerprintOf, groupKeyOf } from './fingerprint.ts'
import { FLOOD_WINDOW } from './holds.ts'
import type { InstanceEvent } from './instance.ts'
import { conditionBack, conditionCleared, raiseLevel, reopen } from './lifecycle.ts'
import { firstStep } from './walk.ts'
import type { Context, Draft } from './world.ts'
import { keep, policyOf, REMEMBERED_MS } from './world.ts'

interface Seed {
  readonly fingerprint: string
  readonly ruleId: string | null
  readonly origin: Alert['origin']
  readonly policyId: string
  readonly subject: AlertSubject
  readonly level: AlertLevel
  readonly quiet: boolean
}

const open = (
  draft: Draft,
  context: Context,
  seed: Seed,
  by: string | null,
  data: Record<string, string | null>,
): Alert => {
  const { now, directory } = context
  const policy = context.policies.get(seed.policyId) ?? context.fallbackPolicy
  const alert: Alert = {
    ...seed,
    id: context.newId(seed.fingerprint),
    groupKey: groupKeyOf(directory.units, seed.ruleId, seed.subject),
    status: 'open',
    openedAt: now,
    episode: 0,
    clearedAt: null,
    taken: null,
    assignee: null,
    closing: null,
    resolved: null,
    walk: firstStep(policy, now),
    hold: null,
    reached: [],
  }
  return keep(draft, { alert, effects: [entry(alert, now, 'opened', by, { level: alert.level, ...data })] })
}

/** Newest alert of a fingerprint, resolved or not. */
export const alertOf = (draft: Draft, fingerprint: string): Alert | undefined =>
  draft.alerts.get(draft.newest.get(fingerprint) ?? '')

const FLOOD_FINGERPRINT = 'flood'

const floodAlert = (draft: Draft, context: Context): Alert => {
  const known = alertOf(draft, FLOOD_FINGERPRINT)
  if (known && known.status !== 'resolved') return known
  const root = [...context.directory.units].find(([, parent]) => parent === null)?.[0] ?? ''
  const subject: AlertSubject = { unitId: root, groupId: null, category: null, topicId: null, source: null }
  const policyId = context.fallbackPolicy.id
  return open(
    draft,
    context,
    {
      fingerprint: FLOOD_FINGERPRINT,
      ruleId: null,
      origin: 'flood',
      policyId,
      subject,
      level: 'orange',
      quiet: false,
    },
    null,
    { because: 'flood' },
  )
}

const openedRecently = (draft: Draft, now: number): number => {
  let recent = 0
  for (const { id, origin, openedAt } of draft.alerts.values()) {
    if (origin === 'rule' && openedAt > now - FLOOD_WINDOW && !draft.flooded.has(id)) recent++
  }
  return recent
}

/** Beyond the cap an alert is opened but held back, and the flood's own alert tells of it. */
const capFlood = (draft: Draft, context: Context, alert: Alert): void => {
  draft.opened = draft.opened === null ? openedRecently(draft, context.now) : draft.opened + 1
  if (draft.opened <= context.floodCap || alert.quiet || alert.level === 'red') return
  draft.opened--
  draft.flooded.set(alert.id, floodAlert(draft, context).id)
}

const onRaised = (
  draft: Draft,
  context: Context,
  rule: AlertRule,
  subject: AlertSubject,
  level: AlertLevel,
  cause: string,
): void => {
  const fingerprint = fingerprintOf(rule.id, subject)
  const known = alertOf(draft, fingerprint)
  if (known && known.status !== 'resolved') {
    const back = keep(draft, conditionBack(known, context.now))
    keep(draft, raiseLevel(back, policyOf(context, back), level, context.now))
    return
  }
  if (known?.resolved && context.now - known.resolved.at < REMEMBERED_MS) {
    capFlood(draft, context, keep(draft, reopen(known, policyOf(context, known), null, level, context.now)))
    return
  }
  const quiet = rule.condition.kind === 'distress'
  const seed: Seed = {
    fingerprint,
    ruleId: rule.id,
    origin: 'rule',
    policyId: rule.policyId,
    subject,
    level,
    quiet,
  }
  capFlood(draft, context, open(draft, context, seed, null, { cause }))
}

const onLevelRaised = (
  draft: Draft,
  context: Context,
  rule: AlertRule,
  subject: AlertSubject,
  level: AlertLevel,
): void => {
  const known = alertOf(draft, fingerprintOf(rule.id, subject))
  if (!known || known.status === 'resolved') onRaised(draft, context, rule, subject, level, 'condition')
  else
    keep(
      draft,
      raiseLevel(
        keep(draft, conditionBack(known, context.now)),
        policyOf(context, known),
        level,
        context.now,
      ),
    )
}

export const applyEvent = (
  draft: Draft,
  context: Context,
  rule: AlertRule,
  subject: AlertSubject,
  event: InstanceEvent,
): void => {
  if (event.type === 'raised') onRaised(draft, context, rule, subject, event.level, event.cause)
  else if (event.type === 'level-raised') onLevelRaised(draft, context, rule, subject, event.level)
  else {
    const known = alertOf(draft, fingerprintOf(rule.id, subject))
    if (known) keep(draft, conditionCleared(known, context.now))
  }
}

/** A condition that goes on so long after somebody ended its alert is asked about again. */
const STILL_FIRING_MS = 12 * 3_600_000

export const remindStillFiring = (
  draft: Draft,
  context: Context,
  rule: AlertRule,
  subject: AlertSubject,
  level: AlertLevel,
): void => {
  const known = alertOf(draft, fingerprintOf(rule.id, subject))
  if (!known || (known.resolved && context.now - known.resolved.at >= STILL_FIRING_MS)) {
    onRaised(draft, context, rule, subject, level, 'still_firing')
  }
}

/** A tap that follows within this time is the same one. */
const SAME_TAP_MS = 60_000

/** Fingerprint of what people raise: who raised it and when is part of it, so that each is an alert of its own. */
const byHandOf = (subject: AlertSubject, by: string): string => `${fingerprintOf('by-hand', subject)}|${by}|`

/** Who raised an alert by hand; null for every other origin. */
export const raisedBy = ({ origin, fingerprint }: Pick<Alert, 'origin' | 'fingerprint'>): string | null =>
  origin === 'hand' ? fingerprint.split('|').slice(6, -1).join('|') : null

/**
 * Raised by a person, on the policy that is given: an alert of its own, but a double tap (same account, subject and policy
 * within a minute) is one, with the graver level of both. The note itself is stored elsewhere.
 *
 * @param quiet a sign of distress: rings nowhere and enters no public counter
 */
export const raiseByHand = (
  draft: Draft,
  context: Context,
  manual: ManualAlert,
  order: { readonly by: string; readonly policyId: string; readonly quiet: boolean },
): Alert => {
  const { unitId, groupId, category, level } = manual
  const { by, policyId, quiet } = order
  const { now } = context
  const subject: AlertSubject = { unitId, groupId, category, topicId: null, source: null }
  const byHand = byHandOf(subject, by)
  const twice = [...draft.alerts.values()].find(
    (alert) =>
      alert.fingerprint.startsWith(byHand) &&
      alert.policyId === policyId &&
      alert.status !== 'resolved' &&
      Math.abs(now - alert.openedAt) < SAME_TAP_MS,
  )
  if (twice) return keep(draft, raiseLevel(twice, policyOf(context, twice), level, now))
  // The id comes from the fingerprint: two that differ by the policy alone must not share one.
  let nth = now
  while (alertOf(draft, `${byHand}${nth}`)) nth++
  const fingerprint = `${byHand}${nth}`
  const seed: Seed = { fingerprint, ruleId: null, origin: 'hand', policyId, subject, level, quiet }
  return open(draft, context, seed, by, {})
}

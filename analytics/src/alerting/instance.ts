/**
 * State of one instance of a rule, as a pure machine: inactive -> pending -> firing -> recovering -> resolved, and aside
 * no-data and error, from which the rule's policy decides (keep the last state, alert, or take it for ok).
 */
import type { AlertLevel, AlertRule, MissingPolicy } from '@guanlan/contract/alert-rule'
import { ALERT_LEVELS } from '@guanlan/contract/alert-rule'
import type { Verdict } from './kinds/kind.ts'
import { readingOf } from './registry.ts'

export type InstanceStatus =
  'inactive' | 'pending' | 'firing' | 'recovering' | 'resolved' | 'no-data' | 'error'
export type Cause = 'condition' | 'no-data' | 'error'

/** Plain. Times in epoch ms. */
export interface Instance {
  readonly status: InstanceStatus
  /** when this status began */
  readonly since: number
  /** level of the alert while firing or recovering, of the condition while pending; it only rises until resolved */
  readonly level: AlertLevel | null
  /** what made it pend or fire */
  readonly cause: Cause | null
  /** what is kept while data is missing: the state before no-data or error */
  readonly kept: {
    readonly status: 'inactive' | 'pending' | 'firing' | 'recovering'
    readonly since: number
  } | null
}

export type InstanceEvent =
  | { readonly type: 'raised'; readonly level: AlertLevel; readonly cause: Cause }
  | { readonly type: 'level-raised'; readonly level: AlertLevel }
  | { readonly type: 'recovered' }

export interface InstanceStep {
  readonly instance: Instance
  readonly event: InstanceEvent | null
}

export const INACTIVE: Instance = { status: 'inactive', since: 0, level: null, cause: null, kept: null }

/** Level of an alert that is raised because nothing is known. */
const MISSING_LEVEL: AlertLevel = 'yellow'

export const higher = (a: AlertLevel | null, b: AlertLevel): AlertLevel =>
  a !== null && ALERT_LEVELS.indexOf(a) >= ALERT_LEVELS.indexOf(b) ? a : b

type Active = Instance & { readonly status: 'inactive' | 'pending' | 'firing' | 'recovering' }

/** The machine's own state without the detour over missing data; time spent without data does not count as pending. */
const active = (instance: Instance, now: number): Active => {
  if (instance.status === 'no-data' || instance.status === 'error') {
    const kept = instance.kept ?? { status: 'inactive' as const, since: instance.since }
    const since =
      kept.status === 'pending' || kept.status === 'recovering'
        ? kept.since + (now - instance.since)
        : kept.since
    return { ...instance, status: kept.status, since: Math.min(since, now), kept: null }
  }
  if (instance.status === 'resolved') return { ...instance, status: 'inactive', level: null, cause: null }
  return instance as Active
}

const same = (instance: Instance): InstanceStep => ({ instance, event: null })

const fire = (now: number, level: AlertLevel, cause: Cause): InstanceStep => ({
  instance: { status: 'firing', since: now, level, cause, kept: null },
  event: { type: 'raised', level, cause },
})

const hold = (
  instance: Active,
  rule: AlertRule,
  level: AlertLevel,
  cause: Cause,
  now: number,
): InstanceStep => {
  if (instance.status === 'inactive') {
    if (rule.pendingSeconds === 0) return fire(now, level, cause)
    return same({ status: 'pending', since: now, level, cause, kept: null })
  }
  if (instance.status === 'pending') {
    const start = instance.cause === cause ? instance.since : now
    if (now - start >= rule.pendingSeconds * 1000) return fire(now, level, cause)
    return same({ status: 'pending', since: start, level, cause, kept: null })
  }
  const next = higher(instance.level, level)
  const firing: Instance =
    instance.status === 'firing' ? instance : { ...instance, status: 'firing', since: now }
  if (next === instance.level) return same(firing)
  return { instance: { ...firing, level: next }, event: { type: 'level-raised', level: next } }
}

const release = (instance: Active, rule: AlertRule, now: number): InstanceStep => {
  if (instance.status === 'inactive') return same(instance)
  if (instance.status === 'pending') return same({ ...INACTIVE, since: now })
  const since = instance.status === 'recovering' ? instance.since : now
  if (now - since >= rule.keepFiringSeconds * 1000) {
    return {
      instance: { status: 'resolved', since: now, level: null, cause: null, kept: null },
      event: { type: 'recovered' },
    }
  }
  return same({ ...instance, status: 'recovering', since })
}

const missing = (
  before: Instance,
  rule: AlertRule,
  status: 'no-data' | 'error',
  policy: MissingPolicy,
  now: number,
): InstanceStep => {
  if (policy === 'ok') return release(active(before, now), rule, now)
  if (policy === 'alert') return hold(active(before, now), rule, MISSING_LEVEL, status, now)
  if (before.status === status) return same(before)
  const current = active(before, now)
  return same({ ...current, status, since: now, kept: { status: current.status, since: current.since } })
}

/** Of these no more may be told than that and when they were raised: an end that follows the last event would tell when that was. */
const tellsNoEnd = (rule: AlertRule): boolean => rule.belowFloor || rule.condition.kind === 'distress'

/** Ends as if the event that raised it had been the only one, whatever came after; what still holds then is raised anew. */
const waitOut = (firing: Instance, rule: AlertRule, now: number): InstanceStep => {
  const end = firing.since + readingOf(rule).windowMinutes * 60_000 + rule.keepFiringSeconds * 1000
  if (now < end) return same(firing)
  return {
    instance: { status: 'resolved', since: now, level: null, cause: null, kept: null },
    event: { type: 'recovered' },
  }
}

/** One verdict. Returns the same object when nothing changed, so that a caller can skip writing it. */
export const stepInstance = (
  before: Instance,
  rule: AlertRule,
  verdict: Verdict,
  now: number,
): InstanceStep => {
  if (before.status === 'firing' && tellsNoEnd(rule)) return waitOut(before, rule, now)
  switch (verdict.state) {
    case 'no-data':
      return missing(before, rule, 'no-data', rule.onNoData, now)
    case 'error':
      return missing(before, rule, 'error', rule.onError, now)
    case 'holds':
      return hold(active(before, now), rule, verdict.level, 'condition', now)
    case 'ok':
      return release(active(before, now), rule, now)
  }
}

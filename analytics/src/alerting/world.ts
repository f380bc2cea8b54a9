/** Everything the engine knows, as plain data, and the scratch copy on which one transition works. */
import type { Silence } from '@guanlan/contract/alert'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { EscalationPolicy } from '@guanlan/contract/escalation'
import type { Alert, Effect } from './alert-state.ts'
import type { Instance } from './instance.ts'
import type { Directory } from './recipients.ts'
import type { Moved } from './walk.ts'

export interface World {
  /** by fingerprint */
  readonly instances: ReadonlyMap<string, Instance>
  /** by id: every unresolved alert, and resolved ones for REMEMBERED_MS */
  readonly alerts: ReadonlyMap<string, Alert>
  /** by id, until they have ended */
  readonly silences: ReadonlyMap<string, Silence>
  /** silences whose author was reminded */
  readonly reminded: readonly string[]
  /** alert id -> id of the flood alert that holds it back */
  readonly flooded: ReadonlyMap<string, string>
}

export const EMPTY_WORLD: World = {
  instances: new Map(),
  alerts: new Map(),
  silences: new Map(),
  reminded: [],
  flooded: new Map(),
}

/** A fingerprint that fires again within this time reopens its alert instead of opening another one. */
export const REMEMBERED_MS = 24 * 3_600_000

export interface Context {
  readonly now: number
  readonly rules: ReadonlyMap<string, AlertRule>
  readonly policies: ReadonlyMap<string, EscalationPolicy>
  readonly directory: Directory
  /** new alert ids; the n-th call of a repeated transition must give the same id (derive it from the fingerprint and time) */
  readonly newId: (fingerprint: string) => string
  /** opened alerts in FLOOD_WINDOW from which on further ones are held back */
  readonly floodCap: number
  /** policy of the flood's own alert, and of alerts whose own policy is gone */
  readonly fallbackPolicy: EscalationPolicy
}

export interface Transition {
  readonly world: World
  readonly effects: readonly Effect[]
  /** keys of rows to write */
  readonly changed: { readonly instances: ReadonlySet<string>; readonly alerts: ReadonlySet<string> }
}

export interface Draft {
  readonly instances: Map<string, Instance>
  readonly alerts: Map<string, Alert>
  /** fingerprint -> id of its newest alert */
  readonly newest: Map<string, string>
  readonly silences: Map<string, Silence>
  readonly flooded: Map<string, string>
  reminded: readonly string[]
  /** alerts of rules opened within the flood window; counted when first needed */
  opened: number | null
  readonly effects: Effect[]
  readonly changedInstances: Set<string>
  readonly changedAlerts: Set<string>
}

const newestOf = (alerts: ReadonlyMap<string, Alert>): Map<string, string> => {
  const newest = new Map<string, string>()
  for (const alert of alerts.values()) {
    const known = alerts.get(newest.get(alert.fingerprint) ?? '')
    if (!known || alert.openedAt >= known.openedAt) newest.set(alert.fingerprint, alert.id)
  }
  return newest
}

export const draftOf = (world: World): Draft => ({
  instances: new Map(world.instances),
  alerts: new Map(world.alerts),
  newest: newestOf(world.alerts),
  silences: new Map(world.silences),
  flooded: new Map(world.flooded),
  reminded: world.reminded,
  opened: null,
  effects: [],
  changedInstances: new Set(),
  changedAlerts: new Set(),
})

export const finish = (draft: Draft): Transition => ({
  world: {
    instances: draft.instances,
    alerts: draft.alerts,
    silences: draft.silences,
    reminded: draft.reminded,
    flooded: draft.flooded,
  },
  effects: draft.effects,
  changed: { instances: draft.changedInstances, alerts: draft.changedAlerts },
})

/** Writes an alert and what came of it into the draft. */
export const keep = (draft: Draft, moved: Moved): Alert => {
  if (draft.alerts.get(moved.alert.id) !== moved.alert) {
    if (!draft.alerts.has(moved.alert.id)) draft.newest.set(moved.alert.fingerprint, moved.alert.id)
    draft.alerts.set(moved.alert.id, moved.alert)
    draft.changedAlerts.add(moved.alert.id)
  }
  draft.effects.push(...moved.effects)
  return moved.alert
}

export const policyOf = (context: Context, alert: Alert): EscalationPolicy =>
  context.policies.get(alert.policyId) ?? context.fallbackPolicy

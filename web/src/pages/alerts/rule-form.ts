import {
  AlertRule,
  type AlertCondition,
  type AlertLevel,
  type RuleKindName,
  instancesOf,
} from '@guanlan/contract/alert-rule'
import { firstCondition } from './condition-fields.ts'

const FAULTS = [
  'unknown_unit',
  'unknown_category',
  'unknown_policy',
  'below_floor_weight',
  'care_outside_distress',
] as const

/** Message key for a code that says why a rule cannot run. */
export function faultKey(code: string): string {
  return `alerts.rules.faults.${FAULTS.find((known) => known === code) ?? 'other'}`
}

export function levelsOf(condition: AlertCondition): AlertLevel[] {
  if ('levels' in condition) return condition.levels.map((raise) => raise.level)
  return [condition.kind === 'topic-risk' ? condition.atLeast : condition.level]
}

/** What a form changes of a rule: everything but its id, version, origin and floor. Inputs may hold what is not yet right. */
export interface RuleDraft {
  name: string
  enabled: boolean
  condition: Record<string, unknown> & { kind: RuleKindName }
  per: AlertRule['per']
  where: { units: string[]; groupKinds: AlertRule['where']['groupKinds']; categories: string[] }
  pendingSeconds: number
  keepFiringSeconds: number
  onNoData: AlertRule['onNoData']
  onError: AlertRule['onError']
  policyId: string
}

export function draftOf(rule: AlertRule): RuleDraft {
  const { name, enabled, condition, per, where, pendingSeconds, keepFiringSeconds } = rule
  const { onNoData, onError, policyId } = rule
  const draft = { name, enabled, condition, per, where, pendingSeconds, keepFiringSeconds, onNoData, onError }
  // Through JSON, because what a page holds may be reactive and cannot be cloned.
  return JSON.parse(JSON.stringify({ ...draft, policyId })) as RuleDraft
}

/** A rule of a kind with usual values, as its first version. */
export function newRule(kind: RuleKindName, id: string, policyId: string, name: string): AlertRule {
  return {
    ...{ id, version: 1, name, origin: 'operator', enabled: true },
    condition: firstCondition(kind),
    per: instancesOf(kind).find((each) => each === 'unit') ?? instancesOf(kind)[0] ?? 'org',
    where: { units: [], groupKinds: [], categories: [] },
    belowFloor: false,
    pendingSeconds: 60,
    keepFiringSeconds: 600,
    ...{ onNoData: 'keep', onError: 'keep', policyId },
  }
}

/** The rule with the form's values as version `version`, or the name of the first field that the contract does not take. */
export function ruleFrom(
  rule: AlertRule,
  draft: RuleDraft,
  version: number,
): { readonly rule: AlertRule } | { readonly wrong: string } {
  const parsed = AlertRule.safeParse({ ...rule, ...draft, version })
  if (parsed.success) return { rule: parsed.data }
  const path = parsed.error.issues[0]?.path ?? []
  const field = path[0] === 'condition' || path[0] === 'where' ? path[1] : path[0]
  return { wrong: String(field ?? 'name') }
}

import { AlertRule, type AlertCondition, type AlertLevel } from '@guanlan/contract/alert-rule'

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

/** What a form changes of a rule. `levels` and `windowMinutes` are kept only where the condition has them. */
export interface RuleChange {
  name: string
  enabled: boolean
  levels: { level: AlertLevel; from: number }[]
  windowMinutes: number | null
  pendingSeconds: number
  keepFiringSeconds: number
  onNoData: AlertRule['onNoData']
  onError: AlertRule['onError']
  policyId: string
}

export function changeOf(rule: AlertRule): RuleChange {
  const { condition } = rule
  return {
    name: rule.name,
    enabled: rule.enabled,
    levels: 'levels' in condition ? condition.levels.map((raise) => ({ ...raise })) : [],
    windowMinutes: 'windowMinutes' in condition ? condition.windowMinutes : null,
    pendingSeconds: rule.pendingSeconds,
    keepFiringSeconds: rule.keepFiringSeconds,
    onNoData: rule.onNoData,
    onError: rule.onError,
    policyId: rule.policyId,
  }
}

/** The rule with the form's values as its next version; null when the contract would not take it. */
export function changedRule(rule: AlertRule, change: RuleChange): AlertRule | null {
  const { levels, windowMinutes, ...rest } = change
  const condition = {
    ...rule.condition,
    ...('levels' in rule.condition ? { levels } : {}),
    ...('windowMinutes' in rule.condition ? { windowMinutes } : {}),
  }
  const parsed = AlertRule.safeParse({ ...rule, ...rest, condition, version: rule.version + 1 })
  return parsed.success ? parsed.data : null
}

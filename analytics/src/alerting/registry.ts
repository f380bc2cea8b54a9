/** Every kind of rule, one line each. */
import type { AlertRule, ConditionOf, RuleKindName } from '@guanlan/contract/alert-rule'
import { distress } from './kinds/distress.ts'
import type { Observation, Reading, RuleKind, Verdict } from './kinds/kind.ts'
import { rate } from './kinds/rate.ts'
import { registerFinding } from './kinds/register-finding.ts'
import { sentimentShift } from './kinds/sentiment-shift.ts'
import { silentSource } from './kinds/silent-source.ts'
import { surge } from './kinds/surge.ts'
import { threshold } from './kinds/threshold.ts'
import { timeToDecision } from './kinds/time-to-decision.ts'
import { topicRisk } from './kinds/topic-risk.ts'

const KINDS: { readonly [K in RuleKindName]: RuleKind<K> } = {
  threshold,
  rate,
  surge,
  'topic-risk': topicRisk,
  'sentiment-shift': sentimentShift,
  'time-to-decision': timeToDecision,
  'silent-source': silentSource,
  'register-finding': registerFinding,
  distress,
}

/** The mapped type above guarantees that a kind is stored under its own name. */
const kindOf = (rule: AlertRule): RuleKind<RuleKindName> =>
  KINDS[rule.condition.kind] as RuleKind<RuleKindName>

export const readingOf = (rule: AlertRule): Reading =>
  kindOf(rule).reading(rule.condition as ConditionOf<RuleKindName>, rule)

/** Verdict on one figure of one instance. A kind that throws is an error of that rule, not of the engine. */
export const judge = (rule: AlertRule, observation: Observation): Verdict => {
  if (observation.error !== null) return { state: 'error', code: observation.error }
  if (observation.value === null || !Number.isFinite(observation.value)) return { state: 'no-data' }
  try {
    return kindOf(rule).judge(
      rule.condition as ConditionOf<RuleKindName>,
      observation.value,
      observation.basis,
    )
  } catch {
    return { state: 'error', code: 'judge_failed' }
  }
}

/** What a rule's ids are checked against before it may run. */
export interface RuleWorld {
  readonly units: ReadonlySet<string>
  /** code -> weight 1..5 and tier */
  readonly categories: ReadonlyMap<string, { readonly weight: number; readonly tier: string }>
  readonly policies: ReadonlySet<string>
}

export type RuleFault =
  'unknown_unit' | 'unknown_category' | 'unknown_policy' | 'below_floor_weight' | 'care_outside_distress'

/** Why a rule cannot run (empty: it can). A rule with faults is switched off and shows them. */
export const faultsOf = (rule: AlertRule, world: RuleWorld): RuleFault[] => {
  const known = rule.where.categories.map((code) => world.categories.get(code))
  const faults: [RuleFault, boolean][] = [
    ['unknown_unit', rule.where.units.some((id) => !world.units.has(id))],
    ['unknown_category', known.includes(undefined)],
    ['unknown_policy', !world.policies.has(rule.policyId)],
    ['below_floor_weight', rule.belowFloor && known.some((c) => c !== undefined && c.weight < 4)],
    ['care_outside_distress', rule.condition.kind !== 'distress' && known.some((c) => c?.tier === 'care')],
  ]
  return faults.filter(([, found]) => found).map(([fault]) => fault)
}

import type { AlertLevel, AlertRule, ConditionOf, RuleKindName } from '@guanlan/contract/alert-rule'
import type { AlertSubject } from '@guanlan/contract/alert'

/** What the server reads for a rule, as data: which figure, over which window, per which instance. */
export interface Reading {
  readonly figure:
    | 'count'
    | 'share'
    | 'surge-score'
    | 'risk-level'
    | 'sentiment-drop'
    | 'decision-minutes'
    | 'silent-minutes'
    | 'finding-days'
    | 'distress'
  readonly counted: string | null
  readonly windowMinutes: number
  /** statistic, tier or finding that the figure needs besides */
  readonly detail: string | null
}

/** One figure of one instance, floored unless the rule may look below; value null: the source says there is no data. */
export interface Observation {
  readonly subject: AlertSubject
  readonly value: number | null
  /** what the value rests on (messages, decisions); null where there is nothing to count */
  readonly basis: number | null
  /** why it could not be read: a code, never text from a message */
  readonly error: string | null
}

export type Verdict =
  | { readonly state: 'ok' }
  | { readonly state: 'holds'; readonly level: AlertLevel }
  | { readonly state: 'no-data' }
  | { readonly state: 'error'; readonly code: string }

/** A rule kind: what it reads and how it judges one figure. Adding one is one file and one line in registry.ts. */
export interface RuleKind<K extends RuleKindName> {
  readonly kind: K
  reading(condition: ConditionOf<K>, rule: AlertRule): Reading
  /** called with a readable value only */
  judge(condition: ConditionOf<K>, value: number, basis: number | null): Verdict
}

const OK: Verdict = { state: 'ok' }

/** Highest level whose value is reached. */
export const byLevels = (
  levels: readonly { readonly level: AlertLevel; readonly from: number }[],
  value: number,
): Verdict => {
  const reached = levels.findLast(({ from }) => value >= from)
  return reached ? { state: 'holds', level: reached.level } : OK
}

/** A figure that rests on too little says nothing: that is not "no data", the data is there and small. */
export const withBasis = (least: number, basis: number | null, verdict: () => Verdict): Verdict =>
  basis !== null && basis < least ? OK : verdict()

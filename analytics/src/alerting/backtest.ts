/** Before a rule is switched on: how often would it have called, by unit and at night? Counts only, never when or what. */
import type { AlertRule } from '@guanlan/contract/alert-rule'
import { fingerprintOf } from './fingerprint.ts'
import type { Instance } from './instance.ts'
import { INACTIVE, stepInstance } from './instance.ts'
import type { Observation } from './kinds/kind.ts'
import { judge } from './registry.ts'

/** One past evaluation: what the rule would have read then, floors applied. In time order. */
export interface PastReading {
  readonly at: number
  readonly observations: readonly Observation[]
}

export interface Backtest {
  readonly weeks: number
  /** alerts raised a week, to one decimal */
  readonly perWeek: number
  readonly nightPerWeek: number
  readonly byUnit: readonly { readonly unitId: string; readonly perWeek: number }[]
}

const WEEK = 7 * 24 * 3_600_000

const oneDecimal = (x: number): number => Math.round(x * 10) / 10

/** @param isNight outside working time, by the organisation's calendar. Spans under a week are counted as one week. */
export const backtest = (
  rule: AlertRule,
  history: readonly PastReading[],
  isNight: (at: number) => boolean,
): Backtest => {
  const instances = new Map<string, Instance>()
  const byUnit = new Map<string, number>()
  let raised = 0
  let night = 0
  for (const { at, observations } of history) {
    for (const observation of observations) {
      const key = fingerprintOf(rule.id, observation.subject)
      const { instance, event } = stepInstance(
        instances.get(key) ?? INACTIVE,
        rule,
        judge(rule, observation),
        at,
      )
      instances.set(key, instance)
      if (event?.type !== 'raised') continue
      raised++
      if (isNight(at)) night++
      byUnit.set(observation.subject.unitId, (byUnit.get(observation.subject.unitId) ?? 0) + 1)
    }
  }
  const span = (history.at(-1)?.at ?? 0) - (history[0]?.at ?? 0)
  const weeks = Math.max(1, span / WEEK)
  const rows = [...byUnit].map(([unitId, n]) => ({ unitId, perWeek: oneDecimal(n / weeks) }))
  return {
    weeks: oneDecimal(weeks),
    perWeek: oneDecimal(raised / weeks),
    nightPerWeek: oneDecimal(night / weeks),
    byUnit: rows.sort((a, b) => b.perWeek - a.perWeek || (a.unitId < b.unitId ? -1 : 1)),
  }
}

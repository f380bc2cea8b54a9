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
  /** alerts raised in each whole week back from the last reading, oldest first */
  readonly byWeek: readonly number[]
  readonly byUnit: readonly { readonly unitId: string; readonly perWeek: number }[]
}

export interface BacktestRun {
  /** in time order */
  add(reading: PastReading): void
  result(): Backtest
}

const WEEK = 7 * 24 * 3_600_000

const oneDecimal = (x: number): number => Math.round(x * 10) / 10

/**
 * A replay that can be fed in parts. An instance without an observation in a reading keeps its state.
 *
 * @param isNight outside working time, by the organisation's calendar. Spans under a week are counted as one week.
 */
export const createBacktest = (rule: AlertRule, isNight: (at: number) => boolean): BacktestRun => {
  const instances = new Map<string, Instance>()
  const byUnit = new Map<string, number>()
  const raised: number[] = []
  let first: number | null = null
  let last = 0
  let night = 0
  return {
    add({ at, observations }) {
      first ??= at
      last = at
      for (const observation of observations) {
        const key = fingerprintOf(rule.id, observation.subject)
        const before = instances.get(key) ?? INACTIVE
        const { instance, event } = stepInstance(before, rule, judge(rule, observation), at)
        if (instance !== before) instances.set(key, instance)
        if (event?.type !== 'raised') continue
        raised.push(at)
        if (isNight(at)) night++
        byUnit.set(observation.subject.unitId, (byUnit.get(observation.subject.unitId) ?? 0) + 1)
      }
    },
    result() {
      const weeks = Math.max(1, (last - (first ?? last)) / WEEK)
      const byWeek = new Array<number>(Math.ceil(weeks - 0.01)).fill(0)
      for (const at of raised) {
        const slot = Math.max(0, byWeek.length - 1 - Math.floor((last - at) / WEEK))
        byWeek[slot] = (byWeek[slot] ?? 0) + 1
      }
      const rows = [...byUnit].map(([unitId, n]) => ({ unitId, perWeek: oneDecimal(n / weeks) }))
      return {
        weeks: oneDecimal(weeks),
        perWeek: oneDecimal(raised.length / weeks),
        nightPerWeek: oneDecimal(night / weeks),
        byWeek,
        byUnit: rows.sort((a, b) => b.perWeek - a.perWeek || (a.unitId < b.unitId ? -1 : 1)),
      }
    },
  }
}

/** The whole history at once. */
export const backtest = (
  rule: AlertRule,
  history: Iterable<PastReading>,
  isNight: (at: number) => boolean,
): Backtest => {
  const run = createBacktest(rule, isNight)
  for (const reading of history) run.add(reading)
  return run.result()
}

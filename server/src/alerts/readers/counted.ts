import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import { countFigures } from '../count-figures.ts'
import { readCountHistory, rollingReadings, stepOf } from '../count-history.ts'
import type { ReaderDeps, RuleReader } from './reader.ts'

/** Counts and shares: what was accepted, by the minute or the hour. */
export function countedReader(deps: ReaderDeps): RuleReader<'threshold' | 'rate'> {
  const { counts, categoryFloor } = deps
  return {
    async observe(rule, round, known): Promise<Observation[] | null> {
      if (!counts.ready && !round.broken) return null
      const { condition } = rule
      const rows = await round.placed(condition.windowMinutes)
      const figures = countFigures(rule, condition, rows, round.floors, known)
      if (round.broken) return figures.map((each) => ({ ...each, value: null, error: 'store_unreadable' }))
      return round.heard ? figures : figures.map((each) => ({ ...each, value: null }))
    },
    async replay(rule, span) {
      const stepMs = stepOf(rule.condition)
      const steps = await readCountHistory(deps, rule, rule.condition, {
        ...span,
        from: Math.ceil(span.from / stepMs) * stepMs,
        to: Math.floor(span.to / stepMs) * stepMs,
        stepMs,
      })
      return rollingReadings(rule, rule.condition, steps, { stepMs, categoryFloor })
    },
  }
}

import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import { countFigures, tellsGroupsApart } from '../count-figures.ts'
import { readCountHistory, rollingReadings, stepOf } from '../count-history.ts'
import { unreadable, type ReaderDeps, type RuleReader } from './reader.ts'

/** Counts and shares: what was accepted, by the minute or the hour. */
export function countedReader(deps: ReaderDeps): RuleReader<'threshold' | 'rate'> {
  const { counts } = deps
  return {
    async observe(rule, round, known): Promise<Observation[] | null> {
      // Also for instances that would not be reported any more, and so end.
      if (round.broken) return unreadable(rule, deps.directory.root, known, 'store_unreadable')
      if (!counts.ready || !round.floors.visibility.has(round.floors.today)) return null
      const { condition } = rule
      const rows = await round.placed(condition.windowMinutes, tellsGroupsApart(rule) ? 'group' : 'unit')
      const figures = countFigures(rule, condition, rows, round.floors, known)
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
      return rollingReadings(rule, rule.condition, steps, { ...deps, stepMs })
    },
  }
}

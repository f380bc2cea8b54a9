/** A formula over a history of stored component vectors: what it would have said, before it is switched on. */
import type { Components } from './components.ts'
import type { Formula } from './formula.ts'
import type { LevelState, RiskLevel } from './level.ts'
import { LEVELS, NO_LEVEL, rankOf, stepLevel } from './level.ts'

export interface HistoryRow {
  /** epoch ms */
  readonly at: number
  readonly components: Components
}

export interface ReplayedRow {
  readonly at: number
  readonly score: number
  readonly level: RiskLevel
}

/** Rows in time order, one a tick. */
export const replay = (formula: Formula, history: readonly HistoryRow[]): ReplayedRow[] => {
  let state: LevelState = NO_LEVEL
  return history.map(({ at, components }) => {
    const score = formula.evaluate(components)
    state = stepLevel(state, score)
    return { at, score, level: state.level }
  })
}

export interface ReplaySummary {
  /** ticks spent at each level */
  readonly ticks: Readonly<Record<RiskLevel, number>>
  /** times each level was entered from below */
  readonly raised: Readonly<Record<RiskLevel, number>>
  readonly highest: number
  readonly mean: number
}

const perLevel = (): Record<RiskLevel, number> => ({ none: 0, blue: 0, yellow: 0, orange: 0, red: 0 })

export const summarise = (rows: readonly ReplayedRow[]): ReplaySummary => {
  const ticks = perLevel()
  const raised = perLevel()
  let before: RiskLevel = 'none'
  for (const { level } of rows) {
    ticks[level]++
    for (const l of LEVELS) if (rankOf(l) > rankOf(before) && rankOf(l) <= rankOf(level)) raised[l]++
    before = level
  }
  const scores = rows.map(({ score }) => score)
  return {
    ticks,
    raised,
    highest: scores.reduce((a, b) => Math.max(a, b), 0),
    mean: scores.length === 0 ? 0 : scores.reduce((a, b) => a + b, 0) / scores.length,
  }
}

/** Old and new formula side by side, and the ticks at which their levels differ. */
export const compareFormulas = (
  before: Formula,
  after: Formula,
  history: readonly HistoryRow[],
): { before: ReplaySummary; after: ReplaySummary; differing: number } => {
  const old = replay(before, history)
  const fresh = replay(after, history)
  const differing = old.filter((row, i) => row.level !== fresh[i]?.level).length
  return { before: summarise(old), after: summarise(fresh), differing }
}

/** Levels of a score, with hysteresis: blue 25, yellow 45, orange 65, red 80; 5 points, over 2 ticks. */

export const LEVELS = ['none', 'blue', 'yellow', 'orange', 'red'] as const
export type RiskLevel = (typeof LEVELS)[number]

const FROM: Readonly<Record<RiskLevel, number>> = { none: 0, blue: 25, yellow: 45, orange: 65, red: 80 }
const HYSTERESIS = 5
const TICKS = 2

/** Plain; `pending` counts the ticks in a row that asked to leave `level` in one direction, and how far at least. */
export interface LevelState {
  readonly level: RiskLevel
  readonly pending: { readonly up: boolean; readonly to: RiskLevel; readonly ticks: number } | null
}

export const NO_LEVEL: LevelState = { level: 'none', pending: null }

export const rankOf = (level: RiskLevel): number => LEVELS.indexOf(level)

/** Highest level whose threshold, lowered by `slack`, the score reaches. */
const reached = (score: number, slack: number): RiskLevel =>
  LEVELS.findLast((l) => l === 'none' || score >= FROM[l] - slack) ?? 'none'

const nearer = (up: boolean, a: RiskLevel, b: RiskLevel): RiskLevel => (rankOf(a) < rankOf(b) === up ? a : b)

/**
 * One tick. A level rises when two ticks in a row reach a higher one, and falls when two in a row are 5 points below its
 * threshold; of the two ticks the nearer level counts.
 */
export const stepLevel = (state: LevelState, score: number): LevelState => {
  const high = reached(score, 0)
  const low = reached(score, HYSTERESIS)
  const up = rankOf(high) > rankOf(state.level)
  const down = rankOf(low) < rankOf(state.level)
  if (!up && !down) return { level: state.level, pending: null }
  const wanted = up ? high : low
  const same = state.pending?.up === up ? state.pending : null
  const to = same ? nearer(up, same.to, wanted) : wanted
  const ticks = (same?.ticks ?? 0) + 1
  return ticks >= TICKS ? { level: to, pending: null } : { level: state.level, pending: { up, to, ticks } }
}

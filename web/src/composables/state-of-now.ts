import type { Freshness, Trend } from '@guanlan/contract/panels'
import type { Range } from '@guanlan/contract/scope'
import type { NeedsResponse } from './needs-response.ts'
import { type Recent, recentAgainstLastWeek } from './trend-figures.ts'

/** How many steps of each range make "recently": an hour, an hour, a day, a week. */
const RECENT_STEPS: Record<Range, number> = { hour: 60, day: 2, week: 8, month: 7 }

/**
 * `respond`: somebody has to respond, which comes before everything else; `usual`: nothing differs; `above`: more violations than last week by more than chance; `attention`: a source went
 * silent, so figures are incomplete; `unknown`: nothing to go by yet.
 */
type NowTone = 'respond' | 'usual' | 'above' | 'attention' | 'unknown'

export interface StateOfNow {
  tone: NowTone
  recent: Recent | undefined
  /** Sources that stopped sending, the longest silent first. */
  silent: { source: string; lastSeenAt: number | null }[]
  needs: NeedsResponse | undefined
}

/** What one glance should answer: is anything wrong, since when, and can the figures be trusted. */
export function stateOfNow(
  trend: Trend | null,
  freshness: Freshness | null,
  at: number,
  range: Range,
  needs?: NeedsResponse,
): StateOfNow {
  const recent = trend === null ? undefined : recentAgainstLastWeek(trend, at, RECENT_STEPS[range])
  const silent = (freshness?.sources ?? [])
    .filter((source) => source.state === 'silent')
    .sort((a, b) => (a.lastSeenAt ?? 0) - (b.lastSeenAt ?? 0))
  const tone =
    needs !== undefined
      ? 'respond'
      : silent.length > 0
        ? 'attention'
        : recent === undefined
          ? 'unknown'
          : recent.verdict === 'above'
            ? 'above'
            : 'usual'
  return { tone, recent, silent, needs }
}

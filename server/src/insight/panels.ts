import type { Window } from '@guanlan/analytics/queries/window'
import type { Risk, Sentiment, Topics, TrendMark, TrendSurge } from '@guanlan/contract/panels'
import type { Range, Scope } from '@guanlan/contract/scope'

/** What the panels about topics, mood, risk and surges read. All of it comes from released cells and floored queries. */
export interface InsightPanels {
  topics(unitId: string, now: number): Topics
  sentiment(unitId: string, range: Range, now: number): Promise<Sentiment>
  /** Null where the floors hide the scope. */
  risk(scope: Scope, now: number): Promise<Risk | null>
  surge(scope: Scope, range: Range, window: Window): Promise<TrendSurge | null>
  marks(scope: Scope, window: Window): Promise<TrendMark[]>
}

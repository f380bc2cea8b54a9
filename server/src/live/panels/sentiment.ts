import type { InsightPanels } from '../../insight/panels.ts'
import type { Figures } from '../figures.ts'
import type { Panel } from '../panel.ts'

/** Mood of a unit in intervals, from released cells. Never for one group. */
export function sentimentPanel(figures: Figures, insight: InsightPanels): Panel<'sentiment'> {
  return {
    ranged: true,
    everySeconds: (_, range) => (range === 'hour' || range === 'day' ? 5 : 60),
    async read({ scope, range, now }) {
      const unit = figures.unitOf(scope)
      return unit === undefined ? null : insight.sentiment(unit, range, now)
    },
  }
}

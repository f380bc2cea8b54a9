import type { InsightPanels } from '../../insight/panels.ts'
import type { Figures } from '../figures.ts'
import type { Panel } from '../panel.ts'

/** What people are worried about, highest score first; unchanged until a cell is released or a score moves. Never for one group. */
export function topicsPanel(figures: Figures, insight: InsightPanels): Panel<'topics'> {
  return {
    ranged: false,
    everySeconds: () => 5,
    async read({ scope, now }) {
      const unit = figures.unitOf(scope)
      return unit === undefined ? null : insight.topics(unit, now)
    },
  }
}

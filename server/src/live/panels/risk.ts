import type { InsightPanels } from '../../insight/panels.ts'
import type { Panel } from '../panel.ts'

/** How urgently answers are owed here, and what drives it. Scores are computed by the minute. */
export function riskPanel(insight: InsightPanels): Panel<'risk'> {
  return {
    ranged: false,
    everySeconds: (scope) => (scope === 'group' ? 60 : 5),
    read: ({ scope, now }) => insight.risk(scope, now),
  }
}

import type { InsightPanels } from '../../insight/panels.ts'
import type { Figures } from '../figures.ts'
import type { Panels } from '../panel.ts'
import { alertsPanel, type ReadAlerts } from './alerts.ts'
import { categoriesPanel } from './categories.ts'
import { correctionsPanel } from './corrections.ts'
import { decisionsPanel } from './decisions.ts'
import { delayPanel } from './delay.ts'
import { freshnessPanel } from './freshness.ts'
import { pulsePanel } from './pulse.ts'
import { riskPanel } from './risk.ts'
import { sentimentPanel } from './sentiment.ts'
import { topicsPanel } from './topics.ts'
import { trendPanel } from './trend.ts'
import { unitsPanel } from './units.ts'
import { wordsPanel } from './words.ts'

/** Without insight (in tests of the figures alone) nothing is known of topics, mood and risk. */
const NO_INSIGHT: InsightPanels = {
  topics: () => ({ state: 'warming_up', warmMinutes: 0, warmOf: 30, releasedAt: null, rows: [] }),
  sentiment: async (_unit, _range, now) => ({
    ...{ state: 'warming_up', warmMinutes: 0, warmOf: 30, calibrated: false },
    ...{ from: now, to: now, points: [] },
  }),
  risk: async () => null,
  surge: async () => null,
  marks: async () => [],
}

/** Every kind of panel: one file each, one line here. */
export function createPanels(
  figures: Figures,
  insight: InsightPanels = NO_INSIGHT,
  alerts: ReadAlerts = () => null,
): Panels {
  return {
    pulse: pulsePanel(figures),
    trend: trendPanel(figures, insight),
    categories: categoriesPanel(figures),
    decisions: decisionsPanel(figures),
    delay: delayPanel(figures),
    units: unitsPanel(figures),
    corrections: correctionsPanel(figures),
    freshness: freshnessPanel(figures),
    words: wordsPanel(figures),
    topics: topicsPanel(figures, insight),
    sentiment: sentimentPanel(figures, insight),
    risk: riskPanel(insight),
    alerts: alertsPanel(alerts),
  }
}

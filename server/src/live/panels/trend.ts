import { readTrend } from '@guanlan/analytics/queries/trend'
import { trendWindow } from '@guanlan/analytics/queries/window'
import type { InsightPanels } from '../../insight/panels.ts'
import type { Figures } from '../figures.ts'
import { harmCountPace, lastShown, type Panel } from '../panel.ts'

/** Violations over time, by tier, beside the same time last week, the usual range and changes of the upstream itself. */
export function trendPanel(figures: Figures, insight: InsightPanels): Panel<'trend'> {
  return {
    ranged: true,
    everySeconds: harmCountPace,
    async read({ scope, range, now }) {
      const window = trendWindow(figures.deps.time, range, lastShown(scope, now))
      const question = await figures.question(scope, range, window)
      if (question === null) return null
      const trend = await readTrend(question, await figures.sending(range, window))
      const [surge, marks] = await Promise.all([
        insight.surge(scope, range, window),
        insight.marks(scope, window),
      ])
      return { ...trend, surge, marks }
    },
  }
}

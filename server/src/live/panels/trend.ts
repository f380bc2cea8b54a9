import { readTrend } from '@guanlan/analytics/queries/trend'
import { trendWindow } from '@guanlan/analytics/queries/window'
import type { Figures } from '../figures.ts'
import { harmCountPace, lastShown, type Panel } from '../panel.ts'

/** Violations over time, by tier, beside the same time last week. */
export function trendPanel(figures: Figures): Panel<'trend'> {
  return {
    ranged: true,
    everySeconds: harmCountPace,
    async read({ scope, range, now }) {
      const window = trendWindow(figures.deps.time, range, lastShown(scope, now))
      const question = await figures.question(scope, range, window)
      return question === null ? null : readTrend(question, await figures.sending(range, window))
    },
  }
}

import { readDecisions } from '@guanlan/analytics/queries/decisions'
import { hourWindow } from '@guanlan/analytics/queries/window'
import type { Figures } from '../figures.ts'
import { hourRollupPace, type Panel } from '../panel.ts'

/** What was decided, and by whom. Full local hours. */
export function decisionsPanel(figures: Figures): Panel<'decisions'> {
  return {
    ranged: true,
    everySeconds: hourRollupPace,
    async read({ scope, range, now }) {
      const question = await figures.question(scope, range, hourWindow(figures.deps.time, range, now))
      return question === null ? null : readDecisions(question)
    },
  }
}

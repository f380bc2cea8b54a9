import { readDelay } from '@guanlan/analytics/queries/delay'
import { hourWindow } from '@guanlan/analytics/queries/window'
import type { Figures } from '../figures.ts'
import { hourRollupPace, type Panel } from '../panel.ts'

/** How long decisions took. Full local hours. */
export function delayPanel(figures: Figures): Panel<'delay'> {
  return {
    ranged: true,
    everySeconds: hourRollupPace,
    async read({ scope, range, now }) {
      const question = await figures.question(scope, range, hourWindow(figures.deps.time, range, now))
      return question === null ? null : readDelay(question, figures.deps.decideWithinMs)
    },
  }
}

import { readCorrections } from '@guanlan/analytics/queries/corrections'
import { hourWindow } from '@guanlan/analytics/queries/window'
import type { Figures } from '../figures.ts'
import { hourRollupPace, type Panel } from '../panel.ts'

/** What people changed of the first decisions. Full local hours. */
export function correctionsPanel(figures: Figures): Panel<'corrections'> {
  const { taxonomy } = figures.deps.directory
  const tierOf = (code: string) => taxonomy.get(code)?.tier
  return {
    ranged: true,
    everySeconds: hourRollupPace,
    async read({ scope, range, now }) {
      const question = await figures.question(scope, range, hourWindow(figures.deps.time, range, now))
      return question === null ? null : readCorrections(question, tierOf, figures.deps.categoryFloor)
    },
  }
}

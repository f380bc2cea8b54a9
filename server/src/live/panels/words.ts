import type { Figures } from '../figures.ts'
import type { Panel } from '../panel.ts'

/** What people say: the newest release of a unit, unchanged until the next one. Never for one group. */
export function wordsPanel(figures: Figures): Panel<'words'> {
  return {
    ranged: false,
    everySeconds: () => 5,
    async read({ scope }) {
      const unit = figures.unitOf(scope)
      return unit === undefined ? null : figures.deps.words(unit)
    },
  }
}

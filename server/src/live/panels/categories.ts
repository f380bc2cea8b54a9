import { readCategories } from '@guanlan/analytics/queries/categories'
import { periodWindow } from '@guanlan/analytics/queries/window'
import type { Figures } from '../figures.ts'
import { harmCountPace, lastShown, type Panel } from '../panel.ts'

/** What the violations were. */
export function categoriesPanel(figures: Figures): Panel<'categories'> {
  return {
    ranged: true,
    everySeconds: harmCountPace,
    async read({ scope, range, now }) {
      const question = await figures.question(
        scope,
        range,
        periodWindow(figures.deps.time, range, lastShown(scope, now)),
      )
      return question === null ? null : readCategories(question, figures.deps.categoryFloor)
    },
  }
}

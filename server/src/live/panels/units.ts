import { readUnits } from '@guanlan/analytics/queries/units'
import { hourWindow } from '@guanlan/analytics/queries/window'
import { parseScope } from '@guanlan/contract/scope'
import type { Figures } from '../figures.ts'
import { hourRollupPace, type Panel } from '../panel.ts'

/** The scope's children, most affected first. Full local hours; a group has no children. */
export function unitsPanel(figures: Figures): Panel<'units'> {
  const { directory, time } = figures.deps
  const nameOf = (key: string) => {
    const scope = parseScope(key)
    if (scope?.kind === 'unit') return directory.unit(scope.id)?.name ?? scope.id
    return scope?.kind === 'group' ? (directory.group(scope.id)?.name ?? scope.id) : ''
  }
  return {
    ranged: true,
    everySeconds: hourRollupPace,
    async read({ scope, range, now }) {
      const unit = figures.unitOf(scope)
      if (unit === undefined) return null
      const window = hourWindow(time, range, now)
      const question = await figures.question(scope, range, window)
      if (question === null) return null
      const table = await figures.counting.byChild(unit, window.days)
      return {
        rows: await readUnits(question, table, { nameOf, dayOf: time.dayOf }),
        notShown: table.notShown,
      }
    },
  }
}

import { readPulseTotals } from '@guanlan/analytics/queries/pulse-totals'
import { todayWindow } from '@guanlan/analytics/queries/window'
import type { Figures } from '../figures.ts'
import type { Panel } from '../panel.ts'

const PEOPLE_STEP = 5

/** How much is going on now. Always each second for units; by the minute and without live seconds for a group. */
export function pulsePanel(figures: Figures): Panel<'pulse'> {
  const { directory, time, people, pulse, peopleFloor } = figures.deps
  const told = (count: number) => (count < peopleFloor ? null : Math.floor(count / PEOPLE_STEP) * PEOPLE_STEP)
  return {
    ranged: false,
    everySeconds: (scope) => (scope === 'group' ? 60 : 1),
    async read({ scope, now }) {
      const window = todayWindow(time, now)
      const question = await figures.question(scope, 'day', window)
      if (question === null) return null
      const totals = await readPulseTotals(question)
      const today = time.dayOf(now)
      const unit = figures.unitOf(scope)
      if (unit === undefined) {
        const count = scope.kind === 'group' ? people.group(scope.id) : 0
        return { perSecond: null, ...totals, peopleToday: told(count), groupsToday: count > 0 ? 1 : 0 }
      }
      const units = new Set(directory.tree.subtreeOn(unit, today))
      const counted: string[] = []
      for (const [group, row] of (await figures.book.of([today])).get(today) ?? [])
        if (units.has(row.shownAt)) counted.push(group)
      return {
        perSecond: pulse.perSecond(counted),
        ...totals,
        peopleToday: told(people.unit(unit)),
        groupsToday: counted.filter((group) => people.group(group) > 0).length,
      }
    },
  }
}

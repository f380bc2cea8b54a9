import { createUnitTree } from '@guanlan/analytics/unit-tree'
import { expect, it } from 'vitest'
import { createLocalTime } from '../../lib/local-day.ts'
import { createFigures, type FigureDeps } from '../figures.ts'
import { pulsePanel } from './pulse.ts'

const DAY = '2026-11-21'
const NOW = Date.parse(`${DAY}T12:00:00+08:00`)
const visible = { on_day: DAY, group_id: 'g-1', unit: 'city', shown_alone: 1, counts_at: 'city', wrote: 1 }

function peopleToday(people: number, peopleFloor: number) {
  const figures = createFigures({
    clickhouse: { query: async (sql: string) => (sql.includes('group_visibility') ? [visible] : []) },
    directory: {
      root: 'city',
      tree: createUnitTree([{ unitId: 'city', parentId: null, fromDay: '2000-01-01', toDay: null }]),
      groupsOf: () => ['g-1'],
    },
    ...{ time: createLocalTime('Asia/Shanghai'), clock: { now: () => NOW } },
    people: { group: () => people, unit: () => people },
    ...{ pulse: { perSecond: () => [] }, sources: () => [], backlog: () => 0 },
    ...{ decideWithinMs: 1, peopleFloor, categoryFloor: 3 },
  } as unknown as FigureDeps)
  const panel = pulsePanel(figures)
  const of = async (scope: Parameters<typeof panel.read>[0]['scope']) =>
    (await panel.read({ scope, range: 'day', now: NOW }))?.peopleToday
  return Promise.all([of({ kind: 'org' }), of({ kind: 'group', id: 'g-1' })])
}

it('tells people from the floor on that the operator set, in steps of five', async () => {
  expect(await peopleToday(23, 10)).toEqual([20, 20])
  expect(await peopleToday(9, 10)).toEqual([null, null])
  expect(await peopleToday(23, 25)).toEqual([null, null])
})

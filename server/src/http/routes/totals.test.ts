import { createUnitTree } from '@guanlan/analytics/unit-tree'
import { expect, it } from 'vitest'
import { createLocalTime } from '../../lib/local-day.ts'
import type { Directory } from '../../register/directory.ts'
import type { RouteContext } from '../route.ts'
import { totalsRoute, type TotalsDeps } from './totals.ts'

const DAY = '2026-11-21'
const visible = { on_day: DAY, group_id: 'g-1', unit: 'city', shown_alone: 1, counts_at: 'city', wrote: 1 }
const counted = {
  decision: 'removed',
  tier: 'conduct',
  category: 'ads',
  alone: 'g-1',
  messages: 4,
  corrections: 0,
}

/** Totals of a unit with one group, which sent four advertisements. */
async function totals(categoryFloor: number) {
  const { handler } = totalsRoute({
    clickhouse: {
      query: async (sql: string) => (sql.includes('group_visibility') ? [visible] : [counted]),
    } as unknown as TotalsDeps['clickhouse'],
    directory: {
      tree: createUnitTree([{ unitId: 'city', parentId: null, fromDay: '2000-01-01', toDay: null }]),
      groupsOf: () => ['g-1'],
      taxonomy: { all: [] },
    } as unknown as Directory,
    time: createLocalTime('Asia/Shanghai'),
    clock: { now: () => Date.parse(`${DAY}T12:00:00+08:00`) },
    categoryFloor,
  })
  const key = { unitId: 'city' }
  const context = { actor: undefined, key, query: { from: DAY, to: DAY } }
  return handler(context as unknown as RouteContext)
}

it('tells a category of one group from the floor on that the operator set', async () => {
  expect(await totals(3)).toMatchObject({ accepted: 4, byCategory: [{ code: 'ads', count: 4 }] })
  expect(await totals(5)).toMatchObject({ accepted: 4, byCategory: [] })
})

import { createUnitTree } from '@guanlan/analytics/unit-tree'
import { expect, it } from 'vitest'
import { createLocalTime } from '../lib/local-day.ts'
import { createFigures, type FigureDeps, type SourceFigure } from './figures.ts'

const NOW = Date.parse('2026-11-21T12:20:00+08:00')
const QUIET = Date.parse('2026-11-21T12:16:42.123+08:00')
const QUARTER = Date.parse('2026-11-21T12:15:00+08:00')

const source = (name: string, state: SourceFigure['state'], lastSeenAt: number | null): SourceFigure => ({
  ...{ source: name, unitIds: ['city'], state, lastSeenAt },
  ...{ perMinute: 29, rejectedToday: 0, correctsUnknown: 0 },
})

function freshness(sources: SourceFigure[], backlog: number) {
  const figures = createFigures({
    directory: {
      root: 'city',
      tree: createUnitTree([{ unitId: 'city', parentId: null, fromDay: '2000-01-01', toDay: null }]),
    },
    ...{ time: createLocalTime('Asia/Shanghai'), clock: { now: () => NOW } },
    ...{ sources: () => sources, backlog: () => backlog },
  } as unknown as FigureDeps)
  return figures.freshness({ kind: 'org' })
}

it('tells when a source was last heard only once it is quiet, and by the quarter of an hour', async () => {
  const [live, quiet] = [source('a', 'live', NOW - 1_234), source('b', 'quiet', QUIET)]
  const both = await freshness([live, quiet], 0)
  expect(both.lastAcceptedAt).toBeNull()
  expect(both.sources.map(({ lastSeenAt }) => lastSeenAt)).toEqual([null, QUARTER])
  expect((await freshness([quiet, source('c', 'silent', QUIET - 3_600_000)], 0)).lastAcceptedAt).toBe(QUARTER)
  expect((await freshness([source('d', 'never', null)], 0)).lastAcceptedAt).toBeNull()
})

it('tells no backlog of less than 500, and rates in tens', async () => {
  expect((await freshness([], 499)).backlog).toBe(0)
  const { backlog, sources } = await freshness([source('a', 'live', NOW)], 5_321)
  expect([backlog, sources[0]?.perMinute]).toEqual([5_000, 20])
})

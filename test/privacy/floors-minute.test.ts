import { createLocalTime } from '@guanlan/server/lib/local-day'
import { createFigures, type FigureDeps } from '@guanlan/server/live/figures'
import { createPanels } from '@guanlan/server/live/panels/registry'
import { expect, it } from 'vitest'
import { openTestClickHouse, storeMessages } from '../helpers/clickhouse.ts'
import { allocateDay, directoryOf, makeOrganisation, storeAllocation } from '../helpers/organisation.ts'

const time = createLocalTime('Asia/Shanghai')
const DAY = '2027-03-09'
const MINUTE = Date.parse(`${DAY}T14:37:00+08:00`)

it('a group shows full minutes only, its unit the running one too', async () => {
  const { clickhouse, close } = await openTestClickHouse()
  try {
    const organisation = makeOrganisation([{ id: 'root', parentId: null }], [{ id: 'g', unitId: 'root' }])
    const people = new Map([['g', new Set(Array.from({ length: 12 }, (_, person) => `p${person}`))]])
    await storeAllocation(clickhouse, organisation, {
      day: DAY,
      allocation: allocateDay(organisation, DAY, people, new Map()),
      version: 1,
    })
    const messages = [0, 0, 1, 2, 2, 2].map((minutesAgo, id) => ({
      id,
      minute: MINUTE - minutesAgo * 60_000,
      hour: time.hourStart(MINUTE),
      day: DAY,
      groupId: 'g',
      unitId: 'root',
      tier: 'conduct',
      category: 'ads',
      decision: 'warned',
    }))
    await storeMessages(clickhouse, messages, 'minute')
    const clock = { now: () => MINUTE + 42_000 }
    const directory = { ...directoryOf(organisation), taxonomy: { get: () => ({ tier: 'conduct' }) } }
    const panels = createPanels(
      createFigures({
        clickhouse,
        directory: directory as unknown as FigureDeps['directory'],
        time,
        clock,
        people: { group: () => 12, unit: () => 12 },
        pulse: { perSecond: () => [] },
        sources: () => [],
        backlog: () => 0,
        words: () => ({ state: 'ready', warmMinutes: 30, releasedAt: null, from: null, to: null, rows: [] }),
        decideWithinMs: 1,
        peopleFloor: 10,
        categoryFloor: 3,
      }),
    )
    const group = { scope: { kind: 'group', id: 'g' }, range: 'hour', now: MINUTE } as const
    const unit = { scope: { kind: 'org' }, range: 'hour', now: clock.now() } as const
    expect(await panels.pulse.read(group)).toMatchObject({ messagesToday: 4, actedToday: 4, perSecond: null })
    expect(await panels.pulse.read(unit)).toMatchObject({ messagesToday: 6, actedToday: 6 })
    // The quarter that is running is no gap yet: that somebody wrote in it must not be what shows it.
    expect((await panels.trend.read(group))?.messages.slice(-8)).toEqual([null, 0, 0, 0, 0, 0, 3, 1])
    expect((await panels.trend.read(unit))?.messages.slice(-3)).toEqual([3, 1, 2])
    expect((await panels.categories.read(group))?.rows).toMatchObject([{ code: 'ads', count: 4 }])
    expect((await panels.categories.read(unit))?.rows).toMatchObject([{ code: 'ads', count: 6 }])
    expect(await panels.units.read(group)).toBeNull()
    expect(await panels.words.read(group)).toBeNull()
  } finally {
    await close()
  }
})

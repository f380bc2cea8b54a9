import { createCounting } from '@guanlan/analytics/queries/counted'
import { readGroupDays } from '@guanlan/analytics/queries/group-days'
import { readModerationPeriods } from '@guanlan/analytics/queries/moderation-periods'
import { readRecentDelay } from '@guanlan/analytics/queries/recent-delay'
import { readTotals } from '@guanlan/analytics/queries/totals'
import { createVisibilityBook } from '@guanlan/analytics/queries/visibility-book'
import type { Read } from '@guanlan/analytics/queries/read'
import type { Scope } from '@guanlan/contract/scope'
import { readHarmBook } from '@guanlan/server/insight/harm-hours'
import type { ClickHouse } from '@guanlan/server/ports/clickhouse'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestClickHouse } from '../helpers/clickhouse.ts'
import {
  fill,
  GROUPS,
  HOUR,
  NOW,
  organisation,
  TIERS,
  time,
  TODAY,
  type Filled,
} from '../helpers/fortnight.ts'
import { directoryOf } from '../helpers/organisation.ts'

// What a reader may learn of one group, asked of every figure that could be turned into one group's.
let clickhouse: ClickHouse
let close: () => Promise<void>
const read: Read = (sql, params) => clickhouse.query(sql, params, { lane: 'reader', timeoutSeconds: 10 })
const directory = directoryOf(organisation)
const LIMITS = { categoryFloor: 3, care: Object.keys(TIERS).filter((code) => TIERS[code] === 'care') }
const book = () => createVisibilityBook({ read, now: () => NOW, isRecent: () => true })
const counting = () => createCounting(() => directory, book())

beforeAll(async () => void ({ clickhouse, close } = await openTestClickHouse()))
afterAll(() => close())

/** Twenty-five people in each of the groups named, thirty allowed messages each, and these besides, by group. */
function world(more: Record<string, readonly string[]>, overturned = false): Promise<Filled> {
  const plain = Object.keys(more).flatMap((group) =>
    Array.from({ length: 30 }, (_, i) => ({ group, category: '', i, overturned: false })),
  )
  const acted = Object.entries(more).flatMap(([group, codes]) =>
    codes.map((category, i) => ({ group, category, i, overturned })),
  )
  return fill(clickhouse, {
    sizes: GROUPS.map((group) => (more[group] === undefined ? 0 : 25)),
    messages: [...plain, ...acted].map(({ group, category, i, overturned: back }) => ({
      ...{ group: GROUPS.indexOf(group), person: i, minutesAgo: 5 + i, category, overturned: back },
    })),
  })
}
const times = (count: number, code: string) => Array.from({ length: count }, () => code)

describe('group health', () => {
  const health = async () => {
    const days = { firstDay: TODAY, lastDay: TODAY }
    const { care } = LIMITS
    const [day] = await readGroupDays(read, await counting().atGroup('g1', [TODAY]), days, care)
    return day
  }

  it('is the same with a sign of distress as with an ordinary message, also when it was taken back', async () => {
    await world({ g1: [...times(3, 'ads'), ''], g2: [] })
    const without = await health()
    expect(without).toMatchObject({ messages: 34, acted: 3, overturned: 0 })
    await world({ g1: [...times(3, 'ads'), 'self-harm.concern'], g2: [] })
    expect(await health()).toEqual(without)
    await world({ g1: ['', 'self-harm.concern'], g2: [] }, true)
    expect(await health()).toMatchObject({ acted: 0, overturned: 0 })
  })
})

describe('a unit that shows one group only', () => {
  const more = {
    ...{ g1: times(2, 'leak.privacy'), g2: times(1, 'fraud') },
    g6: [
      ...times(4, 'leak.privacy'),
      ...times(4, 'fraud'),
      ...times(5, 'ads'),
      ...times(2, 'self-harm.concern'),
    ],
  }
  const unit = (id: string): Scope => ({ kind: 'unit', id })

  it('shows what the group would, and its parent no more than the sum of the others and that', async () => {
    const filled = await world(more)
    const shown = async (scope: Scope) => {
      const panel = await filled.read('categories', scope)
      return { rows: panel?.rows.map(({ code, count }) => `${code} ${count}`), care: panel?.care }
    }
    const alone = { rows: ['ads 5'], care: null }
    expect(await shown({ kind: 'group', id: 'g6' })).toEqual(alone)
    expect(await shown(unit('d'))).toEqual(alone)
    expect(await shown(unit('b'))).toEqual({ rows: ['leak.privacy 2', 'fraud 1'], care: 0 })
    expect(await shown({ kind: 'org' })).toEqual({ rows: ['ads 5', 'leak.privacy 2', 'fraud 1'], care: 0 })
    const ofUnit = await filled.read('decisions', unit('d'))
    expect(ofUnit).toEqual(await filled.read('decisions', { kind: 'group', id: 'g6' }))
    const corrections = await filled.read('corrections', unit('d'))
    expect(corrections?.rows.map(({ code }) => code).sort()).toEqual(['ads'])
  })

  it('still does when another group is placed through the people of yesterday and has not written yet', async () => {
    const codes = [...times(4, 'leak.privacy'), ...times(5, 'ads'), ...times(2, 'self-harm.concern')]
    const says = (name: string, minutesAgo: number, of: readonly string[]) =>
      of.map((category, i) => ({
        ...{ group: GROUPS.indexOf(name), person: i, minutesAgo: minutesAgo + i },
        ...{ category, overturned: false },
      }))
    const plain = times(30, '')
    const filled = await fill(clickhouse, {
      sizes: GROUPS.map(() => 25),
      messages: [
        ...says('g6', 1440, plain),
        ...says('g7', 1440, plain),
        ...says('g6', 60, plain),
        ...says('g6', 20, codes),
      ],
    })
    expect(filled.allocations.get(TODAY)?.get('g7')).toEqual({ own: true, shownAt: 'd', active: false })
    const panel = await filled.read('categories', unit('d'))
    expect(panel?.rows.map(({ code, count }) => `${code} ${count}`)).toEqual(['ads 5'])
    const counted = await counting().atUnit('root', [TODAY])
    const totals = await readTotals(read, counted, { from: TODAY, to: TODAY }, LIMITS)
    expect(totals.byCategory).toEqual([{ code: 'ads', count: 5 }])
    expect(totals.byTier).toMatchObject({ care: 0, illegal: 4 })
  })

  it('is no way round in marks of a changed upstream', async () => {
    const { care } = LIMITS
    const of = async (id: string) => {
      const counted = await counting().atUnit(id, [TODAY])
      const periods = await readModerationPeriods(read, counted, { from: TODAY, to: TODAY }, care)
      const sum = (key: 'acted' | 'overturned') => periods.reduce((total, each) => total + each[key], 0)
      const codes = [...new Set(periods.flatMap(({ byCategory }) => Object.keys(byCategory)))].sort()
      return { acted: sum('acted'), overturned: sum('overturned'), codes }
    }
    await world(more)
    expect(await of('d')).toEqual({ acted: 13, overturned: 0, codes: [] })
    expect(await of('root')).toEqual({ acted: 16, overturned: 0, codes: ['fraud', 'leak.privacy'] })
    await world(more, true)
    expect((await of('d')).overturned).toBe(13)
  })

  it('is no way round in totals', async () => {
    await world(more)
    const totals = async (id: string) =>
      readTotals(read, await counting().atUnit(id, [TODAY]), { from: TODAY, to: TODAY }, LIMITS)
    const of = await totals('d')
    expect(of.byCategory.map(({ code }) => code)).toEqual(['ads'])
    expect(of.byTier).toEqual({ care: 0, illegal: 8, harmful: 0, conduct: 5 })
    expect(of.byDecision).toMatchObject({ allowed: 32, removed: 13 })
    expect((await totals('root')).byCategory).toContainEqual({ code: 'leak.privacy', count: 2 })
    // Signs of distress that were taken back are not among what was corrected.
    await world(more, true)
    expect((await totals('d')).corrected).toBe(13)
  })
})

describe('what enters risk', () => {
  it('leaves out what names no harm, in counts and in times to decision, and takes of a group what it tells', async () => {
    await world({
      g1: [...times(7, 'offtopic'), ...times(3, 'fraud'), ...times(2, 'ads'), ...times(1, 'leak.privacy')],
      g2: times(4, 'vulgar'),
    })
    const harm = await readHarmBook({ read, book: book(), directory, time, categoryFloor: 3 }, NOW)
    const of = (scope: string) => {
      const hours = harm.scopes.get(scope)
      return {
        acted: hours?.acted.reduce((sum, count) => sum + count, 0),
        recent: [...(hours?.recent ?? [])].sort(),
        delays: hours?.delays.reduce((sum, count) => sum + count, 0),
      }
    }
    // Two advertisements are fewer than three, and three frauds would tell the leak of privacy beside them.
    expect(of('group:g1')).toEqual({ acted: 4, recent: [], delays: 6 })
    expect(of('unit:b')).toEqual({
      acted: 10,
      recent: [
        ...[
          ['ads', 2],
          ['fraud', 3],
        ],
        ...[
          ['leak.privacy', 1],
          ['vulgar', 4],
        ],
      ],
      delays: 10,
    })
    const rows = await readRecentDelay(read, { from: NOW - 2 * HOUR, firstDay: TODAY, lastDay: TODAY })
    expect(rows.reduce((sum, { events }) => sum + events, 0)).toBe(10)
  })
})

import fc from 'fast-check'
import { createUnitTree } from '@guanlan/analytics/unit-tree'
import type { Allocation, Shown } from '@guanlan/analytics/privacy/visibility'
import { describe, expect, it } from 'vitest'
import { createLocalTime } from '../lib/local-day.ts'
import { createPeople } from './people.ts'
import { createPeopleDay } from './people-day.ts'
import type { PeopleCount, PeopleStore } from './people-store.ts'
import { createPseudonyms } from './pseudonyms.ts'

const time = createLocalTime('Asia/Shanghai')
const DAY = 86_400_000
const EVENING = Date.parse('2026-11-21T23:50:00+08:00')

const tree = createUnitTree([
  { unitId: 'city', parentId: null, fromDay: '2000-01-01', toDay: null },
  { unitId: 'north', parentId: 'city', fromDay: '2000-01-01', toDay: null },
  { unitId: 'south', parentId: 'city', fromDay: '2000-01-01', toDay: null },
])
const GROUPS: Record<string, string> = { 'g-1': 'north', 'g-2': 'north', 'g-3': 'south', 'g-4': 'south' }
const directory = {
  tree,
  unitOf: (groupId: string) => GROUPS[groupId],
  groupsOf: (units: readonly string[]) =>
    Object.keys(GROUPS).filter((id) => units.includes(GROUPS[id] ?? '')),
}

/** The tables in memory: of two counts the larger stands, of two decisions the newer. */
function createTables() {
  const counts = new Map<string, number>()
  const shown = new Map<string, Map<string, Shown>>()
  const key = (day: string, { kind, id, period, start }: Omit<PeopleCount, 'people'>) =>
    `${day} ${kind}:${id} ${period} ${start}`
  const store: PeopleStore = {
    dayCounts: (day) =>
      Promise.resolve(
        new Map(
          [...counts].flatMap(([name, people]) => {
            const match = name.startsWith(day) ? /^\S+ (\S+) day /.exec(name) : null
            return match?.[1] === undefined ? [] : [[match[1], people] as const]
          }),
        ),
      ),
    visibility: (day): Promise<Allocation> => Promise.resolve(new Map(shown.get(day))),
    writeCounts: (day, list) => {
      for (const count of list)
        counts.set(key(day, count), Math.max(count.people, counts.get(key(day, count)) ?? 0))
      return Promise.resolve()
    },
    writeVisibility: (day, changed) => {
      const table = shown.get(day) ?? new Map<string, Shown>()
      for (const { groupId, shown: one } of changed) table.set(groupId, one)
      shown.set(day, table)
      return Promise.resolve()
    },
  }
  return {
    store,
    counts,
    shown,
    of: (day: string, kind: 'group' | 'unit', id: string, period: 'hour' | 'day', start: number) =>
      counts.get(key(day, { kind, id, period, start })),
  }
}

function open(tables = createTables(), start = EVENING) {
  let now = start
  let salts = 0
  const people = createPeople({
    ...{ store: tables.store, directory, clock: { now: () => now }, time, floor: 10 },
    randomBytes: (length) => new Uint8Array(length).fill((salts += 1)),
  })
  const see = (group: string, sender: string, at = now) =>
    people.observe({
      day: time.dayOf(at),
      hourStart: time.hourStart(at),
      groupId: group,
      unitId: GROUPS[group] ?? '',
      sender,
    })
  return { people, tables, see, move: (ms: number) => void (now += ms), at: () => now }
}
const crowd = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `u-${from + i}`)

describe('sets of active people', () => {
  it('count exactly, for any groups and hours', () => {
    const entry = fc.tuple(fc.nat(5), fc.nat(60), fc.nat(24))
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 400 }),
        fc.subarray([0, 1, 2, 3, 4, 5]),
        fc.nat(24),
        (entries, asked, hour) => {
          const day = createPeopleDay()
          for (const [group, person, at] of entries) day.add(`g-${group}`, person, at)
          const inGroups = entries.filter(([group]) => asked.includes(group))
          const names = asked.map((group) => `g-${group}`)
          const distinct = new Set(inGroups.map(([, person]) => person)).size
          const inHour = new Set(inGroups.filter(([, , at]) => at === hour).map(([, person]) => person)).size
          return (
            day.distinct(names) === distinct &&
            day.distinctInHour(names, hour) === inHour &&
            day.distinct(names, 3) === Math.min(3, distinct)
          )
        },
      ),
    )
  })
})

describe('pseudonyms', () => {
  it('change with the local day and cannot be joined over it', () => {
    const { people } = open()
    const today = people.pseudonym('u-1', '2026-11-21')
    expect(people.pseudonym('u-1', '2026-11-21')).toBe(today)
    expect(people.pseudonym('u-2', '2026-11-21')).not.toBe(today)
    expect(people.pseudonym('u-1', '2026-11-22')).not.toBe(today)
  })

  it('are hashed again under a new salt once their day is dropped', () => {
    let salts = 0
    const pseudonyms = createPseudonyms((length) => new Uint8Array(length).fill((salts += 1)))
    const before = pseudonyms.pseudonym('u-1', '2026-11-21')
    pseudonyms.drop('2026-11-21')
    expect(pseudonyms.days()).toEqual([])
    expect(pseudonyms.pseudonym('u-1', '2026-11-21')).not.toBe(before)
  })
})

describe('people of a day', () => {
  it('of a unit are told of the groups that count there: a hidden group moves nothing', async () => {
    const { people, see, move } = open()
    for (const sender of crowd(0, 12)) see('g-1', sender)
    for (const sender of crowd(10, 24)) see('g-3', sender)
    await people.tick()
    const told = () => ['city', 'north', 'south'].map((unit) => people.today().shownPeople(unit))
    expect(told()).toEqual([24, 12, 14])
    for (const sender of crowd(100, 105)) see('g-2', sender)
    move(5_000)
    await people.tick()
    expect(people.today().visibility.get('g-2')?.shownAt).toBe('')
    expect(people.today().people('unit', 'north')).toBe(17)
    expect(told()).toEqual([24, 12, 14])
    // It counts where it comes to count: five more and it may be shown alone.
    for (const sender of crowd(105, 110)) see('g-2', sender)
    move(5_000)
    await people.tick()
    expect(told()).toEqual([34, 22, 14])
  })

  it('decides who may be shown as people come', async () => {
    const { people, see, tables } = open()
    for (const sender of crowd(0, 9)) see('g-1', sender)
    for (const sender of crowd(0, 4)) see('g-2', sender)
    await people.tick()
    expect(people.today().visibility.get('g-1')?.own ?? false).toBe(false)
    // Kept is only that they were there: after a kill neither may pass for a silent group.
    const nowhere = { own: false, shownAt: '', active: true }
    expect([...(tables.shown.get('2026-11-21')?.values() ?? [])]).toMatchObject([nowhere, nowhere])
    const more = open(tables)
    for (const sender of crowd(0, 12)) more.see('g-1', sender)
    await more.people.tick()
    expect(more.people.today().visibility.get('g-1')).toEqual({ own: true, shownAt: 'north', active: true })
    expect(more.people.qualifyingGroups('city')).toBe(1)
    expect(more.people.today().people('unit', 'city')).toBe(12)
  })

  it('changes salt and day at local midnight, and closes the day before', async () => {
    const { people, see, move, tables, at } = open()
    for (const sender of crowd(0, 12)) see('g-1', sender)
    await people.tick()
    move(9 * 60_000 + 59_000)
    const last = people.pseudonym('u-1', people.today().day)
    see('g-1', 'u-90')
    expect(people.today().day).toBe('2026-11-21')
    move(1_000)
    expect(people.today().day).toBe('2026-11-22')
    expect(people.pseudonym('u-1', people.today().day)).not.toBe(last)
    for (const sender of crowd(0, 3)) see('g-1', sender)
    await people.tick()
    move(4_000)
    await people.tick()
    const start = time.dayStart('2026-11-21')
    expect(tables.of('2026-11-21', 'group', 'g-1', 'day', start)).toBe(13)
    expect(tables.of('2026-11-21', 'unit', 'city', 'hour', start + 23 * 3_600_000)).toBe(13)
    expect(people.today().people('group', 'g-1')).toBe(3)
    // Three people today, thirteen yesterday: the group qualifies by the previous complete day.
    expect(people.today().visibility.get('g-1')?.own).toBe(true)
    move(11 * 60_000)
    await people.tick()
    expect(people.stats().days).toBe(1)
    expect(time.dayOf(at())).toBe('2026-11-22')
  })

  it('keeps the larger count over a restart, and what was shown stays shown', async () => {
    const first = open()
    for (const sender of crowd(0, 15)) first.see('g-1', sender)
    await first.people.settle()
    const second = open(first.tables, EVENING + 60_000)
    for (const sender of crowd(0, 4)) second.see('g-1', sender)
    await second.people.settle()
    expect(second.people.today().people('group', 'g-1')).toBe(15)
    expect(second.people.today().visibility.get('g-1')?.own).toBe(true)
    for (const sender of crowd(0, 20)) second.see('g-1', sender)
    await second.people.settle()
    expect(first.tables.of('2026-11-21', 'group', 'g-1', 'day', time.dayStart('2026-11-21'))).toBe(20)
  })

  it('closes days of an import the same way, oldest first, each with the day before it', async () => {
    const { people, see, tables } = open()
    const days = [3, 2, 1].map((back) => EVENING - back * DAY)
    for (const sender of crowd(0, 12)) see('g-3', sender, days[0])
    for (const sender of crowd(0, 2)) see('g-3', sender, days[1])
    for (const sender of crowd(0, 2)) see('g-3', sender, days[2])
    await people.settle()
    const shown = days.map((at) => tables.shown.get(time.dayOf(at))?.get('g-3')?.own ?? false)
    expect(shown).toEqual([true, true, false])
  })

  it('tries again what could not be written', async () => {
    const tables = createTables()
    const real = tables.store.writeCounts
    let failing = true
    tables.store.writeCounts = (day, counts) =>
      failing ? Promise.reject(new Error('away')) : real(day, counts)
    const { people, see } = open(tables)
    for (const sender of crowd(0, 11)) see('g-1', sender)
    await expect(people.settle()).rejects.toThrow('away')
    failing = false
    await people.settle()
    expect(tables.of('2026-11-21', 'group', 'g-1', 'day', time.dayStart('2026-11-21'))).toBe(11)
    expect(
      tables.of('2026-11-21', 'group', 'g-1', 'hour', time.dayStart('2026-11-21') + 23 * 3_600_000),
    ).toBe(11)
  })
})

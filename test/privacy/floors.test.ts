import type { Allocation } from '@guanlan/analytics/privacy/visibility'
import type { Categories, PanelData, PanelName } from '@guanlan/contract/panels'
import { parseScope, type Range, type Scope } from '@guanlan/contract/scope'
import { isSensitiveCategory } from '@guanlan/contract/taxonomy'
import { createLocalTime } from '@guanlan/server/lib/local-day'
import { createFigures, type FigureDeps } from '@guanlan/server/live/figures'
import { createPanels } from '@guanlan/server/live/panels/registry'
import type { Panels } from '@guanlan/server/live/panel'
import type { ClickHouse } from '@guanlan/server/ports/clickhouse'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestClickHouse, storeMessages, type StoredMessage } from '../helpers/clickhouse.ts'
import {
  allocateDay,
  directoryOf,
  makeOrganisation,
  storeAllocation,
  unionOf,
  type Organisation,
} from '../helpers/organisation.ts'

const time = createLocalTime('Asia/Shanghai')
/** A Tuesday, 14:37 local time. */
const NOW = Date.parse('2027-03-09T14:37:20+08:00')
const TODAY = '2027-03-09'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const TIERS: Record<string, string> = {
  'self-harm.concern': 'care',
  fraud: 'illegal',
  'leak.privacy': 'illegal',
  'minors.unsafe': 'harmful',
  vulgar: 'harmful',
  ads: 'conduct',
  offtopic: 'conduct',
}

/** root > a(b, c), d; small and large groups in each. */
const organisation: Organisation = makeOrganisation(
  [
    { id: 'root', parentId: null },
    { id: 'a', parentId: 'root' },
    { id: 'b', parentId: 'a' },
    { id: 'c', parentId: 'a' },
    { id: 'd', parentId: 'root' },
  ],
  [
    ...['g1', 'g2', 'g3'].map((id) => ({ id, unitId: 'b' })),
    ...['g4', 'g5'].map((id) => ({ id, unitId: 'c' })),
    ...['g6', 'g7'].map((id) => ({ id, unitId: 'd' })),
    { id: 'g8', unitId: 'a' },
    { id: 'g9', unitId: 'root' },
  ],
)
const UNITS = organisation.units.map((unit) => unit.id)
const GROUPS = organisation.groups.map((group) => group.id)
const leafOf = new Map(organisation.groups.map((group) => [group.id, group.unitId]))

interface Message {
  group: string
  person: string
  at: number
  category: string
  overturned: boolean
}

/** One random fortnight: a size for each group decides how many people speak in it. */
const fortnight = fc.record({
  sizes: fc.array(fc.constantFrom(0, 1, 3, 6, 12, 25), {
    minLength: GROUPS.length,
    maxLength: GROUPS.length,
  }),
  messages: fc.array(
    fc.record({
      group: fc.nat(GROUPS.length - 1),
      person: fc.nat(24),
      minutesAgo: fc.oneof(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 26 * 60 }),
        fc.integer({ min: 7 * 24 * 60 - 800, max: 7 * 24 * 60 + 1500 }),
      ),
      category: fc.constantFrom('', '', '', ...Object.keys(TIERS)),
      overturned: fc.boolean(),
    }),
    { minLength: 150, maxLength: 400 },
  ),
})

/** Scopes of each kind that showed something today and were compared. */
const compared = { org: 0, unit: 0, group: 0 }

let clickhouse: ClickHouse
let close: () => Promise<void>
let run = 0
let panels: Panels
let messages: Message[]
let allocations: Map<string, Allocation>
let people: Map<string, Map<string, Set<string>>>

beforeAll(async () => void ({ clickhouse, close } = await openTestClickHouse()))
afterAll(() => close())

/** Empties the store, then fills it with messages and with what the real allocation makes of their people. */
async function fill(sample: {
  sizes: number[]
  messages: { group: number; person: number; minutesAgo: number; category: string; overturned: boolean }[]
}) {
  for (const table of [
    'decision_raw',
    'minute_unit',
    'hour_group',
    'hour_first',
    'hour_source',
    'hour_delay',
    'group_visibility',
  ]) {
    await clickhouse.command(`TRUNCATE TABLE ${table}`)
  }
  run += 1
  messages = sample.messages.flatMap(({ group, person, minutesAgo, category, overturned }) => {
    const size = sample.sizes[group] ?? 0
    if (size === 0) return []
    // People of a unit overlap a little between its groups, as they do.
    return [
      {
        group: GROUPS[group] ?? '',
        person: `p${(person % size) + (group % 4) * 8}`,
        at: NOW - minutesAgo * MINUTE,
        category,
        overturned,
      },
    ]
  })
  people = new Map()
  for (const message of messages) {
    const day = time.dayOf(message.at)
    const ofDay = people.get(day) ?? new Map<string, Set<string>>()
    people.set(day, ofDay)
    ofDay.set(message.group, (ofDay.get(message.group) ?? new Set()).add(message.person))
  }
  await storeMessages(clickhouse, messages.flatMap(rowsOf), `m.${Date.now()}.${run}`)
  allocations = new Map()
  for (const day of [...people.keys()].sort()) {
    const allocation = allocateDay(
      organisation,
      day,
      people.get(day) ?? new Map(),
      people.get(time.addDays(day, -1)) ?? new Map(),
    )
    allocations.set(day, allocation)
    await storeAllocation(clickhouse, organisation, { day, allocation, version: Date.now() + run })
  }
  panels = createPanels(createFigures(depsOf()))
}

/** A correction is a signed pair in the original's buckets, as the writer makes it. */
function rowsOf(message: Message, index: number): StoredMessage[] {
  const decision = message.category === '' ? 'allowed' : 'removed'
  const row: StoredMessage = {
    id: run * 100_000 + index,
    minute: Math.floor(message.at / MINUTE) * MINUTE,
    hour: time.hourStart(message.at),
    day: time.dayOf(message.at),
    groupId: message.group,
    unitId: leafOf.get(message.group) ?? '',
    tier: TIERS[message.category] ?? 'none',
    category: message.category,
    decision,
  }
  if (!message.overturned || message.category === '') return [row]
  const first = { firstDecision: decision, firstCategory: message.category }
  return [
    row,
    { ...row, ...first, sign: -1 },
    {
      ...row,
      ...first,
      tier: 'none',
      category: '',
      decision: 'allowed',
      decidedBy: 'human',
      revision: message.at + HOUR,
    },
  ]
}

function depsOf(): FigureDeps {
  const today = () => people.get(TODAY) ?? new Map<string, Set<string>>()
  return {
    clickhouse,
    directory: {
      ...directoryOf(organisation),
      taxonomy: { get: (code: string) => ({ tier: TIERS[code] }) },
    } as unknown as FigureDeps['directory'],
    time,
    clock: { now: () => NOW },
    people: {
      group: (id) => unionOf(today(), [id]),
      unit: (id) =>
        unionOf(today(), directoryOf(organisation).groupsOf(organisation.tree.subtreeOn(id, TODAY))),
    },
    pulse: { perSecond: (groups) => [[...groups].length] },
    sources: () => [],
    backlog: () => 0,
    words: () => ({ state: 'warming_up', warmMinutes: 0, releasedAt: null, from: null, to: null, rows: [] }),
    decideWithinMs: 600_000,
    categoryFloor: 3,
  }
}

function read<P extends PanelName>(
  panel: P,
  scope: Scope,
  range: Range = 'day',
): Promise<PanelData[P] | null> {
  return panels[panel].read({ scope, range, now: NOW }) as Promise<PanelData[P] | null>
}

/** Brute force: does this message count at this scope? */
function counts(message: Message, scope: Scope): boolean {
  const day = time.dayOf(message.at)
  const shown = allocations.get(day)?.get(message.group)
  if (shown === undefined) return false
  if (scope.kind === 'group') return message.group === scope.id && shown.own
  const unit = scope.kind === 'org' ? 'root' : scope.id
  return organisation.tree.subtreeOn(unit, day).includes(shown.shownAt)
}
const finalTier = (message: Message) => (message.overturned ? 'none' : (TIERS[message.category] ?? 'none'))
const isViolation = (message: Message) => ['illegal', 'harmful', 'conduct'].includes(finalTier(message))

const SCOPES: Scope[] = [
  { kind: 'org' },
  ...UNITS.map((id) => ({ kind: 'unit' as const, id })),
  ...GROUPS.map((id) => ({ kind: 'group' as const, id })),
]

describe('figures of random fortnights, against a brute-force count', () => {
  it('count exactly what the floors allow, at every scope and in every panel', async () => {
    await fc.assert(
      fc.asyncProperty(fortnight, async (sample) => {
        await fill(sample)
        for (const scope of SCOPES) await checkScope(scope)
      }),
      { numRuns: 8, seed: 20270309, endOnFailure: true },
    )
    // Otherwise hiding everything would pass.
    expect(compared.unit).toBeGreaterThan(20)
    expect(compared.group).toBeGreaterThan(3)
  }, 180_000)
})

async function checkScope(scope: Scope): Promise<void> {
  const counted = messages.filter((message) => counts(message, scope))
  const today = counted.filter((message) => time.dayOf(message.at) === TODAY)
  const weekAgo = NOW - 7 * 24 * HOUR
  const before = counted.filter(
    (message) =>
      message.at >= time.dayStart('2027-03-02') && message.at < Math.floor(weekAgo / MINUTE) * MINUTE,
  )
  const shownToday = [...(allocations.get(TODAY)?.keys() ?? [])].some((group) =>
    counts({ group, at: NOW, person: '', category: '', overturned: false }, scope),
  )

  const pulse = await read('pulse', scope)
  expect(pulse === null).toBe(!shownToday)
  if (pulse !== null) {
    compared[scope.kind] += 1
    expect(pulse).toMatchObject({ messagesToday: today.length, actedToday: today.filter(isViolation).length })
    expect(pulse.messagesLastWeek ?? 0).toBe(before.length)
    expect(pulse.perSecond === null).toBe(scope.kind === 'group')
  }
  await checkTrend(scope, counted)
  await checkRollups(scope, counted)
  await checkCategories(scope, counted)
}

async function checkTrend(scope: Scope, counted: Message[]): Promise<void> {
  for (const range of ['hour', 'day', 'week'] as const) {
    const trend = await read('trend', scope, range)
    if (trend === null) continue
    const step = trend.stepSeconds * 1000
    trend.points.forEach((point, index) => {
      const inStep = counted.filter((message) => Math.floor((message.at - trend.from) / step) === index)
      const tiers = { illegal: 0, harmful: 0, conduct: 0 }
      for (const message of inStep.filter(isViolation)) tiers[finalTier(message) as keyof typeof tiers] += 1
      if (point === null) expect(inStep).toEqual([])
      else expect([index, point, trend.messages[index]]).toEqual([index, tiers, inStep.length])
      const lastWeek = counted.filter(
        (message) => Math.floor((message.at + 7 * 24 * HOUR - trend.from) / step) === index,
      )
      expect(trend.lastWeek[index] ?? 0).toBe(lastWeek.filter(isViolation).length)
    })
  }
}

async function checkRollups(scope: Scope, counted: Message[]): Promise<void> {
  const trend = await read('trend', scope)
  const [decisions, delay, corrections] = [
    await read('decisions', scope),
    await read('delay', scope),
    await read('corrections', scope),
  ]
  if (trend === null || decisions === null || delay === null || corrections === null) return
  const from = time.hourStart(trend.from)
  const inHours = counted.filter((message) => message.at >= from)
  const acted = inHours.filter(
    (message) => finalTier(message) !== 'none' && (scope.kind !== 'group' || isViolation(message)),
  )
  expect(decisions).toMatchObject({
    allowed: inHours.length - acted.length,
    removed: acted.length,
    warned: 0,
    restricted: 0,
  })
  expect(decisions.automated + decisions.human).toBe(inHours.length)
  expect(delay.rows[0]).toMatchObject({ tier: 'all', count: inHours.filter(isViolation).length })
  const first = inHours.filter((message) => message.category !== '' && TIERS[message.category] !== 'care')
  expect(corrections).toMatchObject({
    acted: first.length,
    overturned: first.filter((message) => message.overturned).length,
  })
  if (scope.kind === 'group')
    for (const row of corrections.rows)
      expect([row.acted >= 3, isSensitiveCategory(row.code)]).toEqual([true, false])
}

async function checkCategories(scope: Scope, counted: Message[]): Promise<void> {
  const trend = await read('trend', scope)
  const categories = await read('categories', scope)
  if (trend === null || categories === null) return
  const inRange = counted.filter((message) => message.at >= trend.from)
  const exact = new Map<string, number>()
  for (const message of inRange.filter(isViolation))
    exact.set(message.category, (exact.get(message.category) ?? 0) + 1)
  for (const row of categories.rows) expect(row.count).toBe(exact.get(row.code))
  const shown = categories.rows.reduce((sum, row) => sum + row.count, 0)
  expect(categories.notShown).toBe(inRange.filter(isViolation).length - shown)
  if (scope.kind !== 'group') {
    expect(categories.rows).toHaveLength(exact.size)
    expect(categories.care).toBe(inRange.filter((message) => finalTier(message) === 'care').length)
  } else expectCovered(categories, exact)
}

/** At group scope nothing sensitive is shown, nothing below three, and no tier hides sensitive events alone beside shown ones. */
function expectCovered(categories: Categories, exact: ReadonlyMap<string, number>): void {
  expect(categories.care).toBeNull()
  for (const row of categories.rows)
    expect([row.count >= 3, isSensitiveCategory(row.code), row.tier === 'care']).toEqual([true, false, false])
  for (const tier of ['illegal', 'harmful', 'conduct']) {
    const hidden = [...exact].filter(
      ([code]) => TIERS[code] === tier && !categories.rows.some((row) => row.code === code),
    )
    const sensitive = hidden
      .filter(([code]) => isSensitiveCategory(code))
      .reduce((sum, [, count]) => sum + count, 0)
    const cover = hidden.reduce((sum, [, count]) => sum + count, 0) - sensitive
    if (categories.rows.some((row) => row.tier === tier)) expect(sensitive).toBeLessThanOrEqual(cover)
  }
}

describe('parent and children', () => {
  it('differ by a pool of at least 10 people in two groups, or by nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fortnight, async (sample) => {
        await fill(sample)
        for (const unit of UNITS) {
          const scope = parseScope(`unit:${unit}`) as Scope
          const units = await read('units', scope)
          const decisions = await read('decisions', scope)
          if (units === null || decisions === null) continue
          const total = decisions.allowed + decisions.removed
          expect(units.rows.reduce((sum, row) => sum + row.messages, 0)).toBe(total)
          const names = units.rows.map((row) => row.scope)
          expect(new Set(names).size).toBe(names.length)
          await checkRows(unit, units)
        }
      }),
      { numRuns: 6, seed: 20270310, endOnFailure: true },
    )
  })
})

async function checkRows(unit: string, units: PanelData['units']): Promise<void> {
  for (const row of units.rows) {
    if (row.scope !== 'others') {
      const own = await read('decisions', parseScope(row.scope) as Scope)
      expect(own).not.toBeNull()
      if (own !== null) expect(row.messages).toBe(own.allowed + own.removed)
      continue
    }
    for (const [day, allocation] of allocations) {
      const pool = [...allocation]
        .filter(([, shown]) => !shown.own && shown.shownAt === unit)
        .map(([group]) => group)
      const active = pool.filter((group) => (people.get(day)?.get(group)?.size ?? 0) > 0)
      if (active.length > 0)
        expect([active.length >= 2, unionOf(people.get(day) ?? new Map(), active) >= 10]).toEqual([
          true,
          true,
        ])
    }
  }
}

describe('days without a decision about visibility', () => {
  it('count nowhere, whatever was stored', async () => {
    await fill({
      sizes: GROUPS.map(() => 25),
      messages: Array.from({ length: 300 }, (_, index) => ({
        group: index % 9,
        person: index % 25,
        minutesAgo: index % 50,
        category: '',
        overturned: false,
      })),
    })
    expect((await read('pulse', { kind: 'org' }))?.messagesToday).toBe(300)
    await clickhouse.command('TRUNCATE TABLE group_visibility')
    panels = createPanels(createFigures(depsOf()))
    for (const scope of SCOPES) {
      for (const panel of [
        'pulse',
        'trend',
        'categories',
        'decisions',
        'delay',
        'units',
        'corrections',
      ] as const)
        expect(await read(panel, scope)).toBeNull()
    }
  })
})

import type { Categories, PanelData } from '@guanlan/contract/panels'
import { parseScope, type Scope } from '@guanlan/contract/scope'
import { isSensitiveCategory } from '@guanlan/contract/taxonomy'
import type { ClickHouse } from '@guanlan/server/ports/clickhouse'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestClickHouse } from '../helpers/clickhouse.ts'
import {
  fill,
  finalTier,
  fortnight,
  GROUPS,
  HOUR,
  isViolation,
  MINUTE,
  NOW,
  organisation,
  panelsOver,
  TIERS,
  time,
  TODAY,
  UNITS,
  type Filled,
  type Message,
} from '../helpers/fortnight.ts'
import { unionOf } from '../helpers/organisation.ts'

/** Scopes of each kind that showed something today and were compared. */
const compared = { org: 0, unit: 0, group: 0, alone: 0 }

let clickhouse: ClickHouse
let close: () => Promise<void>
let filled: Filled

beforeAll(async () => void ({ clickhouse, close } = await openTestClickHouse()))
afterAll(() => close())

/** Brute force: does this message count at this scope? */
function counts(message: Message, scope: Scope): boolean {
  const day = time.dayOf(message.at)
  const shown = filled.allocations.get(day)?.get(message.group)
  if (shown === undefined) return false
  if (scope.kind === 'group') return message.group === scope.id && shown.own
  const unit = scope.kind === 'org' ? 'root' : scope.id
  return organisation.tree.subtreeOn(unit, day).includes(shown.shownAt)
}

/** Brute force: groups of which a unit counts no other one that is not together with a third further down. */
function waiting(unit: string, day: string): string[] {
  const here = [...(filled.allocations.get(day) ?? [])].flatMap(([group, { shownAt }]) =>
    shownAt === unit ? [group] : [],
  )
  const all = [...here, ...organisation.tree.childrenOn(unit, day).flatMap((child) => waiting(child, day))]
  return all.length === 1 ? all : []
}
/** Does its group have to speak for itself in the scope? */
const isAlone = (message: Message, scope: Scope): boolean =>
  scope.kind === 'group' ||
  waiting(scope.kind === 'org' ? 'root' : scope.id, time.dayOf(message.at)).includes(message.group)

const SCOPES: Scope[] = [
  { kind: 'org' },
  ...UNITS.map((id) => ({ kind: 'unit' as const, id })),
  ...GROUPS.map((id) => ({ kind: 'group' as const, id })),
]

describe('figures of random fortnights, against a brute-force count', () => {
  it('count exactly what the floors allow, at every scope and in every panel', async () => {
    await fc.assert(
      fc.asyncProperty(fortnight, async (sample) => {
        filled = await fill(clickhouse, sample)
        for (const scope of SCOPES) await checkScope(scope)
      }),
      { numRuns: 8, seed: 20270309, endOnFailure: true },
    )
    // Otherwise hiding everything would pass.
    expect(compared.unit).toBeGreaterThan(20)
    expect(compared.group).toBeGreaterThan(3)
    expect(compared.alone).toBeGreaterThan(3)
  })
})

async function checkScope(scope: Scope): Promise<void> {
  const counted = filled.messages.filter((message) => counts(message, scope))
  const today = counted.filter((message) => time.dayOf(message.at) === TODAY)
  const weekAgo = NOW - 7 * 24 * HOUR
  const before = counted.filter(
    (message) =>
      message.at >= time.dayStart('2027-03-02') && message.at < Math.floor(weekAgo / MINUTE) * MINUTE,
  )
  const shownToday = [...(filled.allocations.get(TODAY)?.keys() ?? [])].some((group) =>
    counts({ group, at: NOW, person: '', category: '', overturned: false }, scope),
  )

  const pulse = await filled.read('pulse', scope)
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
    const trend = await filled.read('trend', scope, range)
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
  const trend = await filled.read('trend', scope)
  const [decisions, delay, corrections] = [
    await filled.read('decisions', scope),
    await filled.read('delay', scope),
    await filled.read('corrections', scope),
  ]
  if (trend === null || decisions === null || delay === null || corrections === null) return
  const from = time.hourStart(trend.from)
  const inHours = counted.filter((message) => message.at >= from)
  const acted = inHours.filter(
    (message) => finalTier(message) !== 'none' && (!isAlone(message, scope) || isViolation(message)),
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
  const trend = await filled.read('trend', scope)
  const categories = await filled.read('categories', scope)
  if (trend === null || categories === null) return
  const inRange = counted.filter((message) => message.at >= trend.from)
  const exact = new Map<string, number>()
  for (const message of inRange.filter(isViolation))
    exact.set(message.category, (exact.get(message.category) ?? 0) + 1)
  const shown = categories.rows.reduce((sum, row) => sum + row.count, 0)
  expect(categories.notShown).toBe(inRange.filter(isViolation).length - shown)
  if (scope.kind !== 'group') {
    const together = inRange.filter((message) => !isAlone(message, scope))
    compared.alone += inRange.length - together.length
    const countOf = (code: string) => categories.rows.find((row) => row.code === code)?.count ?? 0
    for (const [code, count] of exact) {
      const own = together.filter((message) => isViolation(message) && message.category === code).length
      expect(countOf(code)).toBeGreaterThanOrEqual(own)
      expect(countOf(code)).toBeLessThanOrEqual(isSensitiveCategory(code) ? own : count)
    }
    if (together.length > 0)
      expect(categories.care).toBe(together.filter((message) => finalTier(message) === 'care').length)
    else expect(categories.care ?? 0).toBe(0)
  } else {
    for (const row of categories.rows) expect(row.count).toBe(exact.get(row.code))
    expectCovered(categories, exact)
  }
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
        filled = await fill(clickhouse, sample)
        for (const unit of UNITS) {
          const scope = parseScope(`unit:${unit}`) as Scope
          const units = await filled.read('units', scope)
          const decisions = await filled.read('decisions', scope)
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
      const own = await filled.read('decisions', parseScope(row.scope) as Scope)
      expect(own).not.toBeNull()
      if (own !== null) expect(row.messages).toBe(own.allowed + own.removed)
      continue
    }
    for (const [day, allocation] of filled.allocations) {
      const pool = [...allocation]
        .filter(([, shown]) => !shown.own && shown.shownAt === unit)
        .map(([group]) => group)
      const active = pool.filter((group) => (filled.people.get(day)?.get(group)?.size ?? 0) > 0)
      if (active.length > 0)
        expect([active.length >= 2, unionOf(filled.people.get(day) ?? new Map(), active) >= 10]).toEqual([
          true,
          true,
        ])
    }
  }
}

describe('days without a decision about visibility', () => {
  it('count nowhere, whatever was stored', async () => {
    filled = await fill(clickhouse, {
      sizes: GROUPS.map(() => 25),
      messages: Array.from({ length: 300 }, (_, index) => ({
        group: index % 9,
        person: index % 25,
        minutesAgo: index % 50,
        category: '',
        overturned: false,
      })),
    })
    expect((await filled.read('pulse', { kind: 'org' }))?.messagesToday).toBe(300)
    await clickhouse.command('TRUNCATE TABLE group_visibility')
    const read = panelsOver(clickhouse, filled.people)
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

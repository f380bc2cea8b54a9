import type { AlertRule } from '@guanlan/contract/alert-rule'
import { describe, expect, it } from 'vitest'
import { countFigures, placeRows, sumFigures, type CountCondition, type Floors } from './count-figures.ts'
import { rollingReadings } from './count-history.ts'
import { ALL_SHOWN, directory, ruleOf as makeRule, TIERS } from './testing.ts'

const DAY = '2026-11-21'
const floors: Floors = {
  ...{ directory, dayOf: () => DAY, today: DAY, categoryFloor: 3 },
  visibility: new Map([[DAY, ALL_SHOWN]]),
}

type Counts = Record<string, Record<string, number>>
const placed = (counts: Counts, over: Partial<Floors> = {}) =>
  placeRows(
    Object.entries(counts).flatMap(([groupId, codes]) =>
      Object.entries(codes).map(([category, count]) => ({
        ...{ at: 0, groupId, count },
        category: category === 'allowed' ? '' : category,
      })),
    ),
    { ...floors, ...over },
  )
const condition = (counted: CountCondition['counted'], kind: 'threshold' | 'rate' = 'threshold') =>
  ({
    kind,
    counted,
    windowMinutes: 60,
    leastMessages: 20,
    levels: [{ level: 'yellow', from: 1 }],
  }) as CountCondition
const ruleOf = (counted: CountCondition['counted'], more: Partial<AlertRule> = {}) =>
  makeRule(condition(counted), more)
const where = (more: Partial<AlertRule['where']>) => ({
  where: { units: [], groupKinds: [], categories: [], ...more },
})

/** Instances with a value above 0, as `unit/group/category value`. */
function figures(rule: AlertRule, counts: Counts): string[] {
  return countFigures(rule, rule.condition as CountCondition, placed(counts), floors)
    .filter(({ value }) => value !== 0)
    .map(
      ({ subject, value }) => `${subject.unitId}/${subject.groupId ?? ''}/${subject.category ?? ''} ${value}`,
    )
    .sort()
}

describe('figures of rules for one group', () => {
  const counts: Counts = {
    g1: { fraud: 9, gambling: 4, 'leak.privacy': 3, ads: 6, offtopic: 2, vulgar: 1, allowed: 80 },
  }
  const illegal = Object.keys(TIERS).filter((code) => TIERS[code] === 'illegal')

  it('are of tiers as they are and of categories only what the page of the group tells', () => {
    expect(figures(ruleOf('illegal'), counts)).toEqual(['east/g1/ 16'])
    expect(figures(ruleOf('category'), counts)).toEqual(['east/g1/ads 6', 'east/g1/fraud 9'])
  })

  it('do not give the sensitive events as the difference of a tier and a list of all its categories', () => {
    // Everything but what is told is missing, gambling with it: 16 - 9 says nothing of leak.privacy alone.
    expect(figures(ruleOf('illegal', where({ categories: illegal })), counts)).toEqual(['east/g1/ 9'])
    const plain = illegal.filter((code) => code !== 'leak.privacy')
    expect(figures(ruleOf('illegal', where({ categories: plain })), counts)).toEqual(['east/g1/ 9'])
  })

  it('do not give a category below three as the difference of two lists', () => {
    const few: Counts = { g1: { fraud: 7, gambling: 2 } }
    expect(figures(ruleOf('acted', where({ categories: ['fraud', 'gambling'] })), few)).toEqual([
      'east/g1/ 7',
    ])
    expect(figures(ruleOf('acted', where({ categories: ['gambling'] })), few)).toEqual([])
  })

  it('do not show a category that covers sensitive ones', () => {
    expect(figures(ruleOf('category'), { g1: { fraud: 10, 'leak.privacy': 2 } })).toEqual([])
  })

  it('do not give the number of vague events as the difference to their tier', () => {
    expect(figures(ruleOf('conduct'), counts)).toEqual(['east/g1/ 6'])
    expect(figures(ruleOf('acted'), counts)).toEqual(['east/g1/ 23'])
    expect(figures(ruleOf('conduct'), { g1: { ads: 2, offtopic: 1 } })).toEqual([])
  })

  it('as shares go through the same, over all messages', () => {
    const share = (more: Partial<AlertRule>) =>
      figures(ruleOf('illegal', { condition: condition('illegal', 'rate'), ...more }), counts)
    expect(share({})).toEqual([`east/g1/ ${16 / 105}`])
    expect(share(where({ categories: ['fraud', 'gambling', 'leak.privacy'] }))).toEqual([
      `east/g1/ ${9 / 105}`,
    ])
  })

  it('as shares of one category each are over all messages too, now and in a replay', () => {
    const rule = ruleOf('category', { condition: condition('category', 'rate') })
    const shares = [`east/g1/ads ${6 / 105}`, `east/g1/fraud ${9 / 105}`]
    expect(figures(rule, counts)).toEqual(shares)
    const hour = 3_600_000
    const rolling = rule.condition as CountCondition & { windowMinutes: number }
    const steps = [placed(counts), placed({ g1: { allowed: 40 } })].map((rows, i) => ({
      at: i * hour,
      tally: sumFigures(rule, rolling, rows, floors),
    }))
    const past = [...rollingReadings(rule, rolling, steps, { ...floors, stepMs: hour })].map((reading) =>
      reading.observations
        .map(({ subject, value, basis }) => `${subject.category ?? ''} ${value} of ${String(basis)}`)
        .sort(),
    )
    expect(past).toEqual([
      expect.arrayContaining([`ads ${6 / 105} of 105`, `fraud ${9 / 105} of 105`]),
      expect.arrayContaining(['ads 0 of 40', 'fraud 0 of 40']),
    ])
  })

  it('below the floor are a yes and no count, and name no group with a sensitive category', () => {
    const rule = ruleOf('category', {
      belowFloor: true,
      origin: 'shipped',
      ...where({ categories: ['minors.abuse', 'fraud'] }),
    })
    expect(figures(rule, { g1: { fraud: 2, 'minors.abuse': 4, gambling: 9 } })).toEqual([
      'east//minors.abuse 1',
      'east/g1/fraud 1',
    ])
  })
})

describe('figures of rules for units', () => {
  const perUnit = (counted: CountCondition['counted'], more: Partial<AlertRule> = {}) =>
    ruleOf(counted, { per: 'unit', ...more })

  it('are exact where two groups meet, sensitive categories with them', () => {
    const counts: Counts = { g1: { 'leak.privacy': 1 }, g2: { 'leak.privacy': 2, gambling: 1 } }
    expect(figures(perUnit('category'), counts)).toEqual([
      ...['east//gambling 1', 'east//leak.privacy 3'],
      ...['root//gambling 1', 'root//leak.privacy 3'],
    ])
  })

  it('cut by kind of group add up what each of these groups tells: none of them can be read through it', () => {
    const counts: Counts = {
      g1: { 'leak.privacy': 5, fraud: 2 },
      g2: { gambling: 4 },
      g3: { gambling: 7, vulgar: 1 },
    }
    const cut = { units: ['east'], groupKinds: ['public', 'service'] as AlertRule['where']['groupKinds'] }
    expect(figures(perUnit('category', where({ ...cut, categories: ['leak.privacy'] })), counts)).toEqual([])
    expect(
      figures(perUnit('illegal', where({ ...cut, categories: ['leak.privacy', 'fraud'] })), counts),
    ).toEqual([])
    expect(figures(perUnit('category', where(cut)), counts)).toEqual(['east//gambling 11'])
    expect(figures(perUnit('harmful', where(cut)), counts)).toEqual(['east// 1'])
    for (const per of ['org', 'category'] as const)
      expect(
        figures(perUnit('category', { per, ...where({ ...cut, categories: ['fraud'] }) }), counts),
      ).toEqual([])
  })

  it("of the only group a unit shows are that group's, and no parent tells it by the difference", () => {
    const counts: Counts = {
      g1: { 'leak.privacy': 2 },
      g2: { fraud: 1 },
      g4: { 'leak.privacy': 3, fraud: 3, gambling: 9 },
    }
    expect(figures(perUnit('category'), counts)).toEqual([
      ...['east//fraud 1', 'east//leak.privacy 2'],
      ...['root//fraud 1', 'root//gambling 9', 'root//leak.privacy 2', 'west//gambling 9'],
    ])
    expect(figures(perUnit('illegal'), counts)).toEqual(['east// 3', 'root// 18', 'west// 15'])
    const org = { per: 'org' as const, ...where({ units: ['west'], categories: ['leak.privacy'] }) }
    expect(figures(ruleOf('acted', org), counts)).toEqual([])
  })
})

describe('a replay', () => {
  it('floors the window as a whole, not step by step', () => {
    const rule = ruleOf('category', { condition: condition('category') })
    const steps = [2, 2, 0, 0, 0, 0].map((fraud, i) => ({
      at: i * 15 * 60_000,
      tally: sumFigures(rule, condition('category'), placed({ g1: { fraud } }), floors),
    }))
    const options = { stepMs: 15 * 60_000, directory: floors.directory, categoryFloor: 3 }
    const values = [
      ...rollingReadings(rule, { ...condition('category'), windowMinutes: 60 }, steps, options),
    ].map(({ observations }) => observations.map(({ value }) => value))
    expect(values.map(([value]) => value ?? 0)).toEqual([0, 4, 4, 4, 0, 0])
  })
})

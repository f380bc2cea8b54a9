import type { ReportSentence } from '@guanlan/contract/report'
import { renderSentence, SENTENCE_KEYS } from '@guanlan/contract/report-sentences'
import { renderCell } from '@guanlan/contract/report-words'
import { SENTENCES_EN } from '@guanlan/contract/report-sentences-en'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReportCell } from '../queries/report-words.ts'
import { composeEdition, contentHash, type EditionContent } from './edition.ts'
import { createFigures, figureHash } from './figure.ts'
import { parsePeriod, shiftPeriod } from './period.ts'
import { factsOf, heldOf } from './testing.ts'

const period = parsePeriod('2026-W47')
const before = shiftPeriod(period, 1)

const sentencesOf = (edition: EditionContent): ReportSentence[] =>
  edition.sections.flatMap(({ sentences, notes }) => [...sentences, ...notes])

const count = fc.oneof(fc.nat(5), fc.nat(30), fc.integer({ min: 0, max: 3000 }))
const week = fc.record({
  now: fc.array(count, { minLength: 4, maxLength: 4 }),
  then: fc.array(count, { minLength: 4, maxLength: 4 }),
  past: fc.array(fc.array(count, { minLength: 4, maxLength: 4 }), { minLength: 0, maxLength: 7 }),
  gapNow: fc.boolean(),
  gapBefore: fc.boolean(),
  shown: fc.boolean(),
  raised: fc.tuple(count, count),
  yearAgo: fc.option(fc.array(count, { minLength: 4, maxLength: 4 })),
  decided: fc.record({
    acted: count,
    corrected: fc.nat(30),
    overturned: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  delay: fc.record({ count, within: fc.double({ min: 0, max: 1, noNaN: true }) }),
  units: fc.array(
    fc.record({ count, within: fc.double({ min: 0, max: 1, noNaN: true }), overdue: fc.nat(2) }),
    { maxLength: 5 },
  ),
  cells: fc.array(
    fc.record({
      key: fc.constantFrom('t1', 't2', 't3'),
      hour: fc.integer({ min: -167, max: 167 }),
      fives: fc.integer({ min: 1, max: 60 }),
      low: fc.integer({ min: 0, max: 18 }),
    }),
    { maxLength: 30 },
  ),
})

const start = Date.parse(`${period.from}T00:00:00+08:00`)
type Week = typeof week extends fc.Arbitrary<infer T> ? T : never
function factsFrom(w: Week) {
  const history = w.past.map((counts, i) => heldOf(shiftPeriod(period, i + 2), counts)).reverse()
  const previous = { ...heldOf(before, w.then, w.shown), gaps: w.gapBefore ? [start - 3_600_000] : [] }
  const cellsOf = (kind: ReportCell['kind']): ReportCell[] =>
    w.cells.map(({ key, hour, fives, low }) => ({
      ...{ kind, key: kind === 'topic' ? key : '', words: ['停水', '路灯'] },
      ...{ from: start + hour * 3_600_000, to: start + hour * 3_600_000 + 300_000 },
      ...{ people: fives * 5, messages: fives * 5 },
      sentiment: {
        negative: { low: low / 20, high: (low + 2) / 20 },
        positive: { low: 0, high: 0.1 },
      },
    }))
  const split = (cells: readonly ReportCell[]) => ({
    now: cells.filter(({ to }) => to > start),
    before: cells.filter(({ to }) => to <= start),
  })
  const [raised, raisedBefore] = w.raised
  const quiet = factsOf()
  const { alerts, names } = quiet
  const { acted } = w.decided
  const overturned = Math.floor(acted * w.decided.overturned)
  const units = w.units.map((unit, i) => ({
    ...{ ...unit, unitId: `u-${i}`, medianMinutes: 1, p90Minutes: 2, findings: unit.overdue },
  }))
  return factsOf({
    names: {
      ...names,
      topics: Object.fromEntries(['t1', 't2', 't3'].map((id) => [id, [`词${id}`]])),
      units: Object.fromEntries(units.map(({ unitId }) => [unitId, `单位${unitId}`])),
    },
    ...(w.yearAgo === null ? {} : { yearAgo: heldOf(quiet.yearAgo.period, w.yearAgo) }),
    corrections: {
      ...{ acted, overturned, corrected: Math.min(acted, w.decided.corrected + overturned) },
      overturnRate: acted < 20 ? null : overturned / acted,
      rows: [{ code: 'fraud', acted, overturned }],
    },
    delay: {
      ...{ targetMs: 600_000, withinTarget: w.delay.count < 3 ? null : w.delay.within },
      rows: [{ tier: 'all', count: w.delay.count, medianMs: 60_000, p90Ms: 120_000 }],
    },
    units,
    current: { ...heldOf(period, w.now), gaps: w.gapNow ? [start + 3_600_000] : [] },
    previous,
    history: [...history, previous],
    topicCells: split(cellsOf('topic')),
    moodCells: split(cellsOf('sentiment')),
    alerts: { ...alerts, now: { ...alerts.now, raised }, before: { ...alerts.before, raised: raisedBefore } },
  })
}

const sum = (counts: readonly number[]) => counts.reduce((total, each) => total + each, 0)

const praised = ({ units }: ReportSentence['params'], w: Week) =>
  (Array.isArray(units) ? units : []).map((id) => w.units[Number(id.slice(2))]!)

/** What the percentages of a sentence are shares of; the least of them where there are several. */
function baseOf({ key, params }: ReportSentence, w: Week): number {
  if (key === 'violations.vague') return sum(w.now)
  if (key === 'response.within') return w.delay.count
  if (key === 'corrections.rate') return w.decided.acted
  if (key === 'units.praise') return Math.min(...praised(params, w).map(({ count: each }) => each))
  if (key.startsWith('units.')) return w.units[Number(String(params.unit).slice(2))]?.count ?? 0
  return Number(params.previous)
}

/** What the shares in a row of a table are shares of. */
function tableBase(id: string, cellOf: (key: string) => unknown, w: Week): unknown {
  if (id === 'decisions') return sum(w.now)
  if (id === 'corrections') return cellOf('decided')
  return id === 'units' ? cellOf('acted') : cellOf('previous')
}
type Unit = Week['units'][number]

describe('sentences over random weeks', () => {
  it('claim a rise or a fall only in its direction, a percentage only on a base of 20, in both languages', () => {
    fc.assert(
      fc.property(week, (w) => {
        const edition = composeEdition(factsFrom(w))
        for (const sentence of sentencesOf(edition)) {
          const { params, key } = sentence
          const zh = renderSentence(sentence, edition, 'zh-CN')
          const en = renderSentence(sentence, edition, 'en')
          expect(`${zh} ${en}`).not.toMatch(/undefined|NaN|null|Infinity/)
          if (/^(limits|sentiment)/.test(key)) continue
          const [now, then] = [Number(params.count), params.previous]
          const rises = /上升/.test(zh)
          const falls = /下降/.test(zh)
          expect(rises, en).toBe(/\b(rose|up)\b/.test(en))
          expect(falls, en).toBe(/\b(fell|down)\b/.test(en))
          if (rises) expect(now).toBeGreaterThan(Number(then))
          if (falls) expect(now).toBeLessThan(Number(then))
          if (rises || falls) expect(now + Number(then)).toBeGreaterThanOrEqual(10)
          if (w.gapNow) expect(falls, zh).toBe(false)
          if (w.gapBefore && key !== 'violations.year') expect(rises, zh).toBe(false)
          const percent = /\d%/.test(zh)
          expect(percent, en).toBe(/\d%/.test(en))
          if (!percent) continue
          expect(baseOf(sentence, w), zh).toBeGreaterThanOrEqual(20)
          if (!rises && !falls) continue
          const stated = Number(/(\d+)%/.exec(zh)?.[1])
          expect(stated).toBe(Math.abs(Math.round(((now - Number(then)) / Number(then)) * 100)))
        }
      }),
      { numRuns: 150 },
    )
  })

  it('praise and blame nobody by chance, and place a week in its usual range only where it lies', () => {
    fc.assert(
      fc.property(week, (w) => {
        for (const { key, params } of sentencesOf(composeEdition(factsFrom(w)))) {
          const unit = w.units[Number(String(params.unit).slice(2))]
          if (key === 'units.praise')
            for (const each of praised(params, w))
              expect(each).toSatisfy((u: Unit) => u.within > 0.9 && u.overdue === 0 && u.count >= 20)
          if (key === 'units.slow') expect(unit).toSatisfy((u: Unit) => u.within < 0.9 && u.count >= 20)
          if (key === 'units.overdue') expect(params.count).toBe(unit?.overdue)
          if (key !== 'violations.usual') continue
          const [count, low, high] = [Number(params.count), Number(params.low), Number(params.high)]
          expect(w.gapNow).toBe(false)
          expect(params.place).toBe(count > high ? 'above' : count < low ? 'below' : 'within')
        }
      }),
      { numRuns: 150 },
    )
  })

  it('leave no cell of a table without words or with a share of fewer than 20', () => {
    fc.assert(
      fc.property(week, (w) => {
        const edition = composeEdition(factsFrom(w))
        for (const { id, columns, rows } of edition.sections.flatMap(({ tables }) => tables))
          for (const { cells } of rows) {
            const cellOf = (key: string) => cells[columns.findIndex((each) => each.key === key)]
            for (const [i, column] of columns.entries()) {
              const cell = cells[i]
              if (column.type === 'percent' && cell !== null)
                expect(Number(tableBase(id, cellOf, w)), `${id} ${column.key}`).toBeGreaterThanOrEqual(20)
              // Codes of categories and sources come from outside; everything else has words of the product.
              if (column.type !== 'label' || ['category', 'source'].includes(column.vocabulary ?? ''))
                continue
              if (typeof cell !== 'string') continue
              for (const locale of ['zh-CN', 'en'] as const)
                expect(renderCell(cell, column, edition, locale), `${id} ${column.key}`).not.toBe(cell)
            }
          }
      }),
      { numRuns: 100 },
    )
  })

  it('change of mood is claimed only where the intervals do not touch', () => {
    fc.assert(
      fc.property(week, (w) => {
        const edition = composeEdition(factsFrom(w))
        const now = edition.figures['mood.negative.now']?.value
        const then = edition.figures['mood.negative.before']?.value
        const keys = sentencesOf(edition).map(({ key }) => key)
        const isInterval = (value: unknown): value is { low: number; high: number } =>
          typeof value === 'object' && value !== null && 'low' in value
        if (keys.includes('sentiment.rose'))
          expect(isInterval(now) && isInterval(then) && now.low > then.high).toBe(true)
        if (keys.includes('sentiment.fell'))
          expect(isInterval(now) && isInterval(then) && now.high < then.low).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('name no cause: no template has a word of one', () => {
    const edition = composeEdition(factsOf())
    for (const sentence of sentencesOf(edition)) {
      if (sentence.key.startsWith('limits.') || sentence.key === 'headline.total') continue
      expect(renderSentence(sentence, edition, 'zh-CN')).not.toMatch(/由于|导致|归因/)
      expect(renderSentence(sentence, edition, 'en')).not.toMatch(/\bdue to\b|\bcaused by\b/)
    }
  })

  it('state only figures that the edition holds, each with its hash', () => {
    fc.assert(
      fc.property(week, (w) => {
        const edition = composeEdition(factsFrom(w))
        const tables = edition.sections.flatMap(({ tables: all }) => all)
        const refs = [
          ...sentencesOf(edition).flatMap(({ figureRefs }) => figureRefs),
          ...tables.flatMap(({ rows }) => rows.flatMap(({ figureRefs }) => figureRefs)),
        ]
        for (const ref of refs) expect(edition.figures[ref], ref).toBeDefined()
        for (const figure of Object.values(edition.figures)) expect(figureHash(figure)).toBe(figure.hash)
        for (const table of tables)
          for (const { cells } of table.rows) expect(cells, table.id).toHaveLength(table.columns.length)
      }),
      { numRuns: 60 },
    )
  })

  it('are there in both languages', () => {
    expect(Object.keys(SENTENCES_EN).sort()).toEqual([...SENTENCE_KEYS].sort())
  })
})

describe('an edition', () => {
  it('is the same for the same facts, and has another hash for others', () => {
    const [a, b] = [composeEdition(factsOf()), composeEdition(factsOf())]
    expect(contentHash(a)).toBe(contentHash(b))
    const other = composeEdition(factsOf({ current: heldOf(period, [11, 10, 10, 0]) }))
    expect(contentHash(other)).not.toBe(contentHash(a))
    // As a database gives it back: other order of keys, same content.
    const turned = Object.fromEntries(Object.entries(a).reverse()) as unknown as EditionContent
    expect(contentHash(turned)).toBe(contentHash(a))
  })

  it('says small numbers as such', () => {
    const edition = composeEdition(
      factsOf({ current: heldOf(period, [2, 0, 0, 0]), previous: heldOf(before, [1, 0, 0, 0]) }),
    )
    const lead = edition.sections[0]!.sentences[0]!
    expect(renderSentence(lead, edition, 'zh-CN')).toBe(
      '本周共处置违规消息 2 条（上周 1 条），数量少，不作增减判断。',
    )
    expect(renderSentence(lead, edition, 'en')).toBe(
      'This week 2 violations were acted on (1 last week): too few to say whether that is a change.',
    )
  })

  it('warns of an upstream that names no category, and never counts that as a change of a harm', () => {
    const edition = composeEdition(
      factsOf({ current: heldOf(period, [10, 10, 10, 300]), previous: heldOf(before, [10, 10, 10, 0]) }),
    )
    const keys = sentencesOf(edition).filter(({ key }) => key === 'violations.category')
    expect(keys.map(({ params }) => params.category)).not.toContain('offtopic')
    expect(sentencesOf(edition).some(({ key }) => key === 'violations.vague')).toBe(true)
  })

  it('refuses one figure with two values', () => {
    const book = createFigures('2026-11-23T00:00:00.000Z')
    const source = { queryId: 'counts@1', parameters: {}, events: 1, corrections: 0 }
    book.add('a', 1, source)
    expect(book.add('a', 1, source)).toBe('a')
    expect(() => book.add('a', 2, source)).toThrow('two values')
  })
})

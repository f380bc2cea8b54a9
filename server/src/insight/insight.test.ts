import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import { formulaOf } from '@guanlan/analytics/risk/formula'
import { knownRates } from '@guanlan/analytics/text/calibration'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutContactData } from './answers.ts'
import { compare } from './replays.ts'
import { calibratedCell, calibratedStore, moodOver, moodPoints, type CalibrationInForce } from './mood.ts'
import { explainScore } from './risk.ts'
import type { Score } from './score-store.ts'
import { createTopicBook } from './topic-book.ts'
import { answerClock, topicComponents, type TopicEvidence } from './topic-risk.ts'
import { peopleBySteps, topicTimeline } from './topic-rows.ts'

const MINUTE = 60_000
const cell = (from: number, over: Partial<ReleasedCell> = {}): ReleasedCell => ({
  ...{ scope: 'city', from: from * MINUTE, to: (from + 10) * MINUTE, kind: 'topic', key: 'a-1' },
  ...{ people: 10, messages: 20, groups: 2, units: 1, sentiment: null, harm: [], terms: ['停水'] },
  ...over,
})
const evidence = (over: Partial<TopicEvidence> = {}): TopicEvidence => ({
  ...{ cells: [cell(0), cell(10, { people: 25 })], now: 20 * MINUTE, active: 200, qualifyingGroups: 6 },
  ...{
    usualNegative: 0.3,
    harmOf: () => undefined,
    answeredAt: null,
    firstSeen: 10 * MINUTE,
    merged: false,
    targetMs: 7_200_000,
  },
  ...over,
})
const scoreOf = (given: TopicEvidence) => formulaOf('topic-1').evaluate(topicComponents(given))

describe('score of a topic', () => {
  it('is nothing once it went on in another topic, which has it then', () => {
    expect(scoreOf(evidence())).toBeGreaterThan(20)
    expect(scoreOf(evidence({ merged: true }))).toBe(0)
  })

  it('fades to zero when nothing new is released, and falls when it is answered', () => {
    const now = scoreOf(evidence({ now: 140 * MINUTE, cells: [cell(0), cell(130, { people: 25 })] }))
    const answered = scoreOf(
      evidence({ now: 140 * MINUTE, cells: [cell(0), cell(130, { people: 25 })], answeredAt: 140 * MINUTE }),
    )
    expect(now).toBeGreaterThan(20)
    expect(answered).toBeLessThan(now)
    expect(scoreOf(evidence({ now: 20 * MINUTE + 8 * 3_600_000 }))).toBe(0)
  })

  it('rises with the people of the newest cell', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (a, b) => {
        const [less, more] = [Math.min(a, b) * 5, Math.max(a, b) * 5]
        const of = (people: number) => scoreOf(evidence({ cells: [cell(0), cell(10, { people })] }))
        expect(of(more)).toBeGreaterThanOrEqual(of(less))
      }),
    )
  })

  it('is owed again only when the topic rises beyond what it was when it was answered', () => {
    const answeredAt = 25 * MINUTE
    const steady = [cell(0), cell(10), cell(30, { people: 10 })]
    expect(answerClock(evidence({ cells: steady, answeredAt })).reopenedAt).toBeNull()
    const again = [cell(0), cell(10), cell(30, { people: 20 })]
    expect(answerClock(evidence({ cells: again, answeredAt })).reopenedAt).toBe(40 * MINUTE)
  })

  it('is explained by points that sum to it, and its change by points that sum to the change', () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true })
    const vector = fc.record({
      ...{ surge: part, growth: part, persistence: part, reach: part, spread: part },
      ...{ negative: part, harm: part, response: part, unanswered: part },
    })
    const sum = (points: Record<string, number>) =>
      Object.values(points).reduce((total, each) => total + each, 0)
    fc.assert(
      fc.property(vector, vector, (before, after) => {
        const score = (components: Score['components'], at: number): Score => ({
          ...{ subject: 'topic:a', unit: 'city', at, version: 'topic-1', level: 'none', components },
          score: formulaOf('topic-1').evaluate(components),
        })
        const told = explainScore(score(after, 2), score(before, 1), 1, null)
        expect(sum(told.points)).toBe(told.score)
        expect(sum(told.since!.points)).toBe(told.since!.change)
        expect(told.since!.score + told.since!.change).toBe(told.score)
      }),
      { numRuns: 30 },
    )
  })
})

describe('replay', () => {
  it('keeps the memory of a level inside its subject', async () => {
    const components = topicComponents(evidence())
    const row = (subject: string, at: number): Score => ({
      ...{ subject, unit: 'city', at, version: 'topic-1', score: 50, level: 'none', components },
    })
    const formula = formulaOf('topic-1')
    const result = await compare(formula, formula, [row('topic:a', 1), row('topic:b', 1)], { from: 0, to: 2 })
    expect(result).toMatchObject({ subjects: 2, ticks: 2, disagree: 0 })
    // One tick each: a level needs two in a row, so neither has risen.
    expect(result.candidate.ticks.none).toBe(2)
    expect(result.tracks).toEqual([])
  })

  it('lets a row stand until the next one, and shows level by level where two versions differ', async () => {
    const hour = 60 * MINUTE
    const quiet = { ...topicComponents(evidence()), surge: 0, growth: 0, persistence: 0 }
    const crowd = { ...quiet, surge: 1, growth: 1, persistence: 1, reach: 1, spread: 1, unanswered: 1 }
    const row = (at: number, components: Score['components']): Score => ({
      ...{ subject: 'topic:a', unit: 'city', at, version: 'topic-1', score: 0, level: 'none', components },
    })
    const rows = [row(0, quiet), row(10 * hour, crowd), row(20 * hour, quiet)]
    const [now, next] = [formulaOf('topic-1'), formulaOf('topic-2')]
    expect(now.evaluate(crowd)).toBeGreaterThan(65)
    expect(next.evaluate(crowd)).toBeLessThan(65)
    const result = await compare(next, now, rows, { from: 0, to: 60 * hour }, async ({ unit }) => ({
      ...{ scope: 'org', name: unit },
    }))
    const [track] = result.tracks
    expect(result.stepSeconds).toBe(3600)
    expect(track!.inForce.slice(9, 12)).toEqual(['none', 'orange', 'orange'])
    expect(track!.candidate.slice(9, 12)).toEqual(['none', 'yellow', 'yellow'])
    expect(track!.inForce.at(-1)).toBe('none')
    expect(track!.differ).toBe(11)
    const unnamed = await compare(next, now, rows, { from: 0, to: 60 * hour }, async () => undefined)
    expect(unnamed.tracks).toEqual([])
  })
})

describe('mood', () => {
  const rates = knownRates({ negative: [90, 15, 45], positive: [20, 95, 35], neutral: [0, 0, 0] }, [])
  const shares = (low: number, high: number) => ({
    negative: { low, high },
    positive: { low: 0.2, high: 0.4 },
  })

  it('is calibrated where a calibration was in force in all of the window, and is a share at any count', () => {
    const before = cell(0, { kind: 'sentiment', messages: 100, sentiment: shares(0.2, 0.4) })
    expect(calibratedCell(before, undefined)).toBe(before)
    expect(calibratedCell(before, { rates, at: 0, since: before.from + 1 })).toBe(before)
    const after = calibratedCell(before, { rates, at: 9e12, since: before.from })
    expect(after.sentiment).not.toEqual(before.sentiment)
    expect(calibratedCell({ ...before, sentiment: null }, { rates, at: 0, since: 0 }).sentiment).toBeNull()
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 400 }), fc.nat(20), fc.nat(20), (fives, a, b) => {
        const sentiment = shares(Math.min(a, b) / 20, Math.max(a, b) / 20)
        const found = calibratedCell({ from: 0, messages: fives * 5, sentiment }, { rates, at: 0, since: 0 })
        for (const { low, high } of Object.values(found.sentiment!)) {
          expect(low >= 0 && low < high && high <= 1).toBe(true)
          expect(low * 20).toBeCloseTo(Math.round(low * 20), 9)
        }
      }),
    )
  })

  it('is the same calibrated share on lists, topic pages and in scores', async () => {
    const topic = cell(0, { sentiment: shares(0.4, 0.6) })
    const inForce = { rates, at: 0, since: 0 }
    const expected = calibratedCell(topic, inForce).sentiment
    let current: CalibrationInForce = undefined
    const book = createTopicBook((each) => calibratedCell(each, current))
    book.apply([topic, cell(0, { kind: 'sentiment', key: '', sentiment: shares(0.4, 0.6) })], [])
    expect(book.list('city', topic.to)[0]!.sentiment).toEqual(topic.sentiment)
    current = inForce
    expect(expected).not.toEqual(topic.sentiment)
    expect(book.list('city', topic.to)[0]!.sentiment).toEqual(expected)
    expect(book.cellsOf('city', topic.key)[0]!.sentiment).toEqual(expected)
    expect(book.mood('city')[0]!.sentiment).toEqual(expected)
    const store = calibratedStore(
      {
        append: async () => undefined,
        since: async () => [topic],
        ofTopic: async () => [topic],
        ofScope: async () => [topic],
      },
      () => inForce,
    )
    expect((await store.ofTopic(topic.key, ['city']))[0]!.sentiment).toEqual(expected)
    expect((await store.ofScope('city', 'topic', 0))[0]!.sentiment).toEqual(expected)
  })

  it('puts cells of a step together by their messages', () => {
    const cells = [
      cell(0, { kind: 'sentiment', messages: 30, sentiment: shares(0.1, 0.3) }),
      cell(10, { kind: 'sentiment', messages: 10, sentiment: shares(0.5, 0.7) }),
    ]
    const [point] = moodPoints(cells, undefined, { from: 0, to: 30 * MINUTE, stepMs: 30 * MINUTE })
    expect(point).toMatchObject({ messages: 40, negative: { low: 0.2, high: 0.4 } })
  })

  it('is known better from many calibrated cells than from one, and not from cells of before', () => {
    const cells = Array.from({ length: 12 }, (_, i) =>
      cell(i * 10, { kind: 'sentiment', key: '', messages: 30, sentiment: shares(0.3, 0.6) }),
    )
    const width = (of: ReturnType<typeof moodOver>) => of!.negative.high - of!.negative.low
    const inForce = { rates, at: 0, since: 0 }
    expect(moodOver([cells[0]!], inForce)).toEqual(calibratedCell(cells[0]!, inForce).sentiment)
    expect(width(moodOver(cells, inForce))).toBeLessThan(width(moodOver([cells[0]!], inForce)) - 0.15)
    expect(moodOver(cells, { rates, at: 0, since: 999 * MINUTE })!.negative).toEqual({
      low: 0.3,
      high: 0.6,
    })
    expect(moodOver([{ ...cells[0]!, sentiment: null }], inForce)).toBeNull()
    const [point] = moodPoints(cells, inForce, { from: 0, to: 120 * MINUTE, stepMs: 120 * MINUTE })
    expect(point).toMatchObject({ messages: 360, ...moodOver(cells, inForce) })
  })
})

describe('rows of topics', () => {
  it('show nothing where nothing was released, and rank what was', () => {
    expect(peopleBySteps([cell(0)], 0, 10 * MINUTE, 2)).toEqual([60, null])
    const cells = [cell(0), cell(0, { key: 'b-2', people: 30 })]
    const timeline = topicTimeline(cells, { from: 0, stepMs: 10 * MINUTE, steps: 2 })
    expect(timeline.map(({ id, ranks }) => [id, ranks])).toEqual([
      ['a-1', [2, null]],
      ['b-2', [1, null]],
    ])
  })
})

describe('note of an answer', () => {
  it('loses telephone numbers, mails and accounts and keeps the rest', () => {
    expect(withoutContactData('抢修完成，已恢复供水。谢谢！')).toBe('抢修完成，已恢复供水。谢谢！')
    for (const secret of ['13812345678', '138-1234-5678', 'a.b@city.example', '微信：abc_1234'])
      expect(withoutContactData(`请联系${secret}，谢谢`)).not.toContain(secret.slice(-6))
  })
})

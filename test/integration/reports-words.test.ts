import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import { readHighestRisk, readReportCells } from '@guanlan/analytics/queries/report-words'
import { COMPONENTS } from '@guanlan/analytics/risk/components'
import { topicCourses } from '@guanlan/analytics/reporting/topics'
import { renderSentence } from '@guanlan/contract/report-sentences'
import type { RiskLevel } from '@guanlan/contract/risk'
import { createScoreStore, type Score } from '@guanlan/server/insight/score-store'
import { createLocalTime } from '@guanlan/server/lib/local-day'
import { composeFlash } from '@guanlan/server/reports/flash'
import type { ReportDeps } from '@guanlan/server/reports/report-deps'
import { createCellStore } from '@guanlan/server/words/cell-store'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestClickHouse } from '../helpers/clickhouse.ts'
import { directoryOf, makeOrganisation } from '../helpers/organisation.ts'

const time = createLocalTime('Asia/Shanghai')
const NOW = Date.parse('2026-11-23T08:00:00+08:00')
const HOUR = 3_600_000
const week = (from: string, to: string) => ({
  ...{ from, to, fromMs: time.dayStart(from), toMs: time.dayStart(time.addDays(to, 1)) },
})
const W47 = week('2026-11-16', '2026-11-22')

const cell = (
  scope: string,
  kind: 'topic' | 'sentiment',
  key: string,
  to: number,
  people: number,
): ReleasedCell => ({
  ...{
    scope,
    kind,
    key,
    from: to - 300_000,
    to,
    people,
    messages: people * 2,
    groups: 2,
    units: 1,
    harm: [],
  },
  sentiment: { negative: { low: 0.2, high: 0.4 }, positive: { low: 0.1, high: 0.2 } },
  terms: kind === 'topic' ? ['停水', '水管'] : [],
})
const HARM = [
  { category: 1, messages: 75 },
  { category: 0, messages: 35 },
]
const cells = [
  { ...cell('city', 'topic', 't-1', NOW - 30 * HOUR, 15), harm: HARM },
  cell('city', 'topic', 't-1', NOW - 29 * HOUR, 25),
  // Ends on the last instant of the week, and one beyond it.
  cell('city', 'topic', 't-2', W47.toMs, 10),
  cell('city', 'topic', 't-3', W47.toMs + 300_000, 10),
  cell('south', 'topic', 't-1', NOW - 30 * HOUR, 10),
  cell('city', 'sentiment', '', NOW - 30 * HOUR, 40),
  cell('city', 'topic', 't-1', W47.fromMs - HOUR, 50),
  // A quiet night: its window began on Sunday and ended on Monday.
  { ...cell('city', 'topic', 't-4', W47.fromMs + 6 * HOUR, 10), from: W47.fromMs - 2 * HOUR },
]
const score = (subject: string, unit: string, at: number, value: number, level: RiskLevel): Score => ({
  ...{ subject, unit, at, version: 'topic-1', score: value, level },
  components: Object.fromEntries(COMPONENTS.map((name) => [name, 0])) as Score['components'],
})

let stored: ReturnType<typeof createCellStore>
let store: Awaited<ReturnType<typeof openTestClickHouse>>
const read = <T>(sql: string, params: Record<string, unknown>) => store.clickhouse.query<T>(sql, params)

beforeAll(async () => {
  store = await openTestClickHouse()
  stored = createCellStore(store.clickhouse, ['fraud', 'false.emergency'])
  await stored.append(cells, time.dayOf, 'report-cells')
  await createScoreStore(store.clickhouse, time.dayOf, 'report').append([
    score('topic:t-1', 'city', NOW - 30 * HOUR, 71.6, 'orange'),
    score('topic:t-1', 'city', NOW - 29 * HOUR, 40, 'blue'),
    score('unit:south', 'south', NOW - 40 * HOUR, 50, 'yellow'),
    score('unit:elsewhere', 'elsewhere', NOW - 40 * HOUR, 90, 'red'),
    score('group:g-1', 'south', NOW - 40 * HOUR, 95, 'red'),
    score('topic:t-9', 'city', W47.fromMs - 1, 99, 'red'),
  ])
})
afterAll(() => store.close())

it('topics are exactly the released cells whose window ended in the week, of that unit', async () => {
  const found = await readReportCells(read, 'city', 'topic', W47)
  expect(found.map(({ key, people, messages, to }) => [key, people, messages, to])).toEqual([
    ['t-4', 10, 20, W47.fromMs + 6 * HOUR],
    ['t-1', 15, 30, NOW - 30 * HOUR],
    ['t-1', 25, 50, NOW - 29 * HOUR],
    ['t-2', 10, 20, W47.toMs],
  ])
  const courses = topicCourses(found, [], new Map(), false)
  expect(courses.find(({ id }) => id === 't-1')).toMatchObject({
    id: 't-1',
    now: { messages: 80, peak: 25, words: ['停水', '水管'] },
  })
  expect(await readReportCells(read, 'city', 'sentiment', W47)).toMatchObject([
    { key: '', messages: 80, sentiment: { negative: { low: 0.2, high: 0.4 } } },
  ])
})

it('a cell is read back as it was released, with its parts of harm', async () => {
  const [first, second] = await stored.ofTopic('t-1', ['city'])
  expect([first?.harm, second?.harm]).toEqual([[], HARM])
  expect((await stored.since(0)).filter(({ scope }) => scope === 'city')).toHaveLength(7)
})

it('the highest score of the week stands, of the unit, its children and its topics, never of a group', async () => {
  expect(await readHighestRisk(read, 'city', ['city', 'south'], W47)).toEqual([
    { subject: 'topic:t-1', score: 72, level: 'orange', at: NOW - 30 * HOUR },
    { subject: 'unit:south', score: 50, level: 'yellow', at: NOW - 40 * HOUR },
  ])
})

it('a flash brief of a topic is one page from its released cells, and of nothing that was not released there', async () => {
  const organisation = makeOrganisation(
    [
      { id: 'city', parentId: null },
      { id: 'south', parentId: 'city' },
      { id: 'north', parentId: 'city' },
    ],
    [],
  )
  const deps = {
    ...{ clickhouse: store.clickhouse, time, clock: { now: () => NOW }, ruleNames: () => ({}) },
    directory: { ...directoryOf(organisation), taxonomy: { all: [], get: () => undefined } },
    categoryFloor: 3,
  } as unknown as ReportDeps
  const { content, cells: kept } = await composeFlash(deps, 'city', { kind: 'topic', id: 't-1' })
  const [first] = content.sections[0]!.sentences
  expect(renderSentence(first!, content, 'zh-CN')).toBe(
    '话题“停水、水管”自 11月22日 02:00 起放行 2 个时段，至少 80 条消息，单个时段最多 25 人。',
  )
  expect(content.level).toBe('orange')
  expect(kept).toHaveLength(2)
  await expect(composeFlash(deps, 'north', { kind: 'topic', id: 't-1' })).rejects.toThrow('no such topic')
})

import type { Vocabulary } from '@guanlan/contract/gazetteer'
import type { PanelData, RiskRow } from '@guanlan/contract/panels'
import type { RiskExplanation, RiskLevel, RiskPoints } from '@guanlan/contract/risk'
import { RANGE_STEPS, type Range } from '@guanlan/contract/scope'
import type { SentimentCalibration } from '@guanlan/contract/sentiment'
import type { TopicDetail, TopicRow, TopicTimeline } from '@guanlan/contract/topic'
import { answerFormulas } from './double-formulas.ts'
import { seeded } from './seeded.ts'

const HALF_HOUR = 1_800_000
const NO_POINTS: RiskPoints = {
  surge: 0,
  growth: 0,
  persistence: 0,
  reach: 0,
  spread: 0,
  negative: 0,
  harm: 0,
  response: 0,
  unanswered: 0,
}

type Seed = [
  words: string[],
  score: number | null,
  level: RiskLevel,
  status: TopicRow['status'],
  people: number,
  rise: number | null,
  answer: TopicRow['answer'],
]
const SEEDS: Seed[] = [
  [['停水', '恢复时间', '梧桐里'], 83, 'red', 'rising', 145, 3.2, 'none'],
  [['退款', '培训班', '跑路'], 68, 'orange', 'rising', 60, 2.4, 'none'],
  [['电梯', '困人', '三号楼'], 51, 'yellow', 'steady', 40, 1.04, 'reopened'],
  [['快递柜', '收费'], 29, 'blue', 'falling', 20, 0.6, 'answered'],
  [['路口', '红绿灯', '坏了'], 14, 'none', 'steady', 15, 0.95, 'none'],
  [['校车', '晚点'], null, 'none', 'rising', 10, null, 'none'],
  [['供暖', '缴费'], 3, 'none', 'over', 10, 0.2, 'answered'],
]

function spark(i: number, rise: number | null): (number | null)[] {
  const random = seeded(31 + i)
  const begin = [14, 17, 4, 0, 9, 23, 2][i] ?? 0
  return Array.from({ length: 24 }, (_, k) => {
    if (k < begin || (i === 2 && k > 9 && k < 13) || (i === 6 && k > 15)) return null
    return Math.round(10 + (rise ?? 1) * 8 * (0.7 + 0.3 * random()) * (k - begin + 1))
  })
}

export function doubleTopics(now: number, empty: boolean): PanelData['topics'] {
  const to = Math.floor(now / 300_000) * 300_000
  const rows = SEEDS.map(([words, score, level, status, people, rise, answer], i): TopicRow => {
    const share = { low: 0.62 - i * 0.09, high: 0.78 - i * 0.07 }
    return {
      id: `t-${i}`,
      words,
      status,
      from: to - HALF_HOUR,
      to,
      people,
      messages: people * 2,
      groups: [50, 20, 10, 5, 5, 2, 2][i] ?? 2,
      units: [10, 5, 2, 2, 1, 1, 1][i] ?? 1,
      peoplePerHour: people * 2,
      rise,
      score,
      level,
      sentiment: i > 3 ? null : { negative: share, positive: { low: 0.02, high: 0.09 } },
      harm:
        i === 1
          ? [
              { code: 'fraud', messages: 15, share: 0.12 },
              { code: 'false.unverified', messages: 10, share: 0.08 },
            ]
          : [],
      spark: spark(i, rise),
      firstSeen: to - (24 - ([14, 17, 4, 0, 9, 23, 2][i] ?? 0)) * HALF_HOUR,
      answer,
    }
  })
  return {
    state: 'ready',
    warmMinutes: 30,
    warmOf: 30,
    releasedAt: empty ? null : to,
    rows: empty ? [] : rows,
  }
}

export function doubleSentiment(now: number, empty: boolean): PanelData['sentiment'] {
  const random = seeded(5)
  const from = now - 86_400_000
  const points = Array.from({ length: 48 }, (_, i) => {
    const middle = 0.3 + 0.2 * Math.sin(i / 7) + 0.05 * random()
    const width = 0.04 + 0.06 * random()
    return {
      from: from + i * HALF_HOUR,
      to: from + (i + 1) * HALF_HOUR,
      messages: 100,
      negative: { low: middle - width, high: middle + width },
      positive: { low: 0.1 + 0.03 * random(), high: 0.18 + 0.05 * random() },
    }
  }).filter((_, i) => i < 8 || i > 15)
  return {
    state: 'ready',
    warmMinutes: 30,
    warmOf: 30,
    calibrated: false,
    from,
    to: now,
    points: empty ? [] : points,
  }
}

const WHY: RiskPoints = {
  ...NO_POINTS,
  surge: 26,
  growth: 11,
  persistence: 6,
  reach: 12,
  spread: 7,
  negative: 4,
  harm: 5,
  unanswered: 12,
}

function explanation(now: number, score: number, level: RiskLevel): RiskExplanation {
  const rest = score - Object.values(WHY).reduce((sum, n) => sum + n, 0)
  return {
    version: 'topic-1',
    at: now - 60_000,
    score,
    level,
    points: { ...WHY, surge: WHY.surge + rest },
    since: {
      at: now - 3_600_000,
      score: score - 9,
      change: 9,
      points: { ...NO_POINTS, growth: 8, unanswered: 4, persistence: 1, surge: -4 },
    },
    needed: 0.81,
  }
}

function scores(now: number, top: number): TopicDetail['scores'] {
  return Array.from({ length: 96 }, (_, i) => {
    const score = Math.round((top * Math.min(1, i / 80)) ** 1)
    const level: RiskLevel =
      score >= 80 ? 'red' : score >= 65 ? 'orange' : score >= 45 ? 'yellow' : score >= 25 ? 'blue' : 'none'
    return { at: now - (95 - i) * 300_000, score, level }
  }).filter((_, i) => i < 30 || i > 42)
}

function detail(id: string, scope: string, now: number): TopicDetail | undefined {
  const topic = doubleTopics(now, false).rows.find((row) => row.id === id)
  if (topic === undefined) return undefined
  const cells = topic.spark.flatMap((value, i) =>
    value === null
      ? []
      : [
          {
            from: topic.to - (24 - i) * HALF_HOUR,
            to: topic.to - (23 - i) * HALF_HOUR,
            people: Math.floor(value / 10) * 5,
            messages: Math.floor(value / 5) * 5,
            groups: 10,
            units: 5,
            words: topic.words,
            sentiment: i % 5 === 3 ? null : topic.sentiment,
            harm: topic.harm,
          },
        ],
  )
  return {
    scope,
    topic,
    cells,
    scores: topic.score === null ? [] : scores(now, topic.score),
    explanation: topic.score === null ? null : explanation(now, topic.score, topic.level),
    units: [
      { scope: 'unit:u-3', name: '供水服务中心', to: topic.to, people: 60, messages: 120 },
      { scope: 'unit:u-0', name: '青石街道办事处', to: topic.to - 600_000, people: 25, messages: 40 },
    ],
    answers:
      topic.answer === 'none'
        ? []
        : [
            {
              at: new Date(now - 5_400_000).toISOString(),
              by: '宣传科值班',
              scope: 'org',
              note: '三号楼电梯今晚八点前修复，期间请走东侧楼梯。',
            },
          ],
    splitFrom: id === 't-2' ? 't-4' : null,
    mergedInto: null,
  }
}

function timeline(scope: string, range: Range, now: number): TopicTimeline {
  const { stepSeconds, steps } = RANGE_STEPS[range]
  const from = Math.floor(now / 1000 / stepSeconds) * stepSeconds * 1000 - (steps - 1) * stepSeconds * 1000
  const topics = doubleTopics(now, false).rows.map((row, i) => {
    const lines = Array.from({ length: steps }, (_, k) => row.spark[Math.floor((k / steps) * 24)] ?? null)
    return { id: row.id, words: row.words, level: row.level, line: lines, i }
  })
  return {
    scope,
    stepSeconds,
    from,
    topics: topics.map(({ id, words, level, line }) => ({
      id,
      words,
      level,
      ranks: line.map((value, k) =>
        value === null ? null : 1 + topics.filter((other) => (other.line[k] ?? -1) > value).length,
      ),
      peoplePerHour: line,
    })),
  }
}

export function doubleRisk(units: readonly string[], now: number, empty: boolean): PanelData['risk'] {
  const row = (scope: string, name: string, score: number, level: RiskLevel, i: number): RiskRow => {
    const random = seeded(50 + i)
    const harm = Math.round(score * 0.5)
    const unanswered = Math.round(score * 0.2)
    return {
      scope,
      name,
      score,
      level,
      points: { ...NO_POINTS, surge: score - harm - unanswered, harm, unanswered },
      change: i === 3 ? null : Math.round(12 * random() - 4),
      spark: Array.from({ length: 24 }, (_, k) => (k < 5 && i % 2 ? null : Math.round(score * random()))),
    }
  }
  if (empty) return { computedAt: null, self: null, rows: [], notShown: 12 }
  return {
    computedAt: now - 90_000,
    self: row('org', '云泽市', 38, 'blue', 9),
    rows: [
      row('unit:u-3', units[3] ?? '', 82, 'red', 0),
      row('unit:u-0', units[0] ?? '', 66, 'orange', 1),
      row('group:g-3-2', `${units[3]}服务群2`, 52, 'yellow', 2),
      row('unit:u-1', units[1] ?? '', 31, 'blue', 3),
      row('unit:u-2', units[2] ?? '', 12, 'none', 4),
      row('unit:u-4', units[4] ?? '', 0, 'none', 5),
    ],
    notShown: 7,
  }
}

const CALIBRATION: SentimentCalibration = {
  at: '2026-11-20T08:00:00.000Z',
  by: '宣传科甲',
  negatives: 120,
  others: 190,
  hitRate: 0.88,
  falseRate: 0.07,
  width: 0.16,
}

const VOCABULARY: Vocabulary = {
  entries: [
    {
      id: 1,
      kind: 'gazetteer',
      spelling: '梧桐里',
      type: 'place',
      synonyms: ['梧桐里小区', '梧桐苑'],
      state: 'active',
      proposedBy: '宣传科甲',
      proposedAt: '2026-11-18T02:00:00.000Z',
      decidedBy: '宣传科乙',
      decidedAt: '2026-11-18T03:00:00.000Z',
      own: false,
    },
    {
      id: 2,
      kind: 'gazetteer',
      spelling: '云泽水务通',
      type: 'product',
      synonyms: [],
      state: 'waiting',
      proposedBy: '宣传科乙',
      proposedAt: '2026-11-21T02:00:00.000Z',
      decidedBy: null,
      decidedAt: null,
      own: false,
    },
    {
      id: 3,
      kind: 'approved',
      spelling: '临湖环线',
      type: null,
      synonyms: [],
      state: 'waiting',
      proposedBy: '值班一',
      proposedAt: '2026-11-21T02:30:00.000Z',
      decidedBy: null,
      decidedAt: null,
      own: true,
    },
  ],
  candidates: [
    { spelling: '北岸驿站', looksLikeName: false },
    { spelling: '章小满', looksLikeName: true },
  ],
}

/** What was sent to the double, so that a test can look at it. */
export interface DoubleInsight {
  sent: { path: string; body: unknown }[]
  /** Answers a request of topics, risk or words; undefined where it is another's. */
  answer(method: string, url: URL, body: unknown, now: number): { code: number; body?: unknown } | undefined
}

export function createDoubleInsight(): DoubleInsight {
  const sent: DoubleInsight['sent'] = []
  const answered = new Map<string, TopicDetail['answers'][number]>()
  const missing = {
    code: 404,
    body: {
      type: 'urn:guanlan:error:not_found',
      title: 'There is nothing here',
      status: 404,
      code: 'not_found',
    },
  }
  function topic(id: string, scope: string, now: number): { code: number; body?: unknown } {
    const found = detail(id, scope, now)
    if (found === undefined) return missing
    const answer = answered.get(id)
    if (answer === undefined) return { code: 200, body: found }
    return {
      code: 200,
      body: { ...found, answers: [answer, ...found.answers], topic: { ...found.topic, answer: 'answered' } },
    }
  }
  return {
    sent,
    answer(method, url, body, now) {
      const path = url.pathname.replace('/api/v1/', '')
      const scope = url.searchParams.get('scope') ?? 'org'
      const range = (url.searchParams.get('range') ?? 'day') as Range
      const [, id, answers] = /^topics\/([^/]+)(\/answers)?$/.exec(path) ?? []
      if (method !== 'GET' && /^(topics|risk|vocabulary|sentiment)/.test(path)) sent.push({ path, body })
      if (id !== undefined && answers !== undefined) {
        const note = (body as { note: string }).note
        answered.set(id, { at: new Date(now).toISOString(), by: '值班一', scope, note })
      }
      if (id !== undefined) return topic(id, scope, now)
      if (method === 'POST' && path === 'risk/marks') return { code: 204 }
      if (path === 'topic-timeline') return { code: 200, body: timeline(scope, range, now) }
      if (path === 'risk/explanation') return { code: 200, body: explanation(now, 82, 'red') }
      if (path === 'risk/history') return { code: 200, body: { scope, points: scores(now, 82) } }
      const formulas = answerFormulas(path, now)
      if (formulas !== undefined) return formulas
      if (path === 'risk/calibration')
        return { code: 200, body: { marks: 34, needed: 21, least: 50, curve: [], error: null } }
      if (method === 'POST' && path === 'vocabulary')
        return { code: 201, body: { ...VOCABULARY.entries[2], id: 9 } }
      if (method === 'POST' && /^vocabulary\/\d+\/decision$/.test(path))
        return { code: 200, body: { ...VOCABULARY.entries[1], state: 'active' } }
      if (path === 'vocabulary') return { code: 200, body: VOCABULARY }
      if (path === 'vocabulary-roster')
        return { code: 200, body: { size: 1_842, updatedAt: '2026-11-02T01:00:00.000Z' } }
      if (path === 'sentiment-calibration') return { code: 200, body: CALIBRATION }
      return undefined
    },
  }
}

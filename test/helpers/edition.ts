import { createHash } from 'node:crypto'
import { Edition, type ReportColumn, type ReportSentence, type ReportValue } from '@guanlan/contract/report'

const column = (
  key: string,
  type: ReportColumn['type'],
  vocabulary: ReportColumn['vocabulary'] = null,
  unit: ReportColumn['unit'] = null,
): ReportColumn => ({ key, type, vocabulary, unit })
const row = (cells: ReportValue[], total = false) => ({ cells, figureRefs: [], total })
const sentence = (
  key: string,
  params: ReportSentence['params'],
  figureRefs: string[] = [],
  tone: ReportSentence['tone'] = 'plain',
): ReportSentence => ({ key, params, figureRefs, tone })

const DAYS = ['16', '17', '18', '19', '20', '21', '22'].map((day) => `2026-11-${day}`)
const AT = '2026-11-23T00:05:00Z'

const figure = (value: ReportValue, queryId: string) => ({
  value,
  queryId,
  parameters: { scope: 'org', from: '2026-11-16', to: '2026-11-22' },
  watermark: { at: AT, events: 48_210, corrections: 31 },
  hash: createHash('sha256')
    .update(`${queryId}${JSON.stringify(value)}`)
    .digest('hex'),
})

const TIERS = {
  id: 'tiers',
  captionKey: 'table.tiers',
  columns: [
    column('tier', 'label', 'tier'),
    column('count', 'integer', null, 'messages'),
    column('previous', 'integer', null, 'messages'),
    column('usual', 'interval'),
    column('verdict', 'label', 'verdict'),
    column('percentChange', 'percent'),
  ],
  rows: [
    row(['illegal', 214, 180, { low: 0.1, high: 0.25 }, 'rose', 0.189]),
    row(['harmful', 640, 655, null, 'steady', null]),
    row(['conduct', { below: 3 }, 12, null, 'few', null]),
    row(['all', 855, 847, null, 'steady', 0.009], true),
  ],
}

const TOPICS = {
  id: 'topics',
  captionKey: 'table.topics',
  columns: [
    column('words', 'text'),
    column('messages', 'integer', null, 'messages'),
    column('peak', 'integer', null, 'people'),
    column('status', 'label', 'topicStatus'),
    column('answer', 'label', 'answer'),
    column('answeredAfter', 'minutes'),
    column('day', 'date'),
    column('at', 'instant'),
  ],
  rows: [
    row(['停水、水厂、临时供水点', 385, 60, 'over', 'answered', 96, '2026-11-17', '2026-11-17T01:35:00Z']),
    row(['=退费、客服、验证码', 120, 25, 'rose', 'none', null, '2026-11-20', '2026-11-20T10:20:00Z']),
  ],
}

const sections: Edition['sections'] = [
  {
    key: 'headline',
    sentences: [
      sentence('headline.total', { count: 855, previous: 847, verdict: 'steady', percent: null }, ['total']),
      sentence('topics.unanswered', { topic: 'tp-2' }, [], 'attention'),
    ],
    tables: [],
    charts: [],
    notes: [],
  },
  {
    key: 'violations',
    sentences: [
      sentence(
        'violations.tier',
        { tier: 'illegal', count: 214, previous: 180, verdict: 'rose', percent: 19 },
        ['illegal'],
      ),
    ],
    tables: [TIERS],
    charts: [
      {
        id: 'trend',
        kind: 'trend',
        captionKey: 'chart.trend',
        data: {
          steps: DAYS,
          illegal: [30, 28, 31, null, 42, 40, 21],
          harmful: [90, 95, 88, null, 120, 101, 80],
          conduct: [0, 1, 0, null, 1, 0, 0],
          previous: [118, 130, 121, 119, 125, 131, 103],
          gaps: [3],
          corrected: [5],
        },
      },
      {
        id: 'history',
        kind: 'history',
        captionKey: 'chart.history',
        data: {
          periods: ['2026-W42', '2026-W43', '2026-W44', '2026-W45', '2026-W46', '2026-W47'],
          values: [790, 880, null, 812, 847, 855],
          usual: { low: 760, high: 910 },
        },
      },
      {
        id: 'categories',
        kind: 'bars',
        captionKey: 'chart.categories',
        data: {
          vocabulary: 'category',
          rows: [
            { code: 'fraud', tier: 'illegal', value: 160, previous: 120 },
            { code: 'abuse', tier: 'harmful', value: 98, previous: 101 },
            { code: 'ads', tier: 'conduct', value: 40, previous: null },
          ],
        },
      },
    ],
    notes: [],
  },
  {
    key: 'topics',
    sentences: [
      sentence('topics.count', { count: 2 }, ['topics']),
      sentence('topics.answered', { topic: 'tp-1', minutes: 96 }),
    ],
    tables: [TOPICS],
    charts: [
      {
        id: 'topics',
        kind: 'topics',
        captionKey: 'chart.topics',
        data: {
          steps: DAYS,
          rows: [
            { id: 'tp-1', words: ['停水', '水厂'], values: [null, 60, 35, 10, null, null, null] },
            { id: 'tp-2', words: ['退费', '客服'], values: [null, null, null, null, 15, 25, 20] },
          ],
        },
      },
    ],
    notes: [],
  },
  {
    key: 'sentiment',
    sentences: [sentence('sentiment.none', {})],
    tables: [],
    charts: [
      {
        id: 'sentiment',
        kind: 'sentiment',
        captionKey: 'chart.sentiment',
        data: {
          steps: DAYS,
          negative: DAYS.map((_, i) => (i === 3 ? null : { low: 0.2 + i / 50, high: 0.3 + i / 40 })),
          positive: DAYS.map((_, i) => (i === 3 ? null : { low: 0.35, high: 0.48 + i / 100 })),
        },
      },
    ],
    notes: [sentence('sentiment.uncalibrated', {})],
  },
  {
    key: 'response',
    sentences: [sentence('response.few', { count: 12 })],
    tables: [],
    charts: [
      {
        id: 'delay',
        kind: 'delay',
        captionKey: 'chart.delay',
        data: {
          targetMinutes: 30,
          rows: [
            { tier: 'illegal', count: 214, medianMinutes: 4, p90Minutes: 26 },
            { tier: 'harmful', count: 640, medianMinutes: 9, p90Minutes: 58 },
            { tier: 'conduct', count: 2, medianMinutes: null, p90Minutes: null },
          ],
        },
      },
    ],
    notes: [],
  },
  {
    key: 'limits',
    sentences: [sentence('limits.upstream', {}), sentence('limits.cause', {})],
    tables: [],
    charts: [],
    notes: [],
  },
]

/** An issued weekly edition with every kind of chart, column and value: made by hand, so that forms are tested alone. */
export function sampleEdition(changes: Partial<Edition> = {}): Edition {
  return Edition.parse({
    id: `rep-${'0a'.repeat(9)}`,
    schema: 1,
    kind: 'week',
    scope: 'org',
    period: {
      key: '2026-W47',
      from: '2026-11-16',
      to: '2026-11-22',
      isoYear: 2026,
      isoWeek: 47,
      timezone: 'Asia/Shanghai',
    },
    subject: null,
    state: 'issued',
    number: { year: 2026, sequence: 47 },
    createdAt: AT,
    createdBy: 'schedule',
    approvedAt: '2026-11-23T00:40:00Z',
    approvedBy: 'account-1',
    issuedAt: '2026-11-23T00:41:00Z',
    issuedBy: 'account-1',
    supersedes: null,
    supersededBy: null,
    correctionNote: null,
    names: {
      organisation: '云汀市政务服务中心',
      units: { 'u-1': '东湖街道' },
      categories: {
        fraud: { zh: '诈骗', en: 'Fraud', tier: 'illegal' },
        abuse: { zh: '辱骂', en: 'Abuse', tier: 'harmful' },
        ads: { zh: '广告', en: 'Advertising', tier: 'conduct' },
      },
      sources: {},
      topics: { 'tp-1': ['停水', '水厂', '临时供水点'], 'tp-2': ['退费', '客服', '验证码'] },
      rules: {},
    },
    sections,
    figures: {
      total: figure(855, 'totals@1'),
      illegal: figure(214, 'totals@1'),
      topics: figure(2, 'released-topics@1'),
    },
    dataQuality: {
      silentSources: [],
      gaps: [{ day: '2026-11-19', hours: 24 }],
      lateCorrections: 2,
      hiddenDays: [],
    },
    basis: DAYS.map((day) => ({ day, events: 6_887, corrections: 4, groups: 210, lastCorrectionAt: null })),
    releasedCells: [],
    level: 'yellow',
    auditHead: { seq: 1204, hash: 'ab'.repeat(32) },
    contentHash: 'cd'.repeat(32),
    ...changes,
  })
}

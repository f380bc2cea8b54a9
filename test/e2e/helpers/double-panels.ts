import type { PanelData, PanelName, TierCounts } from '@guanlan/contract/panels'
import { RANGE_STEPS, type Range } from '@guanlan/contract/scope'
import { doubleAlerts } from './double-alerts.ts'
import { doubleRisk, doubleSentiment, doubleTopics } from './double-insight.ts'
import { seeded } from './seeded.ts'

/** Screens are told the time of a last message by the quarter of an hour. */
const quarter = (ms: number) => Math.floor(ms / 900_000) * 900_000

/** What the test double shows: `data`, nothing yet, or a source that stopped. */
export type DoublePicture = 'data' | 'empty' | 'silent'

export const DOUBLE_CATEGORIES = [
  ['fraud', 'illegal', 4, '诈骗传销', 'Fraud, pyramid schemes, illegal fund-raising'],
  ['false.emergency', 'illegal', 5, '虚假险情疫情警情', 'False report of a disaster, epidemic or emergency'],
  ['leak.privacy', 'illegal', 4, '泄露个人隐私', 'Personal information exposed'],
  ['abuse.insult', 'harmful', 2, '辱骂攻击', 'Insult or personal attack'],
  [
    'false.unverified',
    'harmful',
    3,
    '未经证实的安全信息',
    'Specific unverified claim of danger to safety or health',
  ],
  ['vulgar', 'harmful', 1, '低俗', 'Vulgar content'],
  ['ads', 'conduct', 1, '广告营销', 'Unsolicited advertising'],
  ['spam.flood', 'conduct', 1, '刷屏', 'Flooding'],
  ['link.suspicious', 'conduct', 2, '可疑链接', 'Suspicious link'],
  ['leak.internal', 'conduct', 2, '内部资料外传', 'Internal working material forwarded'],
  ['offtopic', 'conduct', 1, '与本群无关', 'Not what the group is for'],
] as const

export const DOUBLE_UNITS = [
  '青石街道办事处',
  '临湖街道办事处',
  '市第三实验小学',
  '供水服务中心',
  '云桥社区居民委员会',
  '住房保障和物业管理科',
  '梧桐里社区',
  '市政养护一队',
  '北岸社区卫生服务中心',
]

interface Shape {
  range: Range
  now: number
  picture: DoublePicture
  /** Added to the open step and to today: what was posted since the double started. */
  extra: number
}

function tiers(random: () => number, size: number): TierCounts {
  return {
    illegal: Math.floor(size * 0.1 * random() * 2),
    harmful: Math.floor(size * 0.3 * random() * 1.6),
    conduct: Math.floor(size * (0.6 + 0.3 * random())),
  }
}

function trend({ range, now, picture, extra }: Shape): PanelData['trend'] {
  const { stepSeconds, steps } = RANGE_STEPS[range]
  const random = seeded(7)
  const size = stepSeconds / 90
  const step = stepSeconds * 1000
  const from = Math.floor(now / step) * step - (steps - 1) * step
  const at = (i: number) => from + i * step
  const rhythm = (i: number) =>
    0.35 + 0.65 * Math.max(0, Math.sin((((at(i) / 3_600_000 + 8) % 24) / 24) * Math.PI))
  const empty = picture === 'empty'
  const points = Array.from({ length: steps }, (_, i) => {
    if (empty) return null
    if (i > steps * 0.3 && i < steps * 0.36) return null
    const surge = i > steps - 5 ? 1.9 : 1
    return tiers(random, size * rhythm(i) * surge * (i === steps - 1 ? 0.4 : 1))
  })
  const last = points.at(-1)
  if (last) last.conduct += extra
  const lastWeek = Array.from({ length: steps }, (_, i) =>
    empty ? null : Math.floor(size * rhythm(i) * (0.9 + 0.3 * random())),
  )
  return {
    stepSeconds,
    from,
    points,
    lastWeek,
    messages: points.map((p) => (p === null ? null : 40 * (p.conduct + 3))),
    corrected: empty ? [] : [0.6, 0.64, 0.7].map((part) => Math.floor(steps * part)),
  }
}

function categories(): PanelData['categories'] {
  const random = seeded(11)
  const rows = DOUBLE_CATEGORIES.map(([code, tier]) => {
    const count = Math.floor(6 + 180 * random() ** 2)
    return { code, tier, count, previous: random() < 0.15 ? null : Math.floor(count * (0.5 + random())) }
  }).sort((a, b) => b.count - a.count)
  return { rows, notShown: 7, vagueShare: 0.18, care: 3 }
}

function units(): PanelData['units'] {
  const random = seeded(23)
  const rows = DOUBLE_UNITS.map((name, i) => {
    const tier = tiers(random, 160 / (i + 1))
    const acted = tier.illegal + tier.harmful + tier.conduct
    const spark = Array.from({ length: 24 }, () => Math.floor((acted / 12) * random()))
    return {
      scope: `unit:u-${i}`,
      name,
      messages: acted * 43,
      acted,
      previousActed: i === 4 ? null : Math.floor(acted * (0.6 + 0.8 * random())),
      tier,
      spark,
    }
  }).sort((a, b) => b.acted - a.acted)
  const others = { ...rows.at(-1)!, scope: 'others', name: 'others' }
  return { rows: [...rows.slice(0, -1), others], notShown: 4 }
}

/** One panel of the double, of the shape of the contract. */
export function doublePanel<P extends PanelName>(panel: P, shape: Shape): PanelData[P] {
  const { now, picture, extra } = shape
  const empty = picture === 'empty'
  const random = seeded(Math.floor(now / 1000))
  const all: { [N in PanelName]: () => PanelData[N] } = {
    pulse: () => ({
      perSecond: Array.from({ length: 60 }, () => (empty ? 0 : Math.floor(20 + 30 * random()))),
      messagesToday: empty ? 0 : 123_456,
      actedToday: empty ? 0 : 1_284 + extra,
      messagesLastWeek: empty ? null : 118_020,
      actedLastWeek: empty ? null : 1_102,
      peopleToday: empty ? null : 8_340,
      groupsToday: empty ? 0 : 287,
    }),
    trend: () => trend(shape),
    categories: () => (empty ? { rows: [], notShown: 0, vagueShare: 0, care: 0 } : categories()),
    decisions: () =>
      empty
        ? { allowed: 0, warned: 0, restricted: 0, removed: 0, automated: 0, human: 0 }
        : { allowed: 122_172, warned: 611, restricted: 240, removed: 433, automated: 120_000, human: 3_456 },
    delay: () => ({
      targetMs: 60_000,
      withinTarget: empty ? null : 0.874,
      rows: (['all', 'illegal', 'harmful', 'conduct'] as const).map((tier, i) =>
        empty
          ? { tier, count: 0, medianMs: null, p90Ms: null }
          : {
              tier,
              count: 400 / (i + 1),
              medianMs: 900 * (i + 1),
              p90Ms: i === 2 ? 190_000 : 24_000 * (i + 1),
            },
      ),
    }),
    units: () => (empty ? { rows: [], notShown: 12 } : units()),
    corrections: () =>
      empty
        ? { acted: 0, corrected: 0, overturned: 0, overturnRate: null, rows: [] }
        : {
            acted: 1_284,
            corrected: 61,
            overturned: 44,
            overturnRate: 44 / 1284,
            rows: [
              { code: 'false.emergency', acted: 96, overturned: 21 },
              { code: 'abuse.insult', acted: 210, overturned: 14 },
              { code: 'ads', acted: 388, overturned: 9 },
            ],
          },
    freshness: () => ({
      lastAcceptedAt: null,
      backlog: 0,
      sources: empty
        ? []
        : [
            {
              source: 'im-gateway',
              state: picture === 'silent' ? 'silent' : 'live',
              lastSeenAt: picture === 'silent' ? quarter(now - 1_040_000) : null,
              perMinute: 2_140,
              rejectedToday: 12,
              correctsUnknown: 0,
            },
            {
              source: 'school-groups',
              state: 'live',
              lastSeenAt: null,
              perMinute: 310,
              rejectedToday: 0,
              correctsUnknown: 2,
            },
            {
              source: 'estate-service',
              state: 'quiet',
              lastSeenAt: quarter(now - 190_000),
              perMinute: 3,
              rejectedToday: 0,
              correctsUnknown: 0,
            },
          ],
    }),
    topics: () => doubleTopics(now, empty),
    sentiment: () => doubleSentiment(now, empty),
    alerts: () => doubleAlerts(now, empty),
    risk: () => doubleRisk(DOUBLE_UNITS, now, empty),
    words: () => ({
      state: 'ready',
      warmMinutes: 30,
      releasedAt: empty ? null : now - 240_000,
      from: empty ? null : now - 2_040_000,
      to: empty ? null : now - 240_000,
      rows: empty
        ? []
        : [
            { word: '停水', people: 85, messages: 240, previousMessages: 60 },
            { word: '退款', people: 45, messages: 110, previousMessages: null },
            { word: '恢复时间', people: 30, messages: 45, previousMessages: 50 },
            { word: '作业', people: 25, messages: 40, previousMessages: 90 },
            { word: '快递柜', people: 10, messages: 15, previousMessages: 15 },
          ],
    }),
  }
  return all[panel]()
}

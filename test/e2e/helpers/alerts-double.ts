import type { AlertPage, AlertSummary, InAppPage, OwnChannel } from '@guanlan/contract/alert'
import type { RuleView } from '@guanlan/contract/alert-measure'
import type { RosterView, Turn } from '@guanlan/contract/roster'
import type { Page, Route } from 'playwright-core'

/** Answers of the alert endpoints for tests of the pages alone; `calls` are the writes that the page made. */
export interface AlertsDouble {
  alerts: AlertSummary[]
  readonly calls: { method: string; path: string; body: unknown }[]
  /** `empty`: a new product; `error`: every answer is a failure from now on. */
  mode: 'data' | 'empty' | 'error'
  /** The note of whoever went before was not read by the reader. */
  unread: boolean
  channels: OwnChannel[]
  pages: InAppPage[]
}

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 24 * HOUR
const NAMES = { 'a-1': '值班一', 'a-2': '值班二', 'a-3': '负责人三' }

const alert = (change: Partial<AlertSummary>): AlertSummary => ({
  id: 'al-1',
  level: 'orange',
  status: 'open',
  origin: 'rule',
  ruleId: 'fraud-wave',
  ruleName: '诈骗信息突然增多',
  subject: { unitId: 'u-0', groupId: null, category: 'fraud', topicId: null, source: null },
  unitName: '青石街道办事处',
  groupName: null,
  openedAt: Date.now() - 12 * MINUTE,
  clearedAt: null,
  dueAt: Date.now() + 4 * MINUTE,
  step: 1,
  steps: 3,
  takenBy: null,
  assignee: null,
  hold: null,
  firstConfirmedBy: null,
  resolvedAt: null,
  outcome: null,
  quiet: false,
  episode: 1,
  ...change,
})

const QUEUE = (): AlertSummary[] => [
  alert({
    id: 'al-red',
    level: 'red',
    ruleName: '虚假险情',
    subject: { unitId: 'u-3', groupId: 'g-3-1', category: 'false.emergency', topicId: null, source: null },
    unitName: '供水服务中心',
    groupName: '供水服务中心服务群1',
    openedAt: Date.now() - 3 * MINUTE,
    step: 0,
  }),
  alert({}),
  alert({
    id: 'al-2',
    level: 'yellow',
    status: 'acknowledged',
    ruleName: '判定用时过长',
    subject: { unitId: 'u-2', groupId: null, category: null, topicId: null, source: null },
    unitName: '市第三实验小学',
    openedAt: Date.now() - 50 * MINUTE,
    dueAt: Date.now() + 17 * MINUTE,
    takenBy: 'a-2',
  }),
  alert({
    id: 'al-3',
    level: 'blue',
    ruleName: null,
    origin: 'hand',
    hold: { kind: 'silence', by: 's-1' },
    dueAt: null,
    openedAt: Date.now() - 2 * HOUR,
  }),
]

const pageOf = (one: AlertSummary): AlertPage => ({
  alert: one,
  fired: {
    kind: 'threshold',
    counted: 'category',
    windowMinutes: 60,
    levels: [
      { level: 'yellow', from: 10 },
      { level: 'orange', from: 25 },
    ],
    value: 31,
  },
  contribution: [
    { code: 'fraud', count: 24 },
    { code: 'link.suspicious', count: 7 },
  ],
  noTrend: null,
  trend: {
    of: 'counts',
    from: Date.now() - 2 * HOUR,
    stepSeconds: 300,
    points: Array.from({ length: 24 }, (_, i) => (i > 5 && i < 8 ? null : i > 20 ? 9 + i : 2 + (i % 3))),
  },
  timeline: [
    { at: one.openedAt, code: 'opened', by: null, data: { level: one.level } },
    { at: one.openedAt + 900, code: 'paged', by: null, data: { step: 0, pages: 2 } },
    {
      at: one.openedAt + 950,
      code: 'not_notified',
      by: null,
      data: { step: 0, accountId: 'a-3', because: 'no_verified_channel' },
    },
    ...(one.takenBy === null
      ? []
      : [
          {
            at: Date.now() - 1000,
            code: 'acknowledged' as const,
            by: one.takenBy,
            data: { until: Date.now() + 30 * MINUTE },
          },
        ]),
  ],
  notes: [{ id: 'n-1', at: Date.now() - MINUTE, by: 'a-2', text: '已请供水科核实，等回复。' }],
  call: [
    { step: 0, at: one.openedAt, accounts: ['a-1', 'a-2'], channels: ['in-app', 'email'] },
    { step: 1, at: Date.now() + 4 * MINUTE, accounts: ['a-3'], channels: ['in-app', 'wecom'] },
    { step: 2, at: Date.now() + 14 * MINUTE, accounts: [], channels: [] },
  ],
  lastTime: {
    id: 'al-old',
    openedAt: Date.now() - 9 * DAY,
    resolvedAt: Date.now() - 9 * DAY + 40 * MINUTE,
    outcome: 'answered-publicly',
  },
  places: [
    { unitId: 'u-1', unitName: '青石第一社区', count: 15 },
    { unitId: 'u-2', unitName: '青石第二社区', count: 9 },
  ],
  sameKind: {
    ended: 5,
    outcomes: [
      { outcome: 'answered-publicly', count: 4 },
      { outcome: 'false-alarm', count: 1 },
    ],
    resolveMs: 42 * MINUTE,
  },
  names: NAMES,
})

const RULE: RuleView['rule'] = {
  id: 'fraud-wave',
  version: 3,
  name: '诈骗信息突然增多',
  origin: 'operator',
  enabled: true,
  condition: {
    kind: 'threshold',
    counted: 'category',
    windowMinutes: 60,
    levels: [
      { level: 'yellow', from: 10 },
      { level: 'orange', from: 25 },
    ],
  },
  per: 'unit',
  where: { units: [], groupKinds: [], categories: ['fraud'] },
  belowFloor: false,
  pendingSeconds: 60,
  keepFiringSeconds: 300,
  onNoData: 'keep',
  onError: 'keep',
  policyId: 'default',
}
const RULES: RuleView[] = [
  {
    rule: RULE,
    state: 'active',
    madeBy: 'a-2',
    madeAt: Date.now() - DAY,
    faults: [],
    instances: 9,
    firing: 1,
  },
  {
    rule: { ...RULE, id: 'old-unit', name: '旧单位违规增多' },
    state: 'active',
    madeBy: 'a-2',
    madeAt: Date.now() - DAY,
    faults: ['unknown_unit'],
    instances: 0,
    firing: 0,
  },
]

function roster(unread: boolean): RosterView {
  const first = Math.floor((Date.now() + 8 * HOUR) / DAY) * DAY - 8 * HOUR + 8.5 * HOUR - DAY
  const turns: Turn[] = Array.from({ length: 30 }, (_, i) => ({
    from: first + i * DAY,
    until: first + (i + 1) * DAY,
    accountId: i === 6 ? null : `a-${1 + (i % 2)}`,
    by: i === 6 ? ('gap' as const) : i === 4 ? ('override' as const) : ('rotation' as const),
  }))
  const gap = turns[6]!
  return {
    roster: {
      id: 'main',
      name: '值班表',
      rotation: { kind: 'daily', handoverMinute: 510 },
      people: ['a-1', 'a-2'],
      startDay: '2026-11-01',
      on: 'every-day',
      overrides: [],
    },
    version: 2,
    onDuty: ['a-1'],
    turns,
    outlook: {
      gaps: [{ from: gap.from, until: gap.until }],
      load: [
        { accountId: 'a-1', hours: 336, offHours: 200 },
        { accountId: 'a-2', hours: 312, offHours: 190 },
      ],
      spreadHours: 24,
      uneven: true,
    },
    entries: ['role:duty'],
    handover: {
      id: 'h-1',
      by: 'a-2',
      at: Date.now() - 5 * HOUR,
      text: '供水科还没有回复。',
      readBy: unread ? [] : ['a-1'],
    },
    owedBy: unread ? ['a-1'] : [],
    mayNote: true,
    feed: '/api/v1/alerting/rosters/main/duty.ics?k=x',
    names: NAMES,
  }
}

const POLICY = {
  policy: {
    id: 'default',
    version: 1,
    name: '一般预警',
    steps: [
      {
        afterMinutes: 0,
        targets: [{ kind: 'roster', rosterId: 'main' }],
        channels: { working: ['in-app', 'wecom'], night: ['in-app', 'email'] },
        levels: [],
      },
      {
        afterMinutes: 10,
        targets: [{ kind: 'role', role: 'unit-lead', from: 'unit' }],
        channels: { working: ['in-app'], night: ['in-app', 'email'] },
        levels: [],
      },
    ],
    repeatMinutes: 30,
    acknowledgeMinutes: 30,
    acknowledgeMinutesRed: 10,
    lastResort: ['a-3'],
  },
  version: 1,
  madeBy: 'a-2',
  madeAt: Date.now() - DAY,
  gaps: [
    {
      ...{ step: 1, unitIds: ['u-4'], reason: 'one_channel', accountId: null },
      ...{ level: null, at: null, hours: 'night' },
    },
    {
      ...{ step: 0, unitIds: ['u-1', 'u-3', 'u-4'], reason: 'cannot_take', accountId: 'a-2' },
      ...{ level: null, at: null, hours: null },
    },
  ],
}

/** The statutory days of one holiday, with the day that is worked for it. */
const DAYS = {
  '2026-10-01': 'holiday',
  '2026-10-02': 'holiday',
  '2026-10-05': 'holiday',
  '2026-10-10': 'workday',
}

const SILENCE = () => ({
  silence: {
    id: 's-1',
    by: 'a-2',
    reason: '供水管网检修，已公告',
    from: Date.now() - HOUR,
    until: Date.now() + 3 * HOUR,
    match: { unitId: 'u-3', groupId: null, category: null, ruleId: null },
  },
  byName: '值班二',
  muting: 2,
})

const CHANNELS = (): OwnChannel[] => [
  { channel: 'in-app', external: false, address: '', verified: true, disabled: false },
  { channel: 'email', external: true, address: 'd…@example.org', verified: false, disabled: false },
]

function read(path: string, double: AlertsDouble): unknown {
  const id = /^\/api\/v1\/alerts\/([^/]+)$/.exec(path)?.[1]
  const one = double.alerts.find((row) => row.id === id)
  if (one !== undefined) return pageOf(one)
  const none = double.mode === 'empty'
  const answers: Record<string, () => unknown> = {
    '/api/v1/alerts': () => ({ alerts: none ? [] : double.alerts, names: NAMES }),
    '/api/v1/me/pages': () => ({ pages: none ? [] : double.pages }),
    '/api/v1/alerting/rules': () => ({ rules: none ? [] : RULES, names: NAMES }),
    '/api/v1/alerting/policies': () => ({ policies: none ? [] : [POLICY], names: NAMES }),
    '/api/v1/alerting/rosters': () => ({ rosters: none ? [] : [roster(double.unread)] }),
    '/api/v1/alerting/calendar': () => ({
      version: 1,
      calendar: {
        utcOffsetMinutes: 480,
        weekdays: [1, 2, 3, 4, 5],
        hours: { from: 540, to: 1050 },
        days: none ? {} : DAYS,
      },
    }),
    '/api/v1/me/channels': () => ({ channels: double.channels }),
    '/api/v1/alerting/policies/preflight': () => ({ gaps: POLICY.gaps, names: NAMES }),
    '/api/v1/alerting/silences': () => ({ silences: none ? [] : [SILENCE()] }),
    '/api/v1/alerting/silences/preview': () => ({
      total: 6,
      byLevel: { blue: 2, yellow: 3, orange: 0, red: 1 },
    }),
    '/api/v1/alerting/measures': () => ({
      measures: (none ? [] : [0]).map(() => ({
        key: 'fraud-wave',
        name: '诈骗信息突然增多',
        episodes: 12,
        acknowledgeMs: 190_000,
        resolveMs: 3_100_000,
        escalated: 0.25,
        falseAlarms: 0.083,
      })),
    }),
    '/api/v1/alerting/backtest': () => ({
      weeks: 4,
      byWeek: [2, 5, 3, 4],
      perWeek: 3.5,
      nightPerWeek: 0.75,
      byUnit: [
        { unitId: 'u-0', unitName: '青石街道办事处', perWeek: 2.5 },
        { unitId: 'u-3', unitName: '供水服务中心', perWeek: 1 },
      ],
    }),
  }
  return answers[path]?.()
}

/** Puts the double in front of a page: alert endpoints are answered here, everything else goes on. */
export async function answerAlerts(page: Page, change: Partial<AlertsDouble> = {}): Promise<AlertsDouble> {
  const double: AlertsDouble = {
    ...{ alerts: QUEUE(), calls: [], mode: 'data', unread: false, channels: CHANNELS(), pages: [] },
    ...change,
  }
  const answer = async (route: Route): Promise<void> => {
    const request = route.request()
    const path = new URL(request.url()).pathname
    const method = request.method()
    if (method !== 'GET') double.calls.push({ method, path, body: request.postDataJSON() as unknown })
    const taken = /^\/api\/v1\/alerts\/([^/]+)\/acknowledgement$/.exec(path)?.[1]
    if (taken !== undefined) {
      double.alerts = double.alerts.map((one) =>
        one.id === taken
          ? { ...one, status: 'acknowledged', takenBy: 'a-1', dueAt: Date.now() + 30 * MINUTE }
          : one,
      )
      return route.fulfill({ json: double.alerts.find((one) => one.id === taken) })
    }
    if (double.mode === 'error') return route.fulfill({ status: 503 })
    if (path.endsWith('/handover/read')) {
      double.unread = false
      return route.fulfill({ status: 204 })
    }
    if (path.endsWith('/me/channels/email/verification')) {
      double.channels = double.channels.map((one) => ({ ...one, verified: true }))
      return route.fulfill({ status: 204 })
    }
    if (method === 'PUT' && path.startsWith('/api/v1/alerting/rosters/'))
      return route.fulfill({ json: roster(double.unread) })
    if (method === 'PUT' && path === '/api/v1/alerting/calendar')
      return route.fulfill({ json: request.postDataJSON() as unknown })
    if (path.endsWith('/notes')) return route.fulfill({ json: { saved: null, warnings: ['contact'] } })
    const body = read(path, double)
    return route.fulfill(body === undefined ? { status: 404 } : { json: body })
  }
  await page.route(/\/api\/v1\/(alerts|alerting|me\/(pages|channels))/, answer)
  return double
}

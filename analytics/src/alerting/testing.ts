/** A small organisation for the tests of this folder. */
import type { AlertSubject } from '@guanlan/contract/alert'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { EscalationPolicy, Roster, WorkCalendar } from '@guanlan/contract/escalation'
import type { Effect, Notify } from './alert-state.ts'
import type { Observation } from './kinds/kind.ts'
import type { Directory } from './recipients.ts'
import type { Context, World } from './world.ts'

export const MINUTE = 60_000
/** A Monday, 10:00 in Shanghai. */
export const MONDAY_10 = Date.UTC(2026, 10, 23, 2, 0)

export const calendar: WorkCalendar = {
  utcOffsetMinutes: 480,
  weekdays: [1, 2, 3, 4, 5],
  hours: { from: 9 * 60, to: 18 * 60 },
  days: { '2026-10-01': 'holiday', '2026-10-10': 'workday' },
}

export const roster: Roster = {
  id: 'desk',
  name: 'Duty desk',
  rotation: { kind: 'daily', handoverMinute: 8 * 60 },
  people: ['duty-1', 'duty-2'],
  startDay: '2026-11-02',
  on: 'every-day',
  overrides: [],
}

export const policy: EscalationPolicy = {
  id: 'standard',
  version: 1,
  name: 'Standard',
  steps: [
    {
      afterMinutes: 0,
      targets: [{ kind: 'roster', rosterId: 'desk' }],
      channels: { working: ['in-app', 'email'], night: ['in-app', 'wecom'] },
      levels: [],
    },
    {
      afterMinutes: 10,
      targets: [{ kind: 'role', role: 'unit-lead', from: 'unit' }],
      channels: { working: ['in-app', 'email'], night: ['in-app', 'email'] },
      levels: ['orange', 'red'],
    },
    {
      afterMinutes: 15,
      targets: [{ kind: 'role', role: 'communications', from: 'top' }],
      channels: { working: ['in-app', 'email'], night: ['in-app', 'email'] },
      levels: [],
    },
  ],
  repeatMinutes: 30,
  acknowledgeMinutes: 30,
  acknowledgeMinutesRed: 10,
  lastResort: ['chief'],
}

export const CHANNELS = ['in-app', 'email', 'wecom']

export const directory: Directory = {
  units: new Map([
    ['city', null],
    ['north', 'city'],
    ['north-a', 'north'],
    ['south', 'city'],
  ]),
  accounts: new Map(
    ['duty-1', 'duty-2', 'lead-n', 'comms', 'chief'].map((id) => [id, { active: true, verified: CHANNELS }]),
  ),
  grants: [
    { accountId: 'duty-1', role: 'duty', unitId: 'city' },
    { accountId: 'duty-2', role: 'duty', unitId: 'city' },
    { accountId: 'lead-n', role: 'unit-lead', unitId: 'north' },
    { accountId: 'chief', role: 'unit-lead', unitId: 'city' },
    { accountId: 'comms', role: 'communications', unitId: 'city' },
  ],
  rosters: new Map([['desk', roster]]),
  calendar,
}

export const rule: AlertRule = {
  id: 'fraud-rise',
  version: 1,
  name: 'Fraud rises',
  origin: 'shipped',
  enabled: true,
  condition: {
    kind: 'threshold',
    counted: 'category',
    windowMinutes: 60,
    levels: [
      { level: 'yellow', from: 5 },
      { level: 'orange', from: 10 },
      { level: 'red', from: 20 },
    ],
  },
  per: 'group',
  where: { units: [], groupKinds: [], categories: ['fraud'] },
  belowFloor: false,
  pendingSeconds: 0,
  keepFiringSeconds: 0,
  onNoData: 'keep',
  onError: 'keep',
  policyId: 'standard',
}

export const subject = (over: Partial<AlertSubject> = {}): AlertSubject => ({
  unitId: 'north-a',
  groupId: null,
  category: 'fraud',
  topicId: null,
  source: null,
  ...over,
})

export const observation = (
  value: number | null,
  over: Partial<AlertSubject> = {},
  error: string | null = null,
): Observation => ({
  subject: subject(over),
  value,
  basis: null,
  error,
})

export const isPage = (e: Effect): e is Notify => e.type === 'notify' && e.kind === 'page'

export const contextAt = (now: number, over: Partial<Context> = {}): Context => ({
  now,
  rules: new Map([[rule.id, rule]]),
  policies: new Map([[policy.id, policy]]),
  directory,
  newId: (fingerprint) =>
    `a-${[...`${fingerprint}@${now}`].reduce((hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0, 7)}`,
  floodCap: 20,
  fallbackPolicy: policy,
  ...over,
})

/** What a server does between two processes: everything to text and back. */
export const throughStorage = (world: World): World => {
  const stored = JSON.parse(
    JSON.stringify({
      instances: [...world.instances],
      alerts: [...world.alerts],
      silences: [...world.silences],
      reminded: world.reminded,
      flooded: [...world.flooded],
    }),
  )
  return {
    instances: new Map(stored.instances),
    alerts: new Map(stored.alerts),
    silences: new Map(stored.silences),
    reminded: stored.reminded,
    flooded: new Map(stored.flooded),
  }
}

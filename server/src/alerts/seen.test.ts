import { describe, expect, it } from 'vitest'
import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import type { Instance } from '@guanlan/analytics/alerting/instance'
import { AlertRule } from '@guanlan/contract/alert-rule'
import type { Silence } from '@guanlan/contract/alert'
import { concerns, instancesSeen, mutedSeen, type Eyes } from './seen.ts'

const UNITS = new Map([
  ['city', null],
  ['north', 'city'],
  ['north-1', 'north'],
  ['south', 'city'],
])
const rule = (over: object = {}) =>
  AlertRule.parse({
    ...{ id: 'r', version: 1, name: 'r', origin: 'shipped', enabled: true, per: 'unit', belowFloor: false },
    condition: {
      ...{ kind: 'threshold', counted: 'acted', windowMinutes: 60 },
      levels: [{ level: 'orange', from: 1 }],
    },
    where: { units: [], groupKinds: [], categories: ['fraud'] },
    ...{ pendingSeconds: 0, keepFiringSeconds: 0, onNoData: 'keep', onError: 'keep', policyId: 'standard' },
    ...over,
  })
const instance = (status: string) => ({ status }) as Instance
const INSTANCES = new Map([
  ['r|north||||', instance('firing')],
  ['r|south||||', instance('recovering')],
  ['r|south-2||||', instance('pending')],
  ['rr|north||||', instance('firing')],
])
const of = (...open: string[]): Eyes => ({
  mayOpen: (id) => open.includes(id),
  maySee: ({ subject }) => open.includes(subject.unitId),
})

describe('instances of a rule', () => {
  it('are counted in the units that the caller may open, and of that rule alone', () => {
    expect(instancesSeen(rule(), INSTANCES, of('north', 'south', 'south-2'))).toEqual({
      instances: 3,
      firing: 2,
    })
    expect(instancesSeen(rule(), INSTANCES, of('north'))).toEqual({ instances: 1, firing: 1 })
    expect(instancesSeen(rule(), INSTANCES, of())).toEqual({ instances: 0, firing: 0 })
  })

  it('have no number for signs of distress, below the floor, and for callers without figures', () => {
    const none = { instances: null, firing: null }
    const everywhere = of('north', 'south', 'south-2')
    const distress = rule({ condition: { kind: 'distress', level: 'red' } })
    expect(instancesSeen(distress, INSTANCES, everywhere)).toEqual(none)
    expect(instancesSeen(rule({ belowFloor: true, per: 'group' }), INSTANCES, everywhere)).toEqual(none)
    expect(instancesSeen(rule(), INSTANCES, null)).toEqual(none)
  })
})

describe('what a silence mutes', () => {
  const alert = (id: string, over: Partial<Alert> = {}): [string, Alert] => [
    id,
    {
      ...{ id, status: 'open', quiet: false, ruleId: 'r' },
      subject: { unitId: 'north', groupId: null, category: 'fraud', topicId: null, source: null },
      ...over,
    } as Alert,
  ]
  const silence: Silence = {
    ...{ id: 's', by: 'p', reason: 'test run', from: 0, until: 1 },
    match: { unitId: null, groupId: null, category: 'fraud', ruleId: null },
  }

  it('counts unresolved alerts that the caller may see, never signs of distress or what lies below the floor', () => {
    const south = { unitId: 'south', groupId: null, category: 'fraud', topicId: null, source: null }
    const alerts = new Map([
      alert('a'),
      alert('quiet', { quiet: true }),
      alert('gravest', { ruleId: 'below' }),
      alert('over', { status: 'resolved' }),
      alert('south', { subject: south }),
      alert('other', { subject: { ...south, unitId: 'north', category: 'ads' } }),
    ])
    const isBelow = (ruleId: string) => ruleId === 'below'
    expect(mutedSeen(silence, alerts, UNITS, of('north', 'south'), isBelow)).toBe(2)
    expect(mutedSeen(silence, alerts, UNITS, of('north'), isBelow)).toBe(1)
    expect(mutedSeen(silence, alerts, UNITS, null, isBelow)).toBeNull()
  })

  it('concerns those who hold its unit, and those below it unless it is about one group', () => {
    expect(concerns(UNITS, 'north', ['city'], false)).toBe(true)
    expect(concerns(UNITS, 'north', ['north-1'], false)).toBe(true)
    expect(concerns(UNITS, 'north', ['north-1'], true)).toBe(false)
    expect(concerns(UNITS, 'north', ['north'], true)).toBe(true)
    expect(concerns(UNITS, 'north', ['south'], false)).toBe(false)
    expect(concerns(UNITS, 'north', [], false)).toBe(false)
  })
})

import type { AlertRule } from '@guanlan/contract/alert-rule'
import { expect, it } from 'vitest'
import { draftOf, faultKey, levelsOf, ruleFrom } from './rule-form.ts'

const RULE: AlertRule = {
  id: 'fraud-wave',
  version: 3,
  name: '诈骗增多',
  origin: 'operator',
  enabled: true,
  condition: {
    kind: 'threshold',
    counted: 'category',
    windowMinutes: 60,
    levels: [
      { level: 'yellow', from: 5 },
      { level: 'orange', from: 10 },
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

it('gives the next version with the values of the form and leaves the rest alone', () => {
  const draft = draftOf(RULE)
  draft.name = '诈骗猛增'
  draft.condition['windowMinutes'] = 30
  draft.where.units.push('u-1')
  expect(ruleFrom(RULE, draft, 4)).toEqual({
    rule: {
      ...RULE,
      version: 4,
      name: '诈骗猛增',
      condition: { ...RULE.condition, windowMinutes: 30 },
      where: { ...RULE.where, units: ['u-1'] },
    },
  })
  expect(RULE.condition).toMatchObject({ windowMinutes: 60 })
  expect(RULE.where.units).toEqual([])
})

it('names the field that is not right', () => {
  const draft = draftOf(RULE)
  draft.condition['levels'] = [
    { level: 'yellow', from: 10 },
    { level: 'orange', from: 5 },
  ]
  expect(ruleFrom(RULE, draft, 4)).toEqual({ wrong: 'levels' })
  expect(ruleFrom(RULE, { ...draftOf(RULE), per: 'topic' }, 4)).toEqual({ wrong: 'per' })
  expect(ruleFrom(RULE, { ...draftOf(RULE), name: '' }, 4)).toEqual({ wrong: 'name' })
  const where = { units: [], groupKinds: [], categories: ['offtopic'] }
  expect(ruleFrom(RULE, { ...draftOf(RULE), where }, 4)).toEqual({ wrong: 'categories' })
})

it('keeps a condition without levels and window as it is', () => {
  const rule: AlertRule = { ...RULE, condition: { kind: 'topic-risk', atLeast: 'orange' }, per: 'topic' }
  expect(ruleFrom(rule, draftOf(rule), 4)).toMatchObject({ rule: { condition: rule.condition } })
  expect(levelsOf(rule.condition)).toEqual(['orange'])
})

it('names what it does not know as such', () => {
  expect(faultKey('unknown_unit')).toBe('alerts.rules.faults.unknown_unit')
  expect(faultKey('something')).toBe('alerts.rules.faults.other')
})

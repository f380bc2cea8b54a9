import type { AlertRule } from '@guanlan/contract/alert-rule'
import { expect, it } from 'vitest'
import { changeOf, changedRule, faultKey, levelsOf } from './rule-form.ts'

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
  const change = { ...changeOf(RULE), name: '诈骗猛增', windowMinutes: 30 }
  change.levels[1] = { level: 'orange', from: 20 }
  expect(changedRule(RULE, change)).toEqual({
    ...RULE,
    version: 4,
    name: '诈骗猛增',
    condition: {
      ...RULE.condition,
      windowMinutes: 30,
      levels: [
        { level: 'yellow', from: 5 },
        { level: 'orange', from: 20 },
      ],
    },
  })
  expect(RULE.condition).toMatchObject({ windowMinutes: 60 })
})

it('refuses values that do not rise with the level', () => {
  const change = changeOf(RULE)
  change.levels[1] = { level: 'orange', from: 5 }
  expect(changedRule(RULE, change)).toBeNull()
})

it('adds no levels and no window to a condition that has none', () => {
  const rule: AlertRule = { ...RULE, condition: { kind: 'topic-risk', atLeast: 'orange' }, per: 'topic' }
  expect(changedRule(rule, changeOf(rule))?.condition).toEqual(rule.condition)
  expect(levelsOf(rule.condition)).toEqual(['orange'])
})

it('names what it does not know as such', () => {
  expect(faultKey('unknown_unit')).toBe('alerts.rules.faults.unknown_unit')
  expect(faultKey('something')).toBe('alerts.rules.faults.other')
})

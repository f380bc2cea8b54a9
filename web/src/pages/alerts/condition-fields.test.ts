import { AlertCondition, AlertRule, instancesOf } from '@guanlan/contract/alert-rule'
import { expect, it } from 'vitest'
import { MESSAGES } from '../../i18n/index.ts'
import { RULE_KINDS, fieldsOf, firstCondition } from './condition-fields.ts'
import { newRule } from './rule-form.ts'

it('knows every kind of the contract', () => {
  expect(RULE_KINDS).toHaveLength(AlertCondition.options.length)
  expect(RULE_KINDS).toContain('time-to-decision')
})

it('reads inputs, limits and choices from the schema', () => {
  expect(fieldsOf('time-to-decision')).toEqual([
    { type: 'choice', name: 'tier', options: ['illegal', 'harmful', 'conduct', 'all'] },
    { type: 'choice', name: 'statistic', options: ['median', 'p90'] },
    { type: 'number', name: 'windowMinutes', min: 5, max: 10_080 },
    { type: 'number', name: 'leastCount', min: 5, max: 1_000_000 },
    { type: 'levels', name: 'levels' },
  ])
  expect(fieldsOf('distress')).toEqual([{ type: 'choice', name: 'level', options: ['orange', 'red'] }])
})

it.each(RULE_KINDS)(
  '%s begins as a rule that the contract takes, switched off, for its own instances',
  (kind) => {
    expect(firstCondition(kind).kind).toBe(kind)
    const rule = newRule(kind, 'rule-1', 'standard', '新规则')
    expect(AlertRule.safeParse(rule).success).toBe(true)
    expect(rule.enabled).toBe(true)
    expect(instancesOf(kind)).toContain(rule.per)
  },
)

it.each(RULE_KINDS)('%s has words for each input and choice', (kind) => {
  const words = MESSAGES['zh-CN'].alerts
  for (const field of fieldsOf(kind)) {
    expect(words.ruleForm.field, field.name).toHaveProperty(field.name)
    if (field.type !== 'choice' || field.name === 'counted') continue
    const levels = field.name === 'atLeast' || field.name === 'level'
    for (const option of field.options)
      expect(levels ? words.levels : words.ruleForm.choice, option).toHaveProperty(option)
  }
  expect(words.ruleForm.about).toHaveProperty(kind)
})

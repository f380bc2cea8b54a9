import { AUDIT_ACTIONS, AUDIT_PARTS } from '@guanlan/contract/audit-actions'
import { expect, it } from 'vitest'
import { MESSAGES } from './index.ts'

it.each(['zh-CN', 'en'] as const)(
  '%s has words for every action that the audit records, and for no other',
  (locale) => {
    const { actions, parts } = MESSAGES[locale].audit
    expect(Object.keys(actions).sort()).toEqual(AUDIT_ACTIONS.map((each) => each.replaceAll('.', '_')).sort())
    expect(Object.keys(parts).sort()).toEqual([...AUDIT_PARTS].sort())
  },
)

it('calls no two actions the same', () => {
  for (const locale of ['zh-CN', 'en'] as const) {
    const words = Object.values(MESSAGES[locale].audit.actions)
    expect(words.filter((each, n) => words.indexOf(each) !== n)).toEqual([])
  }
})

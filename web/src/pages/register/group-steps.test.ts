import type { GroupDetail } from '@guanlan/contract/register'
import { expect, it } from 'vitest'
import { stageOf, stepsOf, waitsForAnother } from './group-steps.ts'

const group = { state: 'draft', dissolvingSince: null } as GroupDetail['group']
const detail = (
  state: GroupDetail['group']['state'],
  steps: [string, string, string][],
  since: string | null = null,
) =>
  ({
    group: { ...group, state, dissolvingSince: since },
    steps: steps.map(([step, actor, at]) => ({ step, actor, at, note: '' })),
  }) as unknown as GroupDetail

it('offers what the state takes', () => {
  expect(stepsOf({ ...group, state: 'returned' })).toEqual(['submit'])
  expect(stepsOf({ ...group, state: 'submitted' })).toEqual(['approve', 'return'])
  expect(stepsOf({ ...group, state: 'filed' })).toEqual(['dissolve'])
  expect(stepsOf({ ...group, state: 'filed', dissolvingSince: '2026-11-20' })).toEqual([
    'approve-end',
    'return-end',
  ])
  expect(stepsOf({ ...group, state: 'dissolved' })).toEqual([])
})

it('leaves the decision to somebody else than the one who submitted last', () => {
  const steps: [string, string, string][] = [
    ['submit', 'u1', '2026-11-01'],
    ['return', 'u2', '2026-11-02'],
    ['submit', 'u3', '2026-11-03'],
  ]
  expect(waitsForAnother(detail('submitted', steps), 'u3')).toBe(true)
  expect(waitsForAnother(detail('submitted', steps), 'u1')).toBe(false)
  expect(waitsForAnother(detail('filed', steps), 'u3')).toBe(false)
  expect(waitsForAnother(detail('filed', [['dissolve', 'u1', '2026-11-05']], '2026-11-05'), 'u1')).toBe(true)
})

it('draws a returned group where it started', () => {
  expect([stageOf('returned'), stageOf('draft'), stageOf('filed')]).toEqual([0, 0, 2])
})

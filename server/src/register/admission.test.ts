import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays } from '@guanlan/analytics/days'
import type { AdmissionFacts } from './admission.ts'
import { decideAdmission } from './admission.ts'

const filed: AdmissionFacts = {
  state: 'filed',
  filedOn: '2026-01-10',
  filedCoveredUntil: '2026-01-17',
  informedOn: '2026-01-12',
  dissolvedOn: null,
  administrators: [{ fromDay: '2026-01-10', toDay: null, coveredUntil: null }],
}
const code = (facts: Partial<AdmissionFacts>, day: string) =>
  decideAdmission({ ...filed, ...facts }, day)?.code

describe('decideAdmission', () => {
  it('takes messages from the day after members were informed', () => {
    expect(code({}, '2026-01-12')).toBe('group_not_informed')
    expect(code({}, '2026-01-13')).toBeUndefined()
    expect(code({ informedOn: null }, '2026-01-13')).toBe('group_not_informed')
  })

  it.each(['draft', 'submitted', 'returned'] as const)('refuses a %s group', (state) => {
    expect(code({ state, filedOn: null }, '2026-02-01')).toBe('group_not_filed')
  })

  it('takes the last day of a dissolved group and refuses the next', () => {
    const dissolved = { state: 'dissolved', dissolvedOn: '2026-02-01' } as const
    expect(code(dissolved, '2026-02-01')).toBeUndefined()
    expect(code(dissolved, '2026-02-02')).toBe('group_dissolved')
    expect(code({ ...dissolved, filedOn: null }, '2026-02-01')).toBe('group_not_filed')
  })

  it('gives seven days of grace after the last administrator, and after filing without one', () => {
    const left = {
      administrators: [{ fromDay: '2026-01-10', toDay: '2026-02-01', coveredUntil: '2026-02-08' }],
    }
    expect(code(left, '2026-02-07')).toBeUndefined()
    expect(code(left, '2026-02-08')).toBe('group_no_administrator')
    expect(code({ administrators: [] }, '2026-01-16')).toBeUndefined()
    expect(code({ administrators: [] }, '2026-01-17')).toBe('group_no_administrator')
  })

  it('says one thing at a time, in a fixed order', () => {
    const all = { informedOn: null, administrators: [], filedOn: null, filedCoveredUntil: null }
    expect(code({ ...all, state: 'draft' }, '2026-03-01')).toBe('group_not_filed')
    expect(
      code({ ...all, filedOn: '2026-01-01', state: 'dissolved', dissolvedOn: '2026-02-01' }, '2026-03-01'),
    ).toBe('group_dissolved')
    expect(code({ ...all, state: 'filed' }, '2026-03-01')).toBe('group_no_administrator')
  })

  it('never takes a message of a day on which members did not know yet', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -400, max: 400 }),
        fc.integer({ min: -400, max: 400 }),
        (informed, sent) => {
          const informedOn = addDays('2026-01-01', informed)
          const sentDay = addDays('2026-01-01', sent)
          const open = [{ fromDay: '2000-01-01', toDay: null, coveredUntil: null }]
          expect(code({ informedOn, administrators: open }, sentDay) === undefined).toBe(sent > informed)
        },
      ),
    )
  })
})

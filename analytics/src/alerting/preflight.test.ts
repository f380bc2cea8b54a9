import { describe, expect, it } from 'vitest'
import type { EscalationPolicy } from '@guanlan/contract/escalation'
import { EscalationPolicy as PolicySchema } from '@guanlan/contract/escalation'
import { preventsSaving } from '@guanlan/contract/policy'
import { preflight } from './preflight.ts'
import type { Directory } from './recipients.ts'
import { calendar, directory, MONDAY_10, policy, roster } from './testing.ts'

const DAY = 86_400_000
const UNITS = ['city', 'north', 'north-a', 'south']
const withAccount = (id: string, active: boolean, verified: string[]): Directory => ({
  ...directory,
  accounts: new Map(directory.accounts).set(id, { active, verified }),
})
const reasons = (p: EscalationPolicy, d: Directory): string[] => [
  ...new Set(preflight(p, d, UNITS, MONDAY_10).map((g) => `${g.step}:${g.reason}:${g.hours}`)),
]

describe('preflight of a policy', () => {
  it('accepts the shipped kind of policy', () => {
    expect(PolicySchema.safeParse(policy).success).toBe(true)
    expect(preflight(policy, directory, UNITS, MONDAY_10)).toEqual([])
  })

  it('names the step, the unit and the hours in which only one channel is verified', () => {
    const gaps = preflight(policy, withAccount('comms', true, ['in-app']), UNITS, MONDAY_10)
    expect(gaps.every((g) => g.step === 2 && g.reason === 'one_channel')).toBe(true)
    expect(new Set(gaps.map((g) => g.hours))).toEqual(new Set(['working', 'night']))
    expect(gaps.map((g) => g.unitIds)).toEqual([UNITS, UNITS])
  })

  it('sees that a duty officer has no second channel at night only', () => {
    expect(reasons(policy, withAccount('duty-2', true, ['in-app', 'email']))).toEqual(['0:one_channel:night'])
  })

  it('walks up the tree before it says nobody', () => {
    expect(reasons(policy, withAccount('lead-n', false, []))).toEqual([])
    const leading = { accountId: 'chief', role: 'leader' as const, unitId: 'city' }
    const nobody = {
      ...directory,
      grants: [...directory.grants.filter((g) => g.role !== 'unit-lead'), leading],
    }
    expect(reasons(policy, nobody)).toEqual(['1:nobody:working', '1:nobody:night'])
  })

  it('names the moment of a gap in a roster', () => {
    const office = { ...directory, rosters: new Map([['desk', { ...roster, on: 'working-days' as const }]]) }
    const [gap] = preflight(policy, office, ['north'], MONDAY_10)
    expect(gap).toMatchObject({ step: 0, reason: 'roster_gap' })
    // Saturday 08:00 in Shanghai.
    expect(new Date(gap?.at ?? 0).toISOString()).toBe('2026-11-28T00:00:00.000Z')
    expect(calendar.weekdays).not.toContain(6)
  })

  it('refuses unknown rosters and an unreachable last resort', () => {
    expect(reasons(policy, { ...directory, rosters: new Map() })).toEqual(['0:roster_unknown:null'])
    expect(reasons(policy, withAccount('chief', true, ['email']))).toContain(
      'null:last_resort_unreachable:null',
    )
  })

  it('names whoever would be called and could not take the alert, with the units, and lets the policy pass', () => {
    const grants = directory.grants.filter(({ accountId }) => !accountId.startsWith('duty-'))
    const regional = [
      ...grants,
      { accountId: 'duty-1', role: 'duty' as const, unitId: 'city' },
      { accountId: 'duty-2', role: 'duty' as const, unitId: 'north' },
    ]
    const gaps = preflight(policy, { ...directory, grants: regional }, UNITS, MONDAY_10)
    const same = { level: null, at: null, hours: null }
    expect(gaps).toEqual([
      { ...same, step: 0, reason: 'cannot_take', accountId: 'duty-2', unitIds: ['city', 'south'] },
    ])
    expect(gaps.some(preventsSaving)).toBe(false)
    // A role that sees no alerts takes none, and whoever stands in for somebody is called as well.
    const standIn = { id: 'o1', from: MONDAY_10 + DAY, until: MONDAY_10 + 2 * DAY, accountId: 'auditor' }
    const stoodIn = {
      ...directory,
      accounts: new Map(directory.accounts).set('auditor', { active: true, verified: [] }),
      grants: [...directory.grants, { accountId: 'auditor', role: 'auditor' as const, unitId: 'city' }],
      rosters: new Map([['desk', { ...roster, overrides: [standIn] }]]),
    }
    expect(preflight(policy, stoodIn, UNITS, MONDAY_10)).toContainEqual(
      expect.objectContaining({ step: 0, reason: 'cannot_take', accountId: 'auditor', unitIds: UNITS }),
    )
  })

  it('looks at named accounts and the last resort too, but not at closed ones', () => {
    const grants = directory.grants.filter(({ accountId }) => accountId !== 'chief')
    const steps = policy.steps.map((step, i) =>
      i === 2 ? { ...step, targets: [{ kind: 'account' as const, accountId: 'lead-n' }] } : step,
    )
    const cannot = (d: Directory) =>
      preflight({ ...policy, steps }, d, UNITS, MONDAY_10)
        .filter(({ reason }) => reason === 'cannot_take')
        .map(({ step, accountId, unitIds }) => [step, accountId, unitIds.join()])
    expect(cannot({ ...directory, grants })).toEqual([
      [2, 'lead-n', 'city,south'],
      [null, 'chief', UNITS.join()],
    ])
    expect(cannot({ ...withAccount('chief', false, []), grants })).toEqual([[2, 'lead-n', 'city,south']])
  })

  it('has a last step for every level, by its schema', () => {
    const steps = policy.steps.map((step, i) => (i === 2 ? { ...step, levels: ['red' as const] } : step))
    expect(PolicySchema.safeParse({ ...policy, steps }).success).toBe(false)
  })
})

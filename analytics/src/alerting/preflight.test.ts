import { describe, expect, it } from 'vitest'
import type { EscalationPolicy } from '@guanlan/contract/escalation'
import { EscalationPolicy as PolicySchema } from '@guanlan/contract/escalation'
import { localMoment, preflight } from './preflight.ts'
import type { Directory } from './recipients.ts'
import { calendar, directory, MONDAY_10, policy, roster } from './testing.ts'

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
    expect(new Set(gaps.map((g) => g.unitId))).toEqual(new Set(UNITS))
  })

  it('sees that a duty officer has no second channel at night only', () => {
    expect(reasons(policy, withAccount('duty-2', true, ['in-app', 'email']))).toEqual(['0:one_channel:night'])
  })

  it('walks up the tree before it says nobody', () => {
    expect(reasons(policy, withAccount('lead-n', false, []))).toEqual([])
    const nobody = { ...directory, grants: directory.grants.filter((g) => g.role !== 'unit-lead') }
    expect(reasons(policy, nobody)).toEqual(['1:nobody:working', '1:nobody:night'])
  })

  it('names the moment of a gap in a roster', () => {
    const office = { ...directory, rosters: new Map([['desk', { ...roster, on: 'working-days' as const }]]) }
    const [gap] = preflight(policy, office, ['north'], MONDAY_10)
    expect(gap).toMatchObject({ step: 0, reason: 'roster_gap' })
    expect(localMoment(office, gap?.at ?? 0)).toBe('2026-11-28 08:00')
    expect(calendar.weekdays).not.toContain(6)
  })

  it('refuses unknown rosters and an unreachable last resort', () => {
    expect(reasons(policy, { ...directory, rosters: new Map() })).toEqual(['0:roster_unknown:null'])
    expect(reasons(policy, withAccount('chief', true, ['email']))).toContain(
      'null:last_resort_unreachable:null',
    )
  })

  it('has a last step for every level, by its schema', () => {
    const steps = policy.steps.map((step, i) => (i === 2 ? { ...step, levels: ['red' as const] } : step))
    expect(PolicySchema.safeParse({ ...policy, steps }).success).toBe(false)
  })
})

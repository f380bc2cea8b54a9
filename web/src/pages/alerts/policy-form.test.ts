import { EscalationPolicy } from '@guanlan/contract/escalation'
import { expect, it } from 'vitest'
import { channelsOnOffer, copyOf, newPolicy, policyFrom } from './policy-form.ts'

const POLICY = newPolicy('policy-1', '标准', 'desk')

it('begins with a policy that the contract takes', () => {
  expect(EscalationPolicy.safeParse(POLICY).success).toBe(true)
  expect(policyFrom(POLICY, 3)).toEqual({ policy: { ...POLICY, version: 3 } })
})

it('says which step and which field are not right', () => {
  const draft = copyOf(POLICY)
  draft.steps[0]!.channels.night = []
  expect(policyFrom(draft, 2)).toEqual({ wrong: 'channels', step: 0 })
  const levels = copyOf(POLICY)
  levels.steps[1]!.levels = ['red']
  expect(policyFrom(levels, 2)).toEqual({ wrong: 'lastStep', step: 1 })
  expect(policyFrom({ ...POLICY, repeatMinutes: 1 }, 2)).toEqual({ wrong: 'repeatMinutes', step: null })
  expect(policyFrom({ ...POLICY, lastResort: [] }, 2)).toEqual({ wrong: 'lastResort', step: null })
  const nobody = copyOf(POLICY)
  nobody.steps[1]!.targets = []
  expect(policyFrom(nobody, 2)).toEqual({ wrong: 'targets', step: 1 })
})

it('offers channels that are in use although they do not ship', () => {
  const draft = copyOf(POLICY)
  draft.steps[0]!.channels.night = ['pager']
  expect(channelsOnOffer([draft])).toContain('pager')
  expect(channelsOnOffer([])).toContain('wecom')
})

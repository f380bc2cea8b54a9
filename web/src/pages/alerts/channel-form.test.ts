import { expect, it } from 'vitest'
import { newSecret, secretOf, stateOf, verifiedCount } from './channel-form.ts'

const channel = (change: object) => ({
  ...{ channel: 'email', external: true, address: 'd…@example.org', verified: true, disabled: false },
  ...change,
})

it('counts only what was proved and still works', () => {
  const channels = [channel({}), channel({ verified: false }), channel({ disabled: true })]
  expect(verifiedCount(channels)).toBe(1)
  expect(channels.map(stateOf)).toEqual(['verified', 'waits', 'disabled'])
})

it('makes secrets that the server takes for a webhook', () => {
  expect(newSecret()).toMatch(/^whsec_[A-Za-z0-9+/=]{32,}$/)
  expect(newSecret(new Uint8Array(24))).toBe(`whsec_${'A'.repeat(32)}`)
  expect(secretOf('webhook')).toBe('must')
  expect(secretOf('email')).toBe('none')
})

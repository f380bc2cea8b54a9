import { expect, it } from 'vitest'
import { sessionTokenOf } from './own-sessions.ts'

it('reads the token of a session cookie, signed or behind the secure prefix', () => {
  expect(sessionTokenOf('guanlan.session_token=abc.def%2F%3D')).toBe('abc')
  expect(sessionTokenOf('a=b; __Secure-guanlan.session_token=abc.sig; c=d')).toBe('abc')
})

it('finds none where there is none', () => {
  for (const cookie of [undefined, '', 'guanlan.session_token=', 'x.guanlan=1', 'guanlan.session_token=.s'])
    expect(sessionTokenOf(cookie)).toBeUndefined()
})

import { GuanlanEvent } from '@guanlan/contract/event'
import { expect, it } from 'vitest'
import { curlLine } from './curl-line.ts'

const GIVEN = {
  origin: 'http://127.0.0.1:8080',
  secret: 'glk_a_b',
  groupId: 'g:1',
  now: Date.UTC(2026, 10, 21),
}

it('sends an event that the contract takes, without any words', () => {
  const line = curlLine(GIVEN)
  const body = GuanlanEvent.parse(JSON.parse(/-d '(.*)'$/.exec(line)?.[1] ?? ''))
  expect(body).toMatchObject({ group: 'g:1', time: '2026-11-21T00:00:00.000Z', content: { kind: 'text' } })
  expect(line).toContain("-H 'authorization: Bearer glk_a_b'")
  expect(line).not.toContain('"text":')
})

it('is one command over several lines', () => {
  const lines = curlLine(GIVEN).split('\n')
  expect(lines.slice(0, -1).every((line) => line.endsWith(' \\'))).toBe(true)
})

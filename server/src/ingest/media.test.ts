import { BATCH_LIMIT } from '@guanlan/contract/event'
import { expect, it } from 'vitest'
import { decodeEvents } from './media.ts'

const decode = (text: string) => decodeEvents('ndjson', Buffer.from(text)).events

it('takes lines with or without an end, blank ones between, and both kinds of line ends', () => {
  expect(decode('')).toEqual([])
  expect(decode('\n\n')).toEqual([])
  expect(decode('1\n2')).toEqual([1, 2])
  expect(decode('1\r\n \n\n2\r\n')).toEqual([1, 2])
  expect(() => decode('1\n\n{')).toThrow(/line 3/)
})

it('takes as many lines as a request may hold events, and no more blank ones', () => {
  const [events, blank] = ['0\n'.repeat(BATCH_LIMIT), '\n'.repeat(BATCH_LIMIT)]
  expect(decode(events + blank)).toHaveLength(BATCH_LIMIT)
  expect(() => decode(`${events}0`)).toThrow(/at most/)
  expect(() => decode(`${blank}\n`)).toThrow(/at most/)
  // Eight million line ends, and a last line that would be refused for another reason: it is never reached.
  expect(() => decode(`${'\n'.repeat(8_000_000)}{`)).toThrow(/at most/)
})

import { expect, it } from 'vitest'
import { owesReading, toRead } from './handover.ts'

const note = (by: string, readBy: string[]) => ({ id: 'h-1', by, at: 1, text: '等回复', readBy })

it('asks whoever is on duty, once, and never the author', () => {
  const view = { onDuty: ['a-1', 'a-2'], handover: note('a-2', []) }
  expect(toRead([view], 'a-1')).toEqual([view])
  expect(toRead([view], 'a-2')).toEqual([])
  expect(toRead([{ ...view, handover: note('a-2', ['a-1']) }], 'a-1')).toEqual([])
  expect(toRead([{ ...view, handover: null }], 'a-1')).toEqual([])
})

it('does not hold up somebody who is not on duty', () => {
  const view = { onDuty: ['a-1'], handover: note('a-2', []) }
  expect(toRead([view], 'a-3')).toEqual([])
  expect(owesReading(view, 'a-3')).toBe(true)
})

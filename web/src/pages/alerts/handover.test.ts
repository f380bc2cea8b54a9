import { expect, it } from 'vitest'
import { mayTake, owesReading, toRead } from './handover.ts'

const note = (by: string, readBy: string[]) => ({ id: 'h-1', by, at: 1, text: '等回复', readBy })

it('asks whom the server holds up, and nobody else', () => {
  const views = [
    { id: 'r-1', owedBy: ['a-1', 'a-3'] },
    { id: 'r-2', owedBy: ['a-2'] },
  ]
  expect(toRead(views, 'a-1').map(({ id }) => id)).toEqual(['r-1'])
  expect(toRead(views, 'a-4')).toEqual([])
})

it('offers the note to anybody but its author who has not read it', () => {
  expect(owesReading({ handover: note('a-2', []) }, 'a-3')).toBe(true)
  expect(owesReading({ handover: note('a-2', []) }, 'a-2')).toBe(false)
  expect(owesReading({ handover: note('a-2', ['a-3']) }, 'a-3')).toBe(false)
  expect(owesReading({ handover: null }, 'a-3')).toBe(false)
})

it('lets only red be taken before the note is read', () => {
  const levels = ['blue', 'yellow', 'orange', 'red'] as const
  expect(levels.filter((level) => mayTake(level, 1))).toEqual(['red'])
  expect(levels.filter((level) => mayTake(level, 0))).toEqual(levels)
})

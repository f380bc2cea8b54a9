import { describe, expect, it } from 'vitest'
import { instantOf } from './calendar.ts'
import { handoverAt, UNREAD_MS, waitsForNote, type LeftNote } from './handover.ts'
import { calendar, MINUTE, roster } from './testing.ts'

const at = (day: number, hour: number) =>
  instantOf(calendar, `2026-11-${String(day).padStart(2, '0')}`, hour * 60)
const note = (by: string, left: number, readBy: readonly string[] = []): LeftNote => ({
  by,
  at: left,
  readBy,
})
const owed = (left: LeftNote | null, now: number, over: Partial<typeof roster> = {}) =>
  handoverAt({ ...roster, ...over }, calendar, left, now).owedBy

// duty-1 has the turn of 8:00 on the 2nd, duty-2 that of the 3rd, and so on.
describe('who owes reading', () => {
  it('is whoever comes on duty, from the moment their turn begins until they have read it', () => {
    const left = note('duty-1', at(3, 7))
    expect(owed(left, at(3, 7.5))).toEqual([])
    expect(owed(left, at(3, 8))).toEqual(['duty-2'])
    expect(owed(note('duty-1', at(3, 7), ['duty-2']), at(3, 8))).toEqual([])
    expect(owed(note('duty-1', at(3, 7), ['chief']), at(3, 8))).toEqual(['duty-2'])
    expect(owed(null, at(3, 8))).toEqual([])
  })

  it('is asked for a note that comes after the turn began, and never for one of the future', () => {
    expect(owed(note('duty-1', at(3, 9)), at(3, 10))).toEqual(['duty-2'])
    expect(owed(note('duty-1', at(3, 11)), at(3, 10))).toEqual([])
  })

  it('is nobody for an older turn’s note once the turn it was for has read it', () => {
    expect(owed(note('chief', at(2, 9), ['duty-1']), at(3, 9))).toEqual(['duty-2'])
    expect(owed(note('chief', at(2, 9), ['duty-1']), at(4, 9))).toEqual([])
    expect(
      owed(note('duty-1', at(2, 9), ['duty-2']), at(5, 9), { people: ['duty-1', 'duty-2', 'duty-3'] }),
    ).toEqual([])
    expect(owed(note('chief', at(2, 9)), at(5, 9))).toEqual(['duty-2'])
  })

  it('counts turns of one person without a break as one', () => {
    const twice = { people: ['duty-1', 'duty-2', 'duty-2'] }
    // The turns before that of the 5th are both of duty-2: a note of the first of them is still of the turn before.
    expect(owed(note('chief', at(3, 9), ['duty-2']), at(5, 9), twice)).toEqual(['duty-1'])
    expect(owed(note('chief', at(2, 9), ['duty-1', 'chief']), at(4, 9), twice)).toEqual(['duty-2'])
  })

  it('goes by overrides, and asks each of two who are on duty together', () => {
    const overrides = [{ id: 'o', from: at(3, 8), until: at(4, 8), accountId: 'chief' }]
    expect(owed(note('duty-1', at(3, 7)), at(3, 9), { overrides })).toEqual(['chief'])
    const shifts = [
      { from: 480, to: 1080 },
      { from: 540, to: 1200 },
    ]
    const both = { rotation: { kind: 'shifts' as const, shifts } }
    expect(owed(note('chief', at(3, 8)), at(3, 10), both)).toEqual(['duty-1', 'duty-2'])
    expect(owed(note('chief', at(3, 8), ['duty-1']), at(3, 10), both)).toEqual(['duty-2'])
  })

  it('is nobody in a gap', () => {
    expect(owed(note('duty-1', at(3, 7)), at(3, 9), { people: [] })).toEqual([])
  })
})

describe('overdue', () => {
  const overdue = (left: LeftNote, now: number) => handoverAt(roster, calendar, left, now).overdue

  it('counts half an hour from the beginning of the turn, or from a note that came later', () => {
    expect(overdue(note('duty-1', at(3, 7)), at(3, 8) + UNREAD_MS - 1)).toBe(false)
    expect(overdue(note('duty-1', at(3, 7)), at(3, 8) + UNREAD_MS)).toBe(true)
    expect(overdue(note('duty-1', at(3, 10)), at(3, 10) + UNREAD_MS - MINUTE)).toBe(false)
    expect(overdue(note('duty-1', at(3, 10)), at(3, 10) + UNREAD_MS)).toBe(true)
  })

  it('ends when somebody on duty has read it', () => {
    expect(overdue(note('duty-1', at(3, 7), ['duty-2']), at(3, 12))).toBe(false)
    expect(overdue(note('duty-1', at(3, 7), ['chief']), at(3, 12))).toBe(true)
  })
})

it('lets a red alert be taken and handed on, and nothing else', () => {
  const deeds = ['acknowledge', 'start', 'assign', 'resolve'] as const
  expect(deeds.filter((deed) => waitsForNote(deed, 'red'))).toEqual(['resolve'])
  for (const level of ['blue', 'yellow', 'orange'] as const)
    expect(deeds.filter((deed) => waitsForNote(deed, level))).toEqual(deeds)
})

import { expect, it } from 'vitest'
import { momentOf, rosterWeeks } from './roster-weeks.ts'

const HOUR = 3_600_000
/** Saturday, 21 November 2026, 14:00 in Shanghai. */
const NOW = Date.UTC(2026, 10, 21, 6)
const MIDNIGHT = Date.UTC(2026, 10, 20, 16)

it('begins with the Monday of this week and reaches 28 days ahead', () => {
  const weeks = rosterWeeks([], NOW, 480)
  expect(weeks[0]?.[0]?.day).toBe('2026-11-16')
  expect(weeks[0]?.[5]).toMatchObject({ day: '2026-11-21', at: MIDNIGHT })
  expect(weeks.at(-1)?.at(-1)?.day).toBe('2026-12-20')
  expect(weeks.every((week) => week.length === 7)).toBe(true)
})

it('cuts a turn at midnight and shows it on both days', () => {
  const turn = {
    from: MIDNIGHT + 9 * HOUR,
    until: MIDNIGHT + 33 * HOUR,
    accountId: 'a-1',
    by: 'rotation' as const,
  }
  const week = rosterWeeks([turn], NOW, 480)[0] ?? []
  expect(week[5]?.parts).toEqual([{ ...turn, start: turn.from, end: MIDNIGHT + 24 * HOUR }])
  expect(week[6]?.parts).toEqual([{ ...turn, start: MIDNIGHT + 24 * HOUR, end: turn.until }])
  expect(week[4]?.parts).toEqual([])
})

it("puts a turn that ends at midnight on its own day only, and knows the organisation's day", () => {
  const turn = { from: MIDNIGHT, until: MIDNIGHT + 24 * HOUR, accountId: null, by: 'gap' as const }
  const week = rosterWeeks([turn], NOW, 480)[0] ?? []
  expect(week.map((day) => day.parts.length)).toEqual([0, 0, 0, 0, 0, 1, 0])
})

it('reads a local time as the organisation means it', () => {
  expect(momentOf('2026-11-21T14:00', 480)).toBe(NOW)
  expect(momentOf('', 480)).toBeNull()
  expect(momentOf('2026-13-41T14:00', 480)).toBeNull()
})

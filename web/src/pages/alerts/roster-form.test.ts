import { Rotation } from '@guanlan/contract/escalation'
import { expect, it } from 'vitest'
import {
  daysFrom,
  merged,
  newRoster,
  rosterFrom,
  rotationOf,
  rowsOf,
  stretch,
  yearsOf,
} from './roster-form.ts'

const ROSTER = newRoster('roster-1', '值班', '2026-11-23')

it('begins with a roster that the contract takes, and names what is not right', () => {
  expect(rosterFrom(ROSTER)).toEqual({ roster: ROSTER })
  expect(rosterFrom({ ...ROSTER, name: '' })).toEqual({ wrong: 'name' })
  expect(rosterFrom({ ...ROSTER, startDay: '' })).toEqual({ wrong: 'startDay' })
})

it('keeps the hand-over time when the kind of rotation changes', () => {
  const daily = { kind: 'daily', handoverMinute: 510 } as const
  expect(rotationOf('weekly', daily)).toEqual({ kind: 'weekly', handoverMinute: 510, weekday: 1 })
  const shifts = rotationOf('shifts', daily)
  expect(shifts).toEqual({
    kind: 'shifts',
    shifts: [
      { from: 510, to: 1230 },
      { from: 1230, to: 510 },
    ],
  })
  expect(Rotation.safeParse(shifts).success).toBe(true)
  expect(rotationOf('daily', shifts)).toEqual(daily)
})

it('adds a stretch of holidays over what was there, day by day', () => {
  const rows = rowsOf({ '2026-10-10': 'workday', '2026-10-01': 'holiday' })
  expect(rows.map(({ day }) => day)).toEqual(['2026-10-01', '2026-10-10'])
  const golden = stretch('2026-09-30', '2026-10-02', 'holiday')
  expect(golden?.map(({ day }) => day)).toEqual(['2026-09-30', '2026-10-01', '2026-10-02'])
  const all = merged(merged(rows, golden ?? []), [{ day: '2026-10-02', kind: 'workday' }])
  expect(daysFrom(all)).toEqual({
    '2026-09-30': 'holiday',
    '2026-10-01': 'holiday',
    '2026-10-02': 'workday',
    '2026-10-10': 'workday',
  })
  expect(yearsOf([...all, { day: '2027-01-01', kind: 'holiday' }])).toEqual(['2026', '2027'])
})

it('takes no stretch that runs backwards, is unfinished or lasts longer than a month', () => {
  expect(stretch('2026-10-02', '2026-10-01', 'holiday')).toBeNull()
  expect(stretch('', '2026-10-01', 'holiday')).toBeNull()
  expect(stretch('2026-10-01', '2026-11-01', 'holiday')).toBeNull()
  expect(stretch('2026-10-01', '2026-10-31', 'holiday')).toHaveLength(31)
})

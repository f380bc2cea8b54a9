import type { WorkCalendar } from '@guanlan/contract/escalation'
import { describe, expect, it } from 'vitest'
import { planned } from './schedule.ts'

const calendar: WorkCalendar = {
  ...{ utcOffsetMinutes: 480, weekdays: [1, 2, 3, 4, 5], hours: { from: 540, to: 1080 } },
  // Spring Festival of 2027 covers the Monday; the Saturday after is worked instead.
  days: { '2027-02-08': 'holiday', '2027-02-09': 'holiday', '2027-02-20': 'workday' },
}
const weekly = { kind: 'week', minute: 480, workdays: true } as const
const at = (day: string, minute: number) => ({ day, minute })

describe('a plan', () => {
  it('is due on Monday at eight, not a minute before', () => {
    expect(planned(weekly, at('2027-01-18', 479), calendar).due.key).toBe('2027-W01')
    expect(planned(weekly, at('2027-01-18', 480), calendar).due.key).toBe('2027-W02')
    expect(planned(weekly, at('2027-01-24', 1439), calendar).next).toMatchObject({ day: '2027-01-25' })
  })

  it('waits for the first working day of the statutory calendar, and only when it says so', () => {
    expect(planned(weekly, at('2027-02-09', 600), calendar).due.key).toBe('2027-W04')
    expect(planned(weekly, at('2027-02-10', 480), calendar).due.key).toBe('2027-W05')
    expect(planned({ ...weekly, workdays: false }, at('2027-02-08', 480), calendar).due.key).toBe('2027-W05')
  })

  it('knows week 53 and the year border', () => {
    expect(planned(weekly, at('2027-01-04', 480), calendar).due).toMatchObject({
      ...{ key: '2026-W53', from: '2026-12-28', to: '2027-01-04' },
    })
  })

  it('makes months on their first working day, and days on a worked Saturday', () => {
    const monthly = { kind: 'month', minute: 480, workdays: true } as const
    expect(planned(monthly, at('2027-05-02', 600), calendar).due.key).toBe('2027-03')
    expect(planned(monthly, at('2027-05-03', 600), calendar).due.key).toBe('2027-04')
    const daily = { kind: 'day', minute: 480, workdays: true } as const
    expect(planned(daily, at('2027-02-20', 600), calendar).due.key).toBe('2027-02-19')
  })

  it('makes up for no more than the newest when the server was down', () => {
    expect(planned(weekly, at('2027-03-17', 0), calendar).due.key).toBe('2027-W10')
  })
})

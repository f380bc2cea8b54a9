/** Working time by the organisation's calendar: weekdays, hours, statutory holidays and adjusted working days as data. */
import type { WorkCalendar } from '@guanlan/contract/escalation'
import { addDays } from '../days.ts'

const MINUTE = 60_000
const DAY = 86_400_000

export interface LocalTime {
  /** YYYY-MM-DD */
  readonly day: string
  /** minutes since local midnight, 0..1439 */
  readonly minute: number
  /** ISO weekday, 1 = Monday */
  readonly weekday: number
}

export const localTime = (calendar: WorkCalendar, at: number): LocalTime => {
  const shifted = at + calendar.utcOffsetMinutes * MINUTE
  const date = new Date(Math.floor(shifted / DAY) * DAY)
  const minute = Math.floor((shifted - date.getTime()) / MINUTE)
  return {
    day: date.toISOString().slice(0, 10),
    minute,
    weekday: date.getUTCDay() === 0 ? 7 : date.getUTCDay(),
  }
}

/** Epoch ms of a local day's minute (which may be 1440: the next midnight). */
export const instantOf = (calendar: WorkCalendar, day: string, minute: number): number =>
  Date.parse(`${day}T00:00:00Z`) + (minute - calendar.utcOffsetMinutes) * MINUTE

export const weekdayOf = (day: string): number => {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return weekday === 0 ? 7 : weekday
}

/** 调休: what the calendar says of a day comes before its weekday. */
export const isWorkingDay = (calendar: WorkCalendar, day: string): boolean => {
  const said = calendar.days[day]
  return said === undefined ? calendar.weekdays.includes(weekdayOf(day)) : said === 'workday'
}

export const isWorkingTime = (calendar: WorkCalendar, at: number): boolean => {
  const { day, minute } = localTime(calendar, at)
  return isWorkingDay(calendar, day) && minute >= calendar.hours.from && minute < calendar.hours.to
}

export const nextDay = (day: string): string => addDays(day, 1)

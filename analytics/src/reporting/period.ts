import { DateTime } from 'luxon'

/** A local day, an ISO week or a calendar month, written 2026-11-21, 2026-W47 or 2026-11. */
export interface Period {
  kind: 'day' | 'week' | 'month'
  key: string
  /** First local day, and the day after the last (YYYY-MM-DD). */
  from: string
  to: string
}

const KEY = { day: /^\d{4}-\d{2}-\d{2}$/, week: /^\d{4}-W\d{2}$/, month: /^\d{4}-\d{2}$/ } as const
const FORMAT = { day: 'yyyy-MM-dd', week: "kkkk-'W'WW", month: 'yyyy-MM' } as const

function of(kind: Period['kind'], start: DateTime): Period {
  const from = start.startOf(kind)
  return {
    kind,
    key: from.toFormat(FORMAT[kind]),
    from: from.toISODate()!,
    to: from.plus({ [`${kind}s`]: 1 }).toISODate()!,
  }
}

/** @throws Error when the key is not a day, an ISO week or a month that exists */
export function parsePeriod(key: string): Period {
  for (const kind of ['day', 'week', 'month'] as const) {
    if (!KEY[kind].test(key)) continue
    const start = DateTime.fromFormat(key, FORMAT[kind], { zone: 'utc' })
    if (start.isValid && start.toFormat(FORMAT[kind]) === key) return of(kind, start)
  }
  throw new Error(
    `${key} is not a period; write a day (2026-11-21), an ISO week (2026-W47) or a month (2026-11)`,
  )
}

/** The period of a kind that holds a local day. */
export function periodOf(kind: Period['kind'], day: string): Period {
  return of(kind, DateTime.fromISO(day, { zone: 'utc' }))
}

/** The period `count` before (or, negative, after) this one. */
export function shiftPeriod(period: Period, count: number): Period {
  return of(period.kind, DateTime.fromISO(period.from, { zone: 'utc' }).minus({ [`${period.kind}s`]: count }))
}

/** The same period a year earlier; week 53 of a year is compared with the last week of the year before. */
export function yearBefore(period: Period): Period {
  const start = DateTime.fromISO(period.from, { zone: 'utc' })
  if (period.kind !== 'week') return of(period.kind, start.minus({ years: 1 }))
  const weekYear = start.weekYear - 1
  const weekNumber = Math.min(
    start.weekNumber,
    DateTime.fromObject({ weekYear }, { zone: 'utc' }).weeksInWeekYear,
  )
  return of('week', DateTime.fromObject({ weekYear, weekNumber }, { zone: 'utc' }))
}

/** Local days of a period, in order. */
export function daysOf(period: Period): string[] {
  const days: string[] = []
  for (
    let day = DateTime.fromISO(period.from, { zone: 'utc' });
    day.toISODate()! < period.to;
    day = day.plus({ days: 1 })
  ) {
    days.push(day.toISODate()!)
  }
  return days
}

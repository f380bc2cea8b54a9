/** Periods that are over and can be reported, newest first. `today` and results are local days, YYYY-MM-DD. */
import type { ReportKind, ReportPeriod } from '@guanlan/contract/report'

type Kind = Exclude<ReportKind, 'flash'>
const DAY = 86_400_000
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`)
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** ISO 8601 week of a day: the week of its Thursday. */
export function isoWeekOf(day: string): string {
  const ms = at(day)
  const thursday = ms + (3 - ((new Date(ms).getUTCDay() + 6) % 7)) * DAY
  const year = new Date(thursday).getUTCFullYear()
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / DAY / 7) + 1
  return `${year}-W${String(week).padStart(2, '0')}`
}

/** Keys of the last `n` periods of a kind that ended before today, as the server takes them. */
export function pastPeriods(kind: Kind, today: string, n: number): string[] {
  if (kind === 'day') return Array.from({ length: n }, (_, i) => dayOf(at(today) - (i + 1) * DAY))
  if (kind === 'week')
    return Array.from({ length: n }, (_, i) => isoWeekOf(dayOf(at(today) - (i + 1) * 7 * DAY)))
  const [year = 0, month = 1] = today.split('-').map(Number)
  return Array.from({ length: n }, (_, i) => dayOf(Date.UTC(year, month - 2 - i, 1)).slice(0, 7))
}

/** First and last day of a period by its key, as the words for it need them. */
export function spanOf(kind: Kind, key: string): Omit<ReportPeriod, 'timezone'> {
  const plain = { key, isoYear: null, isoWeek: null }
  if (kind === 'day') return { ...plain, from: key, to: key }
  const [year = 0, number = 0] = key.split(/-W?/).map(Number)
  if (kind === 'month') return { ...plain, from: `${key}-01`, to: dayOf(Date.UTC(year, number, 0)) }
  // 4 January is always in week 1.
  const fourth = Date.UTC(year, 0, 4)
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY + (number - 1) * 7 * DAY
  return { key, isoYear: year, isoWeek: number, from: dayOf(monday), to: dayOf(monday + 6 * DAY) }
}

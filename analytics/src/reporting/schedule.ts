import type { WorkCalendar } from '@guanlan/contract/escalation'
import { isWorkingDay, nextDay } from '../alerting/calendar.ts'
import { periodOf, shiftPeriod, type Period } from './period.ts'

export interface PlanTime {
  readonly kind: Period['kind']
  /** Minutes since local midnight. */
  readonly minute: number
  /** Wait for the next working day of the statutory calendar. */
  readonly workdays: boolean
}

/** A holiday never lasts as long as this; a calendar without any working day must not hold a report for ever. */
const MOST_WAIT_DAYS = 14

/** Local day on which a period's draft is made: the day after its end, or the first working day from then on. */
export function dueDay(
  period: Period,
  { workdays }: Pick<PlanTime, 'workdays'>,
  calendar: WorkCalendar,
): string {
  let day = period.to
  for (let waited = 0; workdays && waited < MOST_WAIT_DAYS && !isWorkingDay(calendar, day); waited++)
    day = nextDay(day)
  return workdays && !isWorkingDay(calendar, day) ? period.to : day
}

/**
 * The newest period whose draft is due, and when the one after it will be. Pure: time and calendar are passed in.
 * @param now local day and minutes since its midnight
 */
export function planned(
  plan: PlanTime,
  now: { readonly day: string; readonly minute: number },
  calendar: WorkCalendar,
): { readonly due: Period; readonly next: { readonly period: Period; readonly day: string } } {
  const isDue = (period: Period) => {
    const day = dueDay(period, plan, calendar)
    return day < now.day || (day === now.day && plan.minute <= now.minute)
  }
  // The period that is running is never due; of those before, the newest that is.
  let due = shiftPeriod(periodOf(plan.kind, now.day), 1)
  while (!isDue(due)) due = shiftPeriod(due, 1)
  const period = shiftPeriod(due, -1)
  return { due, next: { period, day: dueDay(period, plan, calendar) } }
}

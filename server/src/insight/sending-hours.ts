import type { Read } from '@guanlan/analytics/queries/read'
import { readSending } from '@guanlan/analytics/queries/sending'
import type { LocalTime } from '../lib/local-day.ts'

const HOUR = 3_600_000

/** Starts (ms) of the hours in which any source of the organisation was sending. */
export async function readSendingHours(
  read: Read,
  time: LocalTime,
  from: number,
  to: number,
): Promise<ReadonlySet<number>> {
  const days: string[] = []
  for (let day = time.dayOf(from); day <= time.dayOf(to - 1); day = time.addDays(day, 1)) days.push(day)
  const steps = Math.round((to - from) / HOUR)
  const sending = await readSending(read, {
    ...{ stepSeconds: 3600, steps, now: { from, to }, before: { from: 0, to: 0 } },
    ...{ byMinute: false, days },
  })
  return new Set(sending.now.flatMap((heard, i) => (heard ? [from + i * HOUR] : [])))
}

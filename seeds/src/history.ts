import type { GuanlanEvent } from '@guanlan/contract/event'
import type { DemoOrganisation } from './organisation.ts'
import { createScenario } from './scenario.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** Demo times are those of a city on UTC+8. */
const OFFSET = 8 * 3_600_000

/**
 * Every event of the days before `until`, in the order in which they were sent; corrections that would come after `until` are left out.
 * @param until ms since epoch; the history ends with the last whole minute before it
 * @param days local days, today's part included
 */
export function* demoHistory(
  organisation: DemoOrganisation,
  seed: number,
  until: number,
  days: number,
): Generator<GuanlanEvent> {
  const scenario = createScenario(organisation, seed)
  const firstDay = Math.floor((until + OFFSET) / DAY) - days + 1
  const base = firstDay * DAY - OFFSET
  const waiting = new Map<number, GuanlanEvent[]>()
  for (let at = base; at + MINUTE <= until; at += MINUTE) {
    const local = new Date(at + OFFSET)
    const dayIndex = Math.floor((at - base) / DAY)
    const inHistory = Math.floor((at - base) / MINUTE)
    const stories = [dayIndex - 1, dayIndex]
      .filter((day) => day >= 0)
      .flatMap((day) => scenario.historyStories(day))
    const key = 1_000_000 + inHistory
    const idPrefix = `demo-h${(at / MINUTE).toString(36)}`
    const clock = { at, hour: local.getUTCHours(), weekday: local.getUTCDay(), lengthMs: MINUTE }
    const events = scenario.minute({ index: inHistory, key, idPrefix, ...clock, stories })
    for (const { sendAfterMs, event } of events) {
      const sentIn = Math.floor((at + sendAfterMs) / MINUTE) * MINUTE
      if (sentIn + MINUTE > until) continue
      if (sentIn === at) yield event
      else waiting.set(sentIn, [...(waiting.get(sentIn) ?? []), event])
    }
    for (const event of waiting.get(at) ?? []) yield event
    waiting.delete(at)
  }
}

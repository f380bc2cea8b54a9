import type { GuanlanEvent } from '@guanlan/contract/event'
import type { DemoOrganisation } from './organisation.ts'
import { createScenario } from './scenario.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** Demo times are those of a city on UTC+8. */
const OFFSET = 8 * 3_600_000
/** Hardly any decision and few corrections come later than this after the message. */
const LATEST = 12 * 60

/** Times in ms since epoch. */
export interface HistorySpan {
  /** The history ends with the last whole minute before it. */
  readonly until: number
  /** Local days, today's part included. */
  readonly days: number
  /** Only what was sent from then on. */
  readonly from?: number
  /** Only what was sent before. */
  readonly to?: number
}

/**
 * Every event of the days before `until`, in the order in which they were sent; corrections that would come after `until` are left out.
 * Two parts that meet hold together what the whole does.
 */
export function* demoHistory(
  organisation: DemoOrganisation,
  seed: number,
  { until, days, from = 0, to = until }: HistorySpan,
): Generator<GuanlanEvent> {
  const scenario = createScenario(organisation, seed)
  const firstDay = Math.floor((until + OFFSET) / DAY) - days + 1
  const base = firstDay * DAY - OFFSET
  const end = Math.floor((until - base) / MINUTE)
  const waiting = new Map<number, GuanlanEvent[]>()
  for (let index = Math.max(0, Math.floor((from - base) / MINUTE) - LATEST); index < end; index++) {
    const at = base + index * MINUTE
    if (at >= to) return
    const local = new Date(at + OFFSET)
    const key = 1_000_000 + index
    const idPrefix = `demo-h${(at / MINUTE).toString(36)}`
    const clock = { at, hour: local.getUTCHours(), weekday: local.getUTCDay(), lengthMs: MINUTE }
    const stories = scenario.historyStories(index, end)
    for (const { sendAfterMs, event } of scenario.minute({ index, key, idPrefix, ...clock, stories })) {
      const sentIn = index + Math.floor(sendAfterMs / MINUTE)
      if (sentIn >= end) continue
      if (sentIn === index) {
        if (at >= from) yield event
      } else waiting.set(sentIn, [...(waiting.get(sentIn) ?? []), event])
    }
    if (at >= from) yield* waiting.get(index) ?? []
    waiting.delete(index)
  }
}

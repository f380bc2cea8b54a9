import type { GuanlanEvent } from '@guanlan/contract/event'
import type { DemoOrganisation } from './organisation.ts'
import { createScenario } from './scenario.ts'

const OFFSET = 8 * 3_600_000

export interface PlayerOptions {
  organisation: DemoOrganisation
  seed: number
  /** Scenario minutes told in a real minute. */
  speed: number
  /** Real time of the scenario's first minute, ms since epoch. */
  startedAt: number
  /** Posts one batch; resolves when it was taken, rejects when it has to be sent again. */
  post(events: GuanlanEvent[]): Promise<void>
  now(): number
  /** Waits; rejects when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  signal: AbortSignal
}

/**
 * Plays the live scenario against the public API until aborted. A batch that is refused for the moment is kept and sent again, so
 * a restarted server misses nothing; what piles up meanwhile is sent in order.
 */
export async function play(options: PlayerOptions): Promise<void> {
  const { organisation, seed, speed, startedAt } = options
  const scenario = createScenario(organisation, seed)
  const lengthMs = 60_000 / speed
  const run = Math.floor(startedAt / 1000).toString(36)
  let queue: { sendAt: number; event: GuanlanEvent }[] = []
  let next = 0
  while (!options.signal.aborted) {
    const now = options.now()
    while (startedAt + next * lengthMs <= now) {
      const at = Math.round(startedAt + next * lengthMs)
      const local = new Date(at + OFFSET)
      const told = scenario.minute({
        index: next,
        key: next,
        idPrefix: `demo-${run}-${next.toString(36)}`,
        at,
        lengthMs,
        hour: local.getUTCHours(),
        weekday: local.getUTCDay(),
        stories: scenario.liveStories(next),
      })
      queue.push(...told.map(({ sendAfterMs, event }) => ({ sendAt: at + sendAfterMs, event })))
      queue.sort((a, b) => a.sendAt - b.sendAt)
      next++
    }
    const due = queue.filter((entry) => entry.sendAt <= now).slice(0, 1000)
    if (due.length > 0) {
      try {
        await options.post(due.map((entry) => entry.event))
        queue = queue.slice(due.length)
      } catch {
        await options.sleep(1000, options.signal).catch(() => undefined)
      }
    }
    await options.sleep(due.length === 1000 ? 0 : 250, options.signal).catch(() => undefined)
  }
}

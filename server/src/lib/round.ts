import { isFresh } from '@guanlan/analytics/is-fresh'
import type { Clock } from './clock.ts'

/** Work that is due so often, and at once when something changed; asked for more often than that. */
export interface Round {
  /** Does the work when it is due. What failed stays due, and so does what changed while it was done. */
  look(): Promise<void>
  hurry(): void
}

export function createRound(clock: Clock, everyMs: number, work: () => Promise<unknown>): Round {
  let doneAt = -Infinity
  let underWay = false
  let asked = false
  return {
    async look() {
      const began = clock.now()
      if (underWay || (!asked && isFresh(doneAt, began, everyMs))) return
      underWay = true
      asked = false
      try {
        await work()
        doneAt = began
      } catch (error) {
        doneAt = -Infinity
        throw error
      } finally {
        underWay = false
      }
    },
    hurry: () => void (asked = true),
  }
}

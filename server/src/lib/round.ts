import type { Clock } from './clock.ts'

/** Work that is due so often, and at once when something changed; asked for more often than that. */
export interface Round {
  /** Does the work when it is due. What failed stays due, and so does what changed while it was done. */
  look(): Promise<void>
  hurry(): void
}

export function createRound(clock: Clock, everyMs: number, work: () => Promise<unknown>): Round {
  let dueAt = -Infinity
  return {
    async look() {
      const began = clock.now()
      if (began < dueAt) return
      dueAt = Infinity
      try {
        await work()
        if (dueAt === Infinity) dueAt = began + everyMs
      } finally {
        if (dueAt === Infinity) dueAt = -Infinity
      }
    },
    hurry: () => void (dueAt = -Infinity),
  }
}

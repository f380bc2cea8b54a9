/** Waiting that can be cut short by a wake-up or an end. */
export interface Pacer {
  readonly stopped: boolean
  /** Waits the time out, or until the end. */
  sleep(ms: number): Promise<void>
  /** The same, but `hurry` ends it. */
  pause(ms: number): Promise<void>
  /** Waits for a wake-up, at most so long; one that came before counts. */
  untilWoken(ms: number): Promise<void>
  wake(): void
  hurry(): void
  stop(): void
}

export function createPacer(): Pacer {
  let stopped = false
  let wakes = false
  type Until = 'end' | 'hurry' | 'wake'
  const sleepers = new Set<{ finish: () => void; until: Until }>()

  function wait(ms: number, until: Until): Promise<void> {
    if (stopped || ms <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        sleepers.delete(sleeper)
        resolve()
      }
      const sleeper = { finish, until }
      const timer = setTimeout(finish, ms)
      sleepers.add(sleeper)
    })
  }
  return {
    get stopped() {
      return stopped
    },
    sleep: (ms) => wait(ms, 'end'),
    pause: (ms) => wait(ms, 'hurry'),
    async untilWoken(ms) {
      if (!wakes) await wait(ms, 'wake')
      wakes = false
    },
    wake() {
      wakes = true
      for (const sleeper of sleepers) if (sleeper.until === 'wake') sleeper.finish()
    },
    hurry() {
      for (const sleeper of sleepers) if (sleeper.until === 'hurry') sleeper.finish()
    },
    stop() {
      stopped = true
      for (const sleeper of sleepers) sleeper.finish()
    },
  }
}

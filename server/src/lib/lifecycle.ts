/** Teardown in reverse order of set-up: each resource registers its own. And what runs again and again, in order of set-up. */
export interface Lifecycle {
  onStop(name: string, stop: () => Promise<void> | void): void
  /** Runs every teardown once, last registered first; failures are handed to `report` and do not keep the others from running. */
  stop(): Promise<void>
  onTick(everyMs: number, work: () => Promise<void>): void
  /** Runs once what comes again within so much time: for a clock that is moved on by hand. */
  tick(passedMs: number): Promise<void>
}

export function createLifecycle(report: (name: string, error: unknown) => void): Lifecycle {
  const steps: { name: string; stop: () => Promise<void> | void }[] = []
  const repeated: { everyMs: number; work: () => Promise<void> }[] = []
  let stopping: Promise<void> | undefined
  const run = async () => {
    for (const step of steps.reverse()) {
      try {
        await step.stop()
      } catch (error) {
        report(step.name, error)
      }
    }
  }
  return {
    onStop: (name, stop) => void steps.push({ name, stop }),
    stop: () => (stopping ??= run()),
    onTick: (everyMs, work) => void repeated.push({ everyMs, work }),
    async tick(passedMs) {
      for (const { everyMs, work } of repeated)
        if (everyMs <= passedMs && stopping === undefined) await work()
    },
  }
}

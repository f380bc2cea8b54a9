/** Teardown in reverse order of set-up: each resource registers its own. */
export interface Lifecycle {
  onStop(name: string, stop: () => Promise<void> | void): void
  /** Runs every teardown once, last registered first; failures are handed to `report` and do not keep the others from running. */
  stop(): Promise<void>
}

export function createLifecycle(report: (name: string, error: unknown) => void): Lifecycle {
  const steps: { name: string; stop: () => Promise<void> | void }[] = []
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
  }
}

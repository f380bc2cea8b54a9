import type { Lifecycle } from './lifecycle.ts'
import { describeError } from './logger.ts'
import type { Logger } from './logger.ts'

/** Runs `work` every `ms` until the lifecycle stops; a run that takes longer is not overtaken, a failing one is logged. */
export function repeat(
  name: string,
  ms: number,
  work: () => Promise<unknown>,
  deps: { lifecycle: Lifecycle; logger: Logger },
): void {
  let running: Promise<unknown> | undefined
  const timer = setInterval(() => {
    running ??= work()
      .catch((error: unknown) =>
        deps.logger.warn({ name, error: describeError(error) }, 'a repeated task failed'),
      )
      .finally(() => (running = undefined))
  }, ms)
  deps.lifecycle.onStop(name, async () => {
    clearInterval(timer)
    await running
  })
}

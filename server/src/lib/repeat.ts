import type { Lifecycle } from './lifecycle.ts'
import { describeError } from './logger.ts'
import type { Logger } from './logger.ts'

/** Of the time between two runs at least so much passes before the next, when it is asked for. */
const SOONEST = 0.2

/**
 * Runs `work` every `ms` until the lifecycle stops; a run that takes longer is not overtaken, a failing one is logged.
 * Gives a function that asks for the next run as soon as the one before is a fifth of `ms` past.
 */
export function repeat(
  name: string,
  ms: number,
  work: () => Promise<unknown>,
  deps: { lifecycle: Lifecycle; logger: Logger },
): () => void {
  let running: Promise<void> | undefined
  let endedAt = -Infinity
  let asked: NodeJS.Timeout | undefined
  let stopped = false
  const run = () =>
    (running ??= work()
      .then(
        () => undefined,
        (error: unknown) => deps.logger.warn({ name, error: describeError(error) }, 'a repeated task failed'),
      )
      .finally(() => {
        running = undefined
        endedAt = performance.now()
      }))
  // A run under way may have passed what the caller waits for.
  const again = async () => {
    await running
    if (!stopped) await run()
  }
  const timer = setInterval(run, ms)
  deps.lifecycle.onTick(ms, again)
  deps.lifecycle.onStop(name, async () => {
    clearInterval(timer)
    clearTimeout(asked)
    stopped = true
    await running
  })
  return () => {
    if (asked !== undefined || stopped) return
    const wait = Math.max(0, endedAt + ms * SOONEST - performance.now())
    asked = setTimeout(() => {
      asked = undefined
      void again()
    }, wait)
  }
}

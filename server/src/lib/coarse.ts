import { isFresh } from '@guanlan/analytics/is-fresh'
import type { Clock } from './clock.ts'

/**
 * Counts of everything that was accepted, as they may be told outside the floors. Exact and by the second, what screens
 * show of visible groups taken off them would leave the messages of hidden ones; so they are told in whole steps, and
 * looked at once a minute, so that the moment of a step does not tell the exact count either.
 */
const HELD_MS = 60_000
/** Observations that may wait; so many a minute are of no single group. */
const MOST_WAITING = 10_000
const whole = (count: number, step: number) => Math.floor(count / step) * step

export function coarse(step: number, clock: Clock, read: () => number): () => number {
  let [at, told] = [-Infinity, 0]
  return () => {
    const now = clock.now()
    if (!isFresh(at, now, HELD_MS)) [at, told] = [now, whole(read(), step)]
    return told
  }
}

/** Passes observations on by the same rule; what waits at the end is never told. */
export function observeCoarsely<T>(step: number, clock: Clock, observe: (one: T) => void): (one: T) => void {
  let toldAt = clock.now()
  const waiting: T[] = []
  return (one) => {
    waiting.push(one)
    if (waiting.length < step) return
    const now = clock.now()
    if (waiting.length < MOST_WAITING && isFresh(toldAt, now, HELD_MS)) return
    toldAt = now
    for (const each of waiting.splice(0, whole(waiting.length, step))) observe(each)
  }
}

import type { Logger } from '../lib/logger.ts'
import type { Observation } from './judge.ts'
import type { People } from './people.ts'
import type { Pulse } from './pulse.ts'

/** What memory learns of accepted messages: people, pulse and rules at once, words a slice at a time, so that answers stay quick. */
export interface Observer {
  observe(seen: readonly Observation[]): void
  /** Messages whose words wait. */
  waiting(): number
  /** Messages whose words were passed over since the start, because too many waited. Their decisions count like any other. */
  dropped(): number
}

export interface ObserverOptions {
  people: Pick<People, 'observe'>
  pulse: Pick<Pulse, 'count'>
  /** What the rules count: live messages only, each of them. */
  alerts?(seen: Observation): void
  /** Called for live messages only, never for history. */
  words(seen: Observation): void
  logger: Logger
  /** Most messages whose words may wait. */
  limit?: number
  /** How long words keep the event loop in one go, ms. */
  sliceMs?: number
}

/** Messages between two looks at the clock. */
const STEP = 16
const ANALYSED: Observation = {
  ...{ acceptedAt: 0, day: '', hourStart: 0, groupId: '', unitId: '', sender: '', text: '' },
  ...{ category: null, minute: 0, live: false },
}

export function createObserver(options: ObserverOptions): Observer {
  const { people, pulse, alerts, words, logger, limit = 20_000, sliceMs = 4 } = options
  let queue: Observation[] = []
  let next = 0
  let dropped = 0
  let scheduled = false

  function guarded(work: (seen: Observation) => void, seen: Observation): void {
    try {
      work(seen)
    } catch (error) {
      // The error may hold what was sent; only its kind is logged.
      logger.error(
        { kind: error instanceof Error ? error.name : typeof error },
        'a message could not be analysed',
      )
    }
  }
  const count = (seen: Observation) => {
    people.observe(seen)
    if (!seen.live) return
    pulse.count(seen.groupId, seen.acceptedAt)
    alerts?.(seen)
  }
  function takeNext(): Observation {
    const one = queue[next] as Observation
    // Its text must not wait for the others.
    queue[next++] = ANALYSED
    return one
  }
  function slice(): void {
    const end = performance.now() + sliceMs
    do {
      for (let i = 0; i < STEP && next < queue.length; i++) guarded(words, takeNext())
    } while (next < queue.length && performance.now() < end)
    if (next === queue.length) queue = []
    else if (next >= limit / 2) queue = queue.slice(next)
    else return void setImmediate(slice)
    next = 0
    scheduled = queue.length > 0
    if (scheduled) setImmediate(slice)
  }
  return {
    observe(seen) {
      for (const one of seen) {
        guarded(count, one)
        if (!one.live) continue
        if (queue.length - next < limit) queue.push(one)
        else dropped++
      }
      if (scheduled || queue.length === 0) return
      scheduled = true
      setImmediate(slice)
    },
    waiting: () => queue.length - next,
    dropped: () => dropped,
  }
}

import type { Logger } from '../lib/logger.ts'
import type { Observation, Said } from './judge.ts'
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
  words(said: Said): void
  logger: Logger
  /** Most messages whose words may wait. */
  limit?: number
  /** How long words keep the event loop in one go, ms. */
  sliceMs?: number
  /** Milliseconds that only grow. */
  now?(): number
}

/** Messages between two looks at the clock. */
const STEP = 4
/** What words take for each millisecond of other work while half of what may wait does, ms. */
const PRESSED_SHARE = 1 / 16
const ANALYSED: Said = { acceptedAt: 0, groupId: '', unitId: '', sender: '', text: '', category: null }

const saidIn = ({ acceptedAt, groupId, unitId, sender, text, category }: Observation): Said => ({
  acceptedAt,
  groupId,
  unitId,
  sender,
  text: text(),
  category,
})

export function createObserver(options: ObserverOptions): Observer {
  const { people, pulse, alerts, words, logger, limit = 20_000, sliceMs = 4 } = options
  const now = options.now ?? (() => performance.now())
  let queue: Said[] = []
  let next = 0
  let dropped = 0
  let scheduled = false
  let endedAt = now()

  function guarded<T>(work: (one: T) => void, one: T): void {
    try {
      work(one)
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
  function takeNext(): Said {
    const one = queue[next] as Said
    // Its text must not wait for the others.
    queue[next++] = ANALYSED
    return one
  }
  /**
   * While too many wait, decisions go first: a round of the event loop that was full of requests leaves words a small share. Rounds
   * without requests follow each other quickly, so that idle time still goes to words whole.
   */
  function sliceEnd(): number {
    const began = now()
    const isPressed = queue.length - next > limit / 2
    return began + (isPressed ? Math.min(sliceMs, (began - endedAt) * PRESSED_SHARE) : sliceMs)
  }
  function slice(): void {
    const end = sliceEnd()
    do {
      for (let i = 0; i < STEP && next < queue.length; i++) guarded(words, takeNext())
      endedAt = now()
    } while (next < queue.length && endedAt < end)
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
        if (queue.length - next < limit) queue.push(saidIn(one))
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

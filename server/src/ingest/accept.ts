import { appError } from '@guanlan/contract/errors'
import type { IngestResult } from '@guanlan/contract/event'
import type { Clock } from '../lib/clock.ts'
import type { Spool } from '../ports/spool.ts'
import { createBatch, type SpoolPart } from './batch.ts'
import type { IdIndex } from './id-index.ts'
import type { Judge, Observation, Submitter } from './judge.ts'
import type { Decoded } from './media.ts'
import { createInFlight } from './in-flight.ts'
import { createSifter, type Work } from './sift.ts'

export const RETRY_AFTER_SECONDS = 5

export interface Acceptor {
  /**
   * Takes a batch event by event; resolves when everything it counts is durable.
   * @throws AppError unavailable: nothing of this answer counts, a retry is safe
   */
  accept(decoded: Decoded, from: Submitter): Promise<IngestResult>
  /** Messages and corrections accepted since the start. */
  total(): number
}

export interface AcceptorOptions {
  spool: Pick<Spool, 'append' | 'blocked'>
  ids: Pick<IdIndex, 'find' | 'remember'>
  judge: Judge
  clock: Clock
  /** 32 secret bytes that stay the same for the life of the data. */
  hashKey: Uint8Array
  /** Called after the answer is certain, with what people, pulse and words need. */
  observe(seen: readonly Observation[]): void
  /** Called with the number of events that became durable. */
  onDurable(events: number): void
}

export function createAcceptor(options: AcceptorOptions): Acceptor {
  const { spool, ids, judge, clock, hashKey, observe, onDurable } = options
  const inFlight = createInFlight()
  const sift = createSifter({ ids, judge, hashKey, inFlight })
  let total = 0

  /** Appends all values; those that became durable are remembered even when another failed, so that a retry repeats them. */
  async function store(work: Work, parts: readonly SpoolPart[]): Promise<boolean> {
    const outcomes = await Promise.allSettled(parts.map((part) => spool.append(part.value)))
    for (const [i, part] of parts.entries()) {
      if (outcomes[i]?.status !== 'fulfilled') continue
      ids.remember(part.ids)
      work.accepted += part.count
      if (part.seen.length > 0) setImmediate(observe, part.seen)
    }
    total += work.accepted
    if (work.accepted > 0) onDurable(work.accepted)
    return outcomes.every((outcome) => outcome.status === 'fulfilled')
  }
  const unavailable = () =>
    appError('unavailable', spool.blocked ?? 'the events could not be stored', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    })

  return {
    async accept(decoded, from) {
      let settle: (stored: boolean) => void = () => undefined
      const done = new Promise<boolean>((resolve) => (settle = resolve))
      const now = clock.now()
      const own = { ids: new Uint32Array(decoded.events.length * 4), count: 0, done }
      const work: Work = {
        ...{ from, now, batch: createBatch(), inFlight: own, waits: new Set() },
        ...{ accepted: 0, duplicates: 0, pending: 0, rejected: [] },
      }
      let stored = false
      try {
        sift(work, decoded)
        stored = await store(work, work.batch.parts(now))
      } finally {
        inFlight.release(own)
        settle(stored)
      }
      const others = await Promise.all(work.waits)
      if (!stored || others.includes(false)) throw unavailable()
      const { accepted, duplicates, pending, rejected } = work
      return { accepted, duplicates, pending, rejected }
    },
    total: () => total,
  }
}

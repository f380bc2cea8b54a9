import { BATCH_LIMIT, type GuanlanEvent } from '@guanlan/contract/event'
import type { Rehearsal } from '../compose/words.ts'
import { systemClock } from '../lib/clock.ts'
import type { Run } from './demo-city.ts'

const MINUTE = 60_000
/** Words look at the time this often; windows close by themselves when a message meets their end. */
const WORDS_MS = 10 * MINUTE
/** Decisions arrive and scores are computed this often: each time costs a few queries. */
const SCORES_MS = 30 * MINUTE

export interface RehearsalOptions {
  /** First and last moment, ms. What was sent before is there already. */
  readonly from: number
  readonly until: number
  /** What was sent in between, in order of sending. */
  events(): AsyncIterable<GuanlanEvent>
  /** Takes in decisions as `guanlan import` does. */
  readonly run: Run
  readonly signal: AbortSignal
}

/**
 * Lets the last day before a demo happen: its decisions arrive and its words are heard on a clock of that day, so that what is
 * released was released by the product itself, floors and all, and nothing has to warm up.
 */
export function createRehearsal({ from, until, events, run, signal }: RehearsalOptions): Rehearsal {
  let at: number | undefined = from
  const clock = { now: () => at ?? systemClock.now() }
  return {
    clock,
    async play({ words, insight, directory, time }) {
      let [wordsAt, scoresAt] = [from, from]
      let batch: GuanlanEvent[] = []
      /** A message as the way in hands it over: refused where the register does not take it. */
      function hear(event: GuanlanEvent, now: number): void {
        if (event.type !== 'message.moderated') return
        const sentAt = Date.parse(event.time)
        const admitted = directory.admit(event.group, sentAt, time.dayOf(sentAt), directory.root)
        if (!admitted.ok) return
        const { group: groupId, sender, content, moderation } = event
        const said = { text: content.text ?? '', category: moderation.category ?? null }
        words.observe({ acceptedAt: now, groupId, unitId: admitted.unitId, sender, ...said })
      }
      async function arrive(): Promise<void> {
        for (let i = 0; i < batch.length; i += BATCH_LIMIT)
          await run('import.batch', { events: batch.slice(i, i + BATCH_LIMIT), source: 'demo' })
        batch = []
        await run('import.settle', {})
      }
      /** Lets time pass up to `next`. */
      async function pass(next: number): Promise<void> {
        while (wordsAt + WORDS_MS <= next) {
          signal.throwIfAborted()
          at = wordsAt += WORDS_MS
          await words.tick()
          if (wordsAt < scoresAt + SCORES_MS) continue
          scoresAt = wordsAt
          await arrive()
          await insight.tick()
        }
      }
      for await (const event of events()) {
        // Moderation sends a message when it has decided.
        const arrivesAt = Math.min(Date.parse(event.moderation.decidedAt), until)
        await pass(arrivesAt)
        at = Math.max(clock.now(), arrivesAt)
        batch.push(event)
        hear(event, at)
      }
      await pass(until)
      await arrive()
      at = undefined
      await words.tick()
      await insight.tick()
    },
  }
}

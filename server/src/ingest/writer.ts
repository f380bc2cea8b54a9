import { describeError, type Logger } from '../lib/logger.ts'
import { BLOCK_ROWS, blockEvents, collectBlock, type Block } from './block.ts'
import { decodeEntry } from './entry.ts'
import { createPacer, type Pacer } from './pacer.ts'
import { createInsist, createSteps, STOPPED, type StepOptions } from './writer-steps.ts'

/**
 * Moves accepted batches from the spool into ClickHouse, each exactly once over a kill at any point. Before an insert its
 * intent is durable: a token, the range of spool values, and the resolved correction rows. A repeat sends the same bytes
 * under the same token, which the engine counts once. Afterwards intent and values go in one transaction.
 */
export interface Writer {
  /** Reads what a former process left in the spool (its ids count as seen), then starts the loop. */
  start(): Promise<void>
  /** Says that the spool has grown by so many messages and corrections. */
  wake(events: number): void
  /** Messages and corrections accepted and not yet in the store. */
  backlog(): number
  stats(): WriterStats
  /** Resolves when everything accepted before the call is in the store; rejects when the writer stops first. */
  drained(): Promise<void>
  /** The same for what is already durable, and at once while the store takes nothing. */
  land(): Promise<void>
  /** Runs work while no block is under way: raw rows and rollups are of one moment. Keep it short, events wait meanwhile. */
  betweenBlocks<T>(work: () => Promise<T>): Promise<T>
  /** Finishes the block under way and stops. */
  stop(): Promise<void>
}

export interface WriterStats {
  blocks: number
  rows: number
  /** Newest acceptance time that has landed, ms since epoch. */
  landedAcceptedAt: number
  parked: number
  /** Why the store takes nothing now, or null. */
  failing: string | null
}

export interface WriterOptions extends StepOptions {
  logger: Logger
  /** Called when a block is in the store. */
  onLanded?(rows: number): void
  /** Time between two blocks that are not full, unless somebody waits for one. */
  gatherMs?: number
}

const IDLE_MS = 30_000
/**
 * Time between two blocks that are not full. A block costs the engine much whatever its size (a part in each of six tables,
 * which are merged later), so one a second is made: screens ask for it just before they read (`land`), else it comes a bit later.
 */
const GATHER_MS = 1_200
/** After a block of so many rows the next one is made earlier, so that less is left for the one that a screen waits for. */
const MANY_ROWS = 5_000
const GATHER_MANY_MS = 600

/** Ids of what is still in the spool count as seen; says how much waits and before which value. */
function recover({ spool, ids }: Pick<StepOptions, 'spool' | 'ids'>): { waiting: number; doneSeq: number } {
  let waiting = 0
  let first: number | undefined
  for (let after = 0; ;) {
    const values = spool.read(after, 500, 16 * 1024 * 1024)
    if (values.length === 0) return { waiting, doneSeq: first === undefined ? spool.lastSeq : first - 1 }
    for (const { seq, value } of values) {
      const entry = decodeEntry(value)
      ids.remember(entry.ids)
      waiting += entry.ids.length / 4
      first ??= seq
      after = seq
    }
  }
}

/** Who waits for a value of the spool to land; whoever begins to wait hurries the writer. */
function createWaiters(pacer: Pick<Pacer, 'hurry' | 'wake'>) {
  const waiters: { seq: number; resolve: () => void; reject: (error: Error) => void }[] = []
  return {
    isEmpty: () => waiters.length === 0,
    until(seq: number): Promise<void> {
      pacer.hurry()
      pacer.wake()
      return new Promise((resolve, reject) => void waiters.push({ seq, resolve, reject }))
    },
    reached(seq: number) {
      for (const waiter of waiters.splice(0))
        if (waiter.seq <= seq) waiter.resolve()
        else waiters.push(waiter)
    },
    stop() {
      for (const { reject } of waiters.splice(0)) reject(STOPPED)
    },
  }
}

export function createWriter(options: WriterOptions): Writer {
  const { spool, logger, onLanded, gatherMs = GATHER_MS } = options
  const steps = createSteps(options)
  const pacer = createPacer()
  const stats: WriterStats = {
    ...{ blocks: 0, rows: 0, landedAcceptedAt: 0 },
    ...{ parked: steps.parked(), failing: null },
  }
  const waiters = createWaiters(pacer)
  const guests: (() => Promise<void>)[] = []
  let doneSeq = 0
  let waiting = 0
  let running: Promise<void> | undefined

  const insist = createInsist(pacer, logger, stats)
  function landed(block: Block): void {
    doneSeq = block.toSeq
    waiting -= blockEvents(block)
    stats.blocks++
    stats.rows += block.rowCount
    stats.landedAcceptedAt = block.entries.at(-1)?.acceptedAt ?? stats.landedAcceptedAt
    stats.parked = steps.parked()
    onLanded?.(block.rowCount)
    waiters.reached(doneSeq)
  }
  function pause(began: number, rows: number): Promise<void> {
    const isAwaited = !waiters.isEmpty() || guests.length > 0
    if (isAwaited || waiting >= BLOCK_ROWS) return Promise.resolve()
    const gather = rows < MANY_ROWS ? gatherMs : Math.min(gatherMs, GATHER_MANY_MS)
    return pacer.pause(gather - (performance.now() - began))
  }
  const until = (seq: number) => (doneSeq >= seq ? Promise.resolve() : waiters.until(seq))
  async function loop(): Promise<void> {
    const left = steps.unfinished()
    if (left !== undefined) {
      await steps.finish(left.block, left.intent, insist)
      landed(left.block)
    }
    while (!pacer.stopped) {
      while (guests.length > 0) await guests.shift()?.()
      const began = performance.now()
      const block = collectBlock(spool, doneSeq)
      if (block === undefined) {
        // A value that the disk did not take has a number, and nobody may wait for it.
        waiters.reached(spool.durableSeq)
        await steps.expire(insist)
        await pacer.untilWoken(IDLE_MS)
        continue
      }
      await steps.finish(block, await steps.prepare(block, insist), insist)
      landed(block)
      await pause(began, block.rowCount)
    }
  }
  return {
    async start() {
      ;({ waiting, doneSeq } = recover(options))
      running = loop().catch((error: unknown) => {
        if (error !== STOPPED) logger.error({ error: describeError(error) }, 'the writer failed')
      })
    },
    wake(events) {
      waiting += events
      pacer.wake()
      if (waiting >= BLOCK_ROWS) pacer.hurry()
    },
    // A block may land before its events are announced.
    backlog: () => Math.max(0, waiting),
    stats: () => stats,
    drained: () => until(spool.durableSeq),
    land: () => (stats.failing === null ? until(spool.durableSeq) : Promise.resolve()),
    betweenBlocks<T>(work: () => Promise<T>) {
      pacer.hurry()
      pacer.wake()
      return new Promise<T>((resolve, reject) => guests.push(() => work().then(resolve, reject)))
    },
    async stop() {
      pacer.stop()
      await running
      waiters.stop()
    },
  }
}

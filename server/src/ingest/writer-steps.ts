import type { Clock } from '../lib/clock.ts'
import { describeError, type Logger } from '../lib/logger.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Spool } from '../ports/spool.ts'
import { blockBytes, blockIds, collectBlock, type Block } from './block.ts'
import { withHistory, type SpooledCorrection } from './entry.ts'
import type { IdIndex } from './id-index.ts'
import type { Pacer } from './pacer.ts'
import { loadParked } from './parked.ts'
import { resolveCorrections } from './resolve.ts'
import { DECISION_COLUMNS } from './row.ts'

export interface StepOptions {
  spool: Spool
  clickhouse: Pick<ClickHouse, 'query' | 'insertBlock'>
  ids: Pick<IdIndex, 'persist' | 'remember'>
  clock: Clock
  /** Unique token of a block. */
  newToken(): string
  /** Corrections whose message did not come within 24 h. */
  onUnknown(corrections: readonly SpooledCorrection[]): void
}

/** Repeats work until it succeeds; rejects with `Stopped` when the writer stops first. */
export type Insist = <T>(what: string, work: () => Promise<T>) => Promise<T>
export const STOPPED = new Error('the writer has stopped')

const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 5_000

/** @param status shows why something fails at present */
export function createInsist(pacer: Pacer, logger: Logger, status: { failing: string | null }): Insist {
  return async (what, work) => {
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(LAST_RETRY_MS, wait * 2)) {
      try {
        const result = await work()
        if (status.failing === what) status.failing = null
        return result
      } catch (error) {
        status.failing = what
        logger.warn({ error: describeError(error), retryMs: wait }, what)
        await pacer.sleep(wait)
        if (pacer.stopped) throw STOPPED
      }
    }
  }
}

interface Intent {
  token: string
  fromSeq: number
  toSeq: number
  lines: string
  /** Absent before rows said whether they are history. */
  version?: 2
}

const INTENT = 'writer-intent'
const asNote = (intent: Intent) => Buffer.from(JSON.stringify(intent), 'latin1')
function readIntent(note: Uint8Array): Intent {
  const intent = JSON.parse(Buffer.from(note).toString('latin1')) as Intent
  return intent.version === undefined ? { ...intent, lines: withHistory(intent.lines) } : intent
}

/** The steps of one block, each of which may be repeated until it works. */
export function createSteps({ spool, clickhouse, ids, clock, newToken, onUnknown }: StepOptions) {
  const parked = loadParked((key) => spool.getNote(key), clock.now())

  async function saveParked(
    intent: Intent | undefined,
    overflow: readonly SpooledCorrection[],
    insist: Insist,
  ): Promise<void> {
    const unknown = [...overflow, ...parked.expire(clock.now())]
    const notes = { ...parked.changedNotes(), ...(intent === undefined ? {} : { [INTENT]: asNote(intent) }) }
    if (Object.keys(notes).length > 0) await insist('the spool takes no notes', () => spool.setNotes(notes))
    if (unknown.length > 0) onUnknown(unknown)
  }
  return {
    parked: () => parked.size,
    /** Drops parked corrections that have waited long enough. */
    expire: (insist: Insist) => saveParked(undefined, [], insist),
    /** The intent a former process or a failed round left, with its block. */
    unfinished(): { block: Block; intent: Intent } | undefined {
      const note = spool.getNote(INTENT)
      if (note === undefined) return undefined
      const intent = readIntent(note)
      const block = collectBlock(spool, intent.fromSeq - 1, intent.toSeq)
      return block === undefined ? undefined : { block, intent }
    },
    async prepare(block: Block, insist: Insist): Promise<Intent> {
      const { lines, overflow } = await insist('the targets of corrections could not be read', () =>
        resolveCorrections(block, parked, clickhouse, clock.now()),
      )
      const intent: Intent = {
        token: newToken(),
        fromSeq: block.fromSeq,
        toSeq: block.toSeq,
        lines,
        version: 2,
      }
      await saveParked(intent, overflow, insist)
      return intent
    },
    async finish(block: Block, { token, lines }: Intent, insist: Insist): Promise<void> {
      const bytes = blockBytes(block, lines)
      await Promise.all([
        bytes.length > 0 &&
          insist('the store takes no rows', () =>
            clickhouse.insertBlock('decision_in', DECISION_COLUMNS, bytes, token),
          ),
        insist('the index of seen ids takes nothing', () => ids.persist(blockIds(block))),
      ])
      await insist('the spool cannot be emptied', () => spool.setNotes({ [INTENT]: null }, block.toSeq))
    },
  }
}

import { isAppError } from '@guanlan/contract/errors'
import type { IngestResult, RejectionCode } from '@guanlan/contract/event'
import type { ImportItem } from './import-reader.ts'

export interface ImportCounts {
  lines: number
  accepted: number
  duplicates: number
  pending: number
  rejected: number
}

/** Where an import stands: everything up to `offset` was answered for. */
export interface ImportPosition extends ImportCounts {
  offset: number
  line: number
}

export const IMPORT_START: ImportPosition = {
  ...{ offset: 0, line: 0, lines: 0, accepted: 0, duplicates: 0, pending: 0, rejected: 0 },
}

export interface ImportReject {
  line: number
  code: RejectionCode
  pointer: string
}

export interface ImportOptions {
  items: AsyncIterable<ImportItem>
  from: ImportPosition
  submit(events: unknown[]): Promise<IngestResult>
  /** Lines that were refused: number, code and pointer, no text. Called in order. */
  onRejects(rejects: readonly ImportReject[]): Promise<void>
  /** Called in order, after the rejects of the same lines. */
  onPosition(position: ImportPosition): Promise<void>
  sleep(ms: number): Promise<void>
  signal: AbortSignal
}

const BATCH = 1_000
/** Batches under way at once: their flushes overlap. */
const ABREAST = 4
const FIRST_WAIT_MS = 250
const LAST_WAIT_MS = 5_000
const GIVE_UP_MS = 120_000

/** A store that is full or shutting down is waited for, two minutes long; then its own words say what to mend. */
async function insist(submit: () => Promise<IngestResult>, options: ImportOptions): Promise<IngestResult> {
  let waited = 0
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LAST_WAIT_MS, wait * 2)) {
    try {
      return await submit()
    } catch (error) {
      const mayPass = isAppError(error) && error.code === 'unavailable' && waited < GIVE_UP_MS
      if (!mayPass || options.signal.aborted) throw error
      await options.sleep(wait)
      waited += wait
    }
  }
}

async function send(
  items: readonly ImportItem[],
  options: ImportOptions,
): Promise<{ result: IngestResult; rejects: ImportReject[] }> {
  const readable = items.filter((item) => item.event !== undefined)
  const unreadable = items.filter((item) => item.event === undefined)
  const empty: IngestResult = { accepted: 0, duplicates: 0, pending: 0, rejected: [] }
  const events = readable.map((item) => item.event)
  const result = events.length === 0 ? empty : await insist(() => options.submit(events), options)
  const refused = result.rejected.map(({ index, code, pointer = '' }) => ({
    line: readable[index]?.line ?? 0,
    code,
    pointer,
  }))
  const rejects = [
    ...refused,
    ...unreadable.map(({ line }) => ({ line, code: 'invalid_event' as const, pointer: '' })),
  ]
  return { result, rejects: rejects.sort((a, b) => a.line - b.line) }
}

/** Sends everything in batches, several abreast, and reports them in order. A repeat after a kill only finds duplicates. */
export async function runImport(options: ImportOptions): Promise<ImportPosition> {
  let position = options.from
  const underWay: { items: ImportItem[]; sent: ReturnType<typeof send> }[] = []
  async function settleOldest(): Promise<void> {
    const oldest = underWay.shift()
    if (oldest === undefined) return
    const { result, rejects } = await oldest.sent
    const last = oldest.items.at(-1)
    position = {
      offset: last?.end ?? position.offset,
      line: last?.line ?? position.line,
      lines: position.lines + oldest.items.length,
      accepted: position.accepted + result.accepted,
      duplicates: position.duplicates + result.duplicates,
      pending: position.pending + result.pending,
      rejected: position.rejected + rejects.length,
    }
    if (rejects.length > 0) await options.onRejects(rejects)
    await options.onPosition(position)
  }
  async function start(items: ImportItem[]): Promise<void> {
    const sent = send(items, options)
    // Rejections are met when its turn comes.
    sent.catch(() => undefined)
    underWay.push({ items, sent })
    if (underWay.length >= ABREAST) await settleOldest()
  }
  let items: ImportItem[] = []
  for await (const item of options.items) {
    if (options.signal.aborted) break
    items.push(item)
    if (items.length < BATCH) continue
    await start(items)
    items = []
  }
  if (items.length > 0 && !options.signal.aborted) await start(items)
  while (underWay.length > 0) await settleOldest()
  return position
}

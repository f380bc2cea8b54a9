import { createKeyedHash, deriveKey, type KeyedHash } from '@guanlan/analytics/privacy/keyed-hash'
import type { CorrectedEvent, Rejection } from '@guanlan/contract/event'
import type { Batch } from './batch.ts'
import type { IdIndex } from './id-index.ts'
import { KIND_BIT, type KnownAs } from './id-table.ts'
import type { InFlight, InFlightIds } from './in-flight.ts'
import { isRefusal, type Judge, type Submitter } from './judge.ts'
import type { Decoded } from './media.ts'
import { messageOf, type Message } from './message.ts'
import { idHex } from './row.ts'
import { checkCloudEvent, checkEvent, type Checked, type Refusal } from './validate.ts'

/** One request while it is worked on. */
export interface Work {
  from: Submitter
  now: number
  batch: Batch
  accepted: number
  duplicates: number
  pending: number
  rejected: Rejection[]
  inFlight: InFlightIds
  /** Outcomes of other requests that this one repeats. */
  waits: Set<Promise<boolean>>
}

export interface SifterOptions {
  ids: Pick<IdIndex, 'find'>
  judge: Judge
  /** 32 secret bytes that stay the same for the life of the data. */
  hashKey: Uint8Array
  inFlight: InFlight
}

/** Sorts the events of a request into accepted, repeated, pending and refused; fills `work` and marks its ids as in flight. */
export function createSifter({
  ids,
  judge,
  hashKey,
  inFlight,
}: SifterOptions): (work: Work, decoded: Decoded) => void {
  const hashers = new Map<string, KeyedHash>()
  const words = new Uint32Array(4)
  const targetWords = new Uint32Array(4)

  /** Ids of two sources never meet: each source hashes under a key of its own. */
  function hasherOf(source: string): KeyedHash {
    let hasher = hashers.get(source)
    if (hasher === undefined)
      hashers.set(source, (hasher = createKeyedHash(deriveKey(hashKey, `event:${source}`))))
    return hasher
  }
  function hashInto(out: Uint32Array, source: string, id: string, kind: KnownAs): void {
    hasherOf(source).hash(id, out)
    out[0] = ((out[0] as number) & ~KIND_BIT) | (kind === 'correction' ? KIND_BIT : 0)
  }
  const reject = (work: Work, index: number, { code, pointer, detail }: Refusal) =>
    void work.rejected.push({ index, code, ...(pointer === undefined ? {} : { pointer }), detail })

  /** True when the id was seen before; when by a request still under way, this one's answer waits for that one. */
  function isRepeated(work: Work): boolean {
    const other = inFlight.find(words)
    if (other !== undefined && other.by !== work.inFlight) work.waits.add(other.by.done)
    return other !== undefined || ids.find(words, 0) !== undefined
  }
  function takeMessage(work: Work, index: number, message: Message): void {
    hashInto(words, work.from.source, message.id, 'message')
    if (isRepeated(work)) return void work.duplicates++
    const judged = judge.message(message, work.from, work.now)
    if (isRefusal(judged)) return reject(work, index, judged)
    inFlight.add(work.inFlight, words)
    work.batch.addRow(words, judged.row, judged.seen)
  }
  function takeCorrection(work: Work, index: number, event: CorrectedEvent): void {
    const { source } = work.from
    hashInto(words, source, event.id, 'correction')
    if (isRepeated(work)) return void work.duplicates++
    hashInto(targetWords, source, event.corrects, 'message')
    const judged = judge.correction(event, work.from, idHex(words), idHex(targetWords), work.now)
    if (isRefusal(judged)) return reject(work, index, judged)
    const known = inFlight.find(targetWords)?.as ?? ids.find(targetWords, 0)
    if (known !== 'message') work.pending++
    inFlight.add(work.inFlight, words)
    work.batch.addCorrection(words, judged)
  }
  /** Corrections come last, so that one sent with its message finds it. */
  function takeChecked(work: Work, events: readonly unknown[], check: (raw: unknown) => Checked): void {
    const corrections: [number, CorrectedEvent][] = []
    for (const [index, raw] of events.entries()) {
      const checked = check(raw)
      if ('refusal' in checked) reject(work, index, checked.refusal)
      else if (checked.event.type === 'message.moderated') takeMessage(work, index, messageOf(checked.event))
      else corrections.push([index, checked.event])
    }
    for (const [index, event] of corrections) takeCorrection(work, index, event)
    if (corrections.length > 0) work.rejected.sort((a, b) => a.index - b.index)
  }
  return function sift(work, { form, events }) {
    if (form === 'plain') for (const [index, message] of events.entries()) takeMessage(work, index, message)
    else if (form === 'json') takeChecked(work, events, checkEvent)
    else takeChecked(work, events, (raw) => checkCloudEvent(raw, work.from.source))
  }
}

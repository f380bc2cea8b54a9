import { delayBucket as bucketOf } from '@guanlan/analytics/delay-buckets'
import type { CorrectedEvent, RejectionCode } from '@guanlan/contract/event'
import type { LocalTime } from '../lib/local-day.ts'
import type { SpooledCorrection } from './entry.ts'
import { instantOf } from './instant.ts'
import type { Message } from './message.ts'
import { linePieces, type RowPieces } from './row.ts'
import type { Refusal } from './validate.ts'

/** What ingest asks of the register. */
export interface IngestDirectory {
  admit(
    groupId: string,
    sentAtMs: number,
    sentDay: string,
    keyUnitId: string,
  ): { ok: true; unitId: string } | { ok: false; code: RejectionCode; pointer: string; detail: string }
  readonly taxonomy: { get(code: string): { tier: string } | undefined }
}

/** Who sends: the key's source and unit; `history` marks an import, which never alerts and never enters word windows. */
export interface Submitter {
  source: string
  unitId: string
  history: boolean
}

/** What the analysis of words needs of a message. Never stored, never logged. */
export interface Said {
  acceptedAt: number
  groupId: string
  unitId: string
  sender: string
  text: string
  category: string | null
}

/** An accepted message as memory needs it for a moment: people, pulse and words. Never stored, never logged. */
export interface Observation extends Omit<Said, 'text'> {
  day: string
  hourStart: number
  text(): string
  /** Start of the minute it was sent in, ms since epoch. */
  minute: number
  /** Sent within 24 h and not imported: only such messages move the pulse and the word windows. */
  live: boolean
}

const MINUTE = 60_000
const FUTURE = 5 * MINUTE
const DAY = 86_400_000

const refusal = (code: Refusal['code'], pointer: string, detail: string): Refusal => ({
  code,
  pointer,
  detail,
})

export interface Judge {
  /** The row and observation of a message, or why it is refused. */
  message(message: Message, from: Submitter, now: number): Judged | Refusal
  correction(
    event: CorrectedEvent,
    from: Submitter,
    id: string,
    target: string,
    now: number,
  ): SpooledCorrection | Refusal
}
export interface Judged {
  row: RowPieces
  seen: Observation
}

export function isRefusal(value: object): value is Refusal {
  return 'code' in value
}

/** Places kept at most; a fresh start costs less than looking for the oldest. */
const KEPT = 20_000

type Way = Parameters<typeof linePieces.what>[0]

/** What rows say of how the message was decided. Kind, decision and by are of the contract, so that numbers stand for them. */
function createWays(): (way: Way) => string {
  const numbers = new Map<string, number>()
  const lines = new Map<number, Map<string, { tier: string; line: string }>>()
  function numberOf(name: string): number {
    let number = numbers.get(name)
    if (number === undefined) numbers.set(name, (number = numbers.size))
    return number
  }
  return (way) => {
    const { kind, decision, decidedBy, delayBucket, tier, category, history } = way
    const said = (numberOf(kind) * 64 + numberOf(decision)) * 64 + numberOf(decidedBy)
    const key = (said * 128 + delayBucket) * 2 + history
    let own = lines.get(key)
    if (own === undefined) lines.set(key, (own = new Map()))
    let known = own.get(category)
    if (known === undefined || known.tier !== tier)
      own.set(category, (known = { tier, line: linePieces.what(way) }))
    return known.line
  }
}

/** Pieces of rows, each made once: messages share few minutes, few places, and few ways in which they were decided. */
function createPieces() {
  const places = new Map<string, { unitId: string; source: string; where: string }>()
  let [whenOf, when] = [NaN, '']
  return {
    when(at: { minute: number; hour: number; day: string }) {
      if (at.minute !== whenOf) [whenOf, when] = [at.minute, linePieces.when(at)]
      return when
    },
    where(groupId: string, unitId: string, source: string) {
      const known = places.get(groupId)
      if (known?.unitId === unitId && known.source === source) return known.where
      if (known === undefined && places.size >= KEPT) places.clear()
      const where = linePieces.where(groupId, unitId, source)
      places.set(groupId, { unitId, source, where })
      return where
    },
    what: createWays(),
  }
}

/** Applies the register, the taxonomy and the limits of time to events that are well-formed. */
export function createJudge(options: {
  directory: IngestDirectory
  time: LocalTime
  rawDays: number
}): Judge {
  const { directory, time, rawDays } = options
  const pieces = createPieces()
  let oldestFor = ''
  let oldest = ''
  function oldestDay(now: number): string {
    const today = time.dayOf(now)
    if (today !== oldestFor) {
      oldestFor = today
      oldest = time.addDays(today, -rawDays)
    }
    return oldest
  }
  function tierOf(category: string | undefined): string | undefined {
    return category === undefined ? 'none' : directory.taxonomy.get(category)?.tier
  }
  const unknownCategory = () => refusal('unknown_category', '/moderation/category', 'is not in the taxonomy')
  // The latest decision wins: one of the far future would stand against every correction.
  const decidedInFuture = () =>
    refusal('time_in_future', '/moderation/decidedAt', 'is more than a day ahead of the server')

  return {
    message(message, from, now) {
      const { sentAt, decidedAt, group, category } = message
      if (sentAt > now + FUTURE)
        return refusal('time_in_future', '/time', 'is more than 5 minutes ahead of the server')
      const day = time.dayOf(sentAt)
      if (day < oldestDay(now))
        return refusal('time_too_old', '/time', 'is before the time for which decisions are kept')
      if (decidedAt > now + DAY) return decidedInFuture()
      const tier = tierOf(category)
      if (tier === undefined) return unknownCategory()
      const admitted = directory.admit(group, sentAt, day, from.unitId)
      if (!admitted.ok) return refusal(admitted.code, admitted.pointer, admitted.detail)
      const { kind, decision, decidedBy } = message
      const delayBucket = bucketOf(decidedAt - sentAt)
      const hour = time.hourStart(sentAt)
      const { unitId } = admitted
      const minute = sentAt - (sentAt % MINUTE)
      const live = !from.history && now - sentAt < DAY
      const history = live ? 0 : 1
      const way: Way = { kind, tier, category: category ?? '', decision, decidedBy, delayBucket, history }
      const row = {
        when: pieces.when({ minute, hour, day }),
        where: pieces.where(group, unitId, from.source),
        what: pieces.what(way),
      }
      const seen: Observation = {
        acceptedAt: now,
        day,
        hourStart: hour,
        groupId: group,
        unitId,
        sender: message.sender,
        text: message.text,
        category: category ?? null,
        minute,
        live,
      }
      return { row, seen }
    },
    correction(event, from, id, target, now) {
      const { moderation } = event
      const decidedAt = instantOf(moderation.decidedAt)
      if (decidedAt > now + DAY) return decidedInFuture()
      const tier = tierOf(moderation.category)
      if (tier === undefined) return unknownCategory()
      const { decision, category = '', by } = moderation
      const history = from.history ? ({ history: true } as const) : {}
      return { target, id, decidedAt, decision, category, tier, by, source: from.source, ...history }
    },
  }
}

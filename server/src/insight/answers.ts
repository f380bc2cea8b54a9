import { maskContactData } from '@guanlan/analytics/text/contact'
import { createFold, createFoldedText, foldInto, KIND_BREAK } from '@guanlan/analytics/text/fold'
import { ANSWER_NOTE_LENGTH } from '@guanlan/contract/topic'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Postgres } from '../ports/postgres.ts'

export interface Answer {
  readonly topicId: string
  /** answered for this unit and everything below */
  readonly unitId: string
  /** ms since epoch */
  readonly at: number
  readonly by: string
  readonly note: string
}

export interface Answers {
  reload(): Promise<void>
  of(topicId: string): readonly Answer[]
  /** Newest answer given for the unit or one above it; ms, or null. @param units the unit and its ancestors */
  answeredAt(topicId: string, units: readonly string[]): number | null
  add(actor: string, topicId: string, unitId: string, note: string): Promise<void>
}

const PUNCTUATION = /[\p{P}\p{S}\s]/u

/** A note for the public without telephone numbers, addresses, accounts and the like: each becomes "…". */
export function withoutContactData(note: string): string {
  const text = createFoldedText(ANSWER_NOTE_LENGTH)
  const before = createFoldedText(ANSWER_NOTE_LENGTH)
  const fold = createFold('')
  foldInto(fold, note, text)
  foldInto(fold, note, before)
  maskContactData(text)
  let out = ''
  for (let i = 0; i < note.length; i++) {
    const masked = text.kinds[i] === KIND_BREAK && before.kinds[i] !== KIND_BREAK
    // Punctuation is a break already; inside what was masked it goes too.
    const inside =
      PUNCTUATION.test(note[i] ?? '') && out.endsWith('…') && isMaskedNext(text.kinds, before.kinds, i, note)
    if (!masked && !inside) out += note[i]
    else if (!out.endsWith('…')) out += '…'
  }
  return out
}

function isMaskedNext(after: Uint8Array, before: Uint8Array, from: number, note: string): boolean {
  let i = from
  while (i < note.length && PUNCTUATION.test(note[i] ?? '')) i++
  return i < note.length && after[i] === KIND_BREAK && before[i] !== KIND_BREAK
}

interface Row {
  topic_id: string
  unit_id: string
  at: Date
  actor: string
  note: string
}

/** What was answered in public, and when. Kept as long as the register of the organisation: it is its own words. */
export function createAnswers(deps: { postgres: Postgres; audit: Audit; clock: Clock }): Answers {
  const { postgres, audit, clock } = deps
  let held = new Map<string, Answer[]>()

  async function reload(): Promise<void> {
    const rows = await postgres.query<Row>(
      'SELECT topic_id, unit_id, at, actor, note FROM topic_answer WHERE at > $1 ORDER BY at',
      [new Date(clock.now() - 90 * 86_400_000)],
    )
    const next = new Map<string, Answer[]>()
    for (const row of rows) {
      const answer = {
        topicId: row.topic_id,
        unitId: row.unit_id,
        at: row.at.getTime(),
        by: row.actor,
        note: row.note,
      }
      next.set(answer.topicId, [...(next.get(answer.topicId) ?? []), answer])
    }
    held = next
  }

  return {
    reload,
    of: (topicId) => held.get(topicId) ?? [],
    answeredAt(topicId, units) {
      const given = (held.get(topicId) ?? []).filter((answer) => units.includes(answer.unitId))
      return given.length === 0 ? null : Math.max(...given.map((answer) => answer.at))
    },
    async add(actor, topicId, unitId, note) {
      await postgres.transaction(async (tx) => {
        await tx.query(
          'INSERT INTO topic_answer (topic_id, unit_id, at, actor, note) VALUES ($1, $2, $3, $4, $5)',
          [topicId, unitId, new Date(clock.now()), actor, withoutContactData(note)],
        )
        await audit.append(actor, 'topic.answer', `topic:${topicId}`, { unit: unitId }, tx)
      })
      await reload()
    },
  }
}

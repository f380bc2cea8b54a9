import type { AuditAction } from '@guanlan/contract/audit-actions'
import type { Analyser } from '@guanlan/analytics/text/analyser'
import type { GazetteerEntry } from '@guanlan/analytics/text/gazetteer'
import { appError } from '@guanlan/contract/errors'
import type { VocabularyEntry, VocabularyRequest } from '@guanlan/contract/gazetteer'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'

interface Row {
  id: number
  kind: 'gazetteer' | 'approved'
  spelling: string
  type: GazetteerEntry['type'] | null
  synonyms: string[]
  state: VocabularyEntry['state']
  proposed_by: string
  proposed_at: Date
  decided_by: string | null
  decided_at: Date | null
}

export interface Vocabulary {
  /** Reads what is in force and puts it into the analyser; cheap when nothing changed. */
  reload(): Promise<void>
  list(actor: string): Promise<VocabularyEntry[]>
  propose(actor: string, request: VocabularyRequest): Promise<VocabularyEntry>
  /** @throws appError forbidden for an entry of one's own, conflict for one that is decided already */
  decide(actor: string, id: number, decision: 'approve' | 'refuse'): Promise<VocabularyEntry>
  remove(actor: string, id: number): Promise<void>
  /** Words of the dictionary, and entries in force. */
  mayShow(term: number): boolean
  /** True for spellings that need no suggestion: known, waiting, or refused before. */
  isKnown(spelling: string): boolean
}

const COLUMNS = 'id, kind, spelling, type, synonyms, state, proposed_by, proposed_at, decided_by, decided_at'

const toEntry = (row: Row, actor: string): VocabularyEntry => ({
  ...{ id: row.id, kind: row.kind, spelling: row.spelling, type: row.type },
  ...{ synonyms: row.synonyms, state: row.state, proposedBy: row.proposed_by, decidedBy: row.decided_by },
  proposedAt: row.proposed_at.toISOString(),
  decidedAt: row.decided_at?.toISOString() ?? null,
  own: row.proposed_by === actor,
})

/** What is in force, as the analyser takes it, and every spelling that has been decided. */
function inForceOf(rows: readonly Row[]) {
  const active = rows.filter((row) => row.state === 'active')
  const entries = active.flatMap((row) =>
    row.type === null ? [] : [{ term: row.spelling, type: row.type, synonyms: row.synonyms }],
  )
  const approved = active.filter((row) => row.kind === 'approved').map((row) => row.spelling)
  const kept = rows.filter((row) => row.state !== 'removed')
  return { entries, approved, settled: new Set(kept.flatMap((row) => [row.spelling, ...row.synonyms])) }
}

const INSERT = `INSERT INTO vocabulary_entry (kind, spelling, type, synonyms, proposed_by, proposed_at)
  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`

async function insert(tx: Sql, actor: string, request: VocabularyRequest, at: number): Promise<Row> {
  const type = request.kind === 'gazetteer' ? request.type : null
  const synonyms = request.kind === 'gazetteer' ? request.synonyms : []
  const [row] = await tx.query<Row>(INSERT, [
    ...[request.kind, request.spelling, type, synonyms, actor, new Date(at)],
  ])
  if (row === undefined) throw appError('conflict', 'this spelling is there already')
  return row
}

/** One step of one entry with its line in the audit. @throws appError conflict when the step is not open any more */
function step(
  { postgres, audit }: { postgres: Postgres; audit: Audit },
  by: { actor: string; id: number; action: AuditAction },
  sql: string,
  values: readonly unknown[],
): Promise<Row> {
  return postgres.transaction(async (tx) => {
    const [changed] = await tx.query<Row>(`${sql} RETURNING ${COLUMNS}`, values)
    if (changed === undefined) throw appError('conflict', 'this entry has been decided already')
    // Ids only: an audit holds no words.
    await audit.append(by.actor, by.action, `vocabulary:${by.id}`, { kind: changed.kind }, tx)
    return changed
  })
}

/** The organisation's own words: proposed by one account of the communications role, approved by another, in force at once. */
export function createVocabulary(deps: {
  postgres: Postgres
  analyser: Analyser
  audit: Audit
  clock: Clock
}): Vocabulary {
  const { postgres, analyser, audit, clock } = deps
  const dictionarySize = analyser.vocabulary.size
  let inForce = new Set<number>()
  let settled = new Set<string>()
  let seen = ''

  async function reload(): Promise<void> {
    const rows = await postgres.query<Row>(`SELECT ${COLUMNS} FROM vocabulary_entry ORDER BY id`)
    const now = JSON.stringify(rows.map((row) => [row.id, row.state]))
    if (now === seen) return
    const words = inForceOf(rows)
    analyser.setGazetteer(words.entries)
    analyser.setApprovedWords(words.approved)
    const terms = [...words.approved, ...words.entries.map((entry) => entry.term)]
    inForce = new Set(terms.flatMap((term) => analyser.vocabulary.idOf(term) ?? []))
    settled = words.settled
    seen = now
  }

  return {
    reload,
    async list(actor) {
      const rows = await postgres.query<Row>(
        `SELECT ${COLUMNS} FROM vocabulary_entry ORDER BY id DESC LIMIT 5000`,
      )
      return rows.map((row) => toEntry(row, actor))
    },
    async propose(actor, request) {
      const row = await postgres.transaction(async (tx) => {
        const inserted = await insert(tx, actor, request, clock.now())
        await audit.append(
          actor,
          'vocabulary.propose',
          `vocabulary:${inserted.id}`,
          { kind: inserted.kind },
          tx,
        )
        return inserted
      })
      await reload()
      return toEntry(row, actor)
    },
    async decide(actor, id, decision) {
      const [row] = await postgres.query<Row>(`SELECT ${COLUMNS} FROM vocabulary_entry WHERE id = $1`, [id])
      if (row === undefined) throw appError('not_found', 'no entry has this id')
      if (decision === 'approve' && row.proposed_by === actor)
        throw appError('forbidden', 'another account has to approve what you proposed')
      const state = decision === 'approve' ? 'active' : 'refused'
      const decided = await step(
        deps,
        { actor, id, action: `vocabulary.${decision}` },
        `UPDATE vocabulary_entry SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'waiting'`,
        [id, state, actor, new Date(clock.now())],
      )
      await reload()
      return toEntry(decided, actor)
    },
    async remove(actor, id) {
      await step(
        deps,
        { actor, id, action: 'vocabulary.remove' },
        `UPDATE vocabulary_entry SET state = 'removed' WHERE id = $1 AND state <> 'removed'`,
        [id],
      )
      await reload()
    },
    mayShow: (term) => term < dictionarySize || inForce.has(term),
    isKnown: (spelling) => {
      const term = analyser.vocabulary.idOf(spelling)
      return settled.has(spelling) || (term !== undefined && (term < dictionarySize || inForce.has(term)))
    },
  }
}

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { AlertRule } from '@guanlan/contract/alert-rule'
import { EscalationPolicy, Roster, WorkCalendar } from '@guanlan/contract/escalation'
import { appError } from '@guanlan/contract/errors'
import type { Audit } from '../identity/audit.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'

export interface Versioned<T> {
  readonly body: T
  readonly version: number
  readonly madeBy: string
  readonly madeAt: number
}
export interface Documents {
  readonly rules: ReadonlyMap<string, Versioned<AlertRule>>
  readonly proposed: ReadonlyMap<string, Versioned<AlertRule>>
  readonly policies: ReadonlyMap<string, Versioned<EscalationPolicy>>
  readonly rosters: ReadonlyMap<string, Versioned<Roster>>
  readonly calendar: WorkCalendar
  /** 0: the organisation has none of its own yet */
  readonly calendarVersion: number
}

export type DocumentKind = 'rule' | 'policy' | 'roster' | 'calendar'
export interface DocumentStore {
  load(): Promise<Documents>
  /** Puts shipped documents in that this database does not have yet; what was edited since stays. */
  seed(seedsDir: string): Promise<void>
  /**
   * Makes a new version active. Rules come in by `propose` only.
   * @param from version that the edit starts from, 0 for something new
   * @throws appError conflict when another version is active by now
   */
  save(
    actor: string,
    kind: Exclude<DocumentKind, 'rule'>,
    id: string,
    body: object,
    from: number,
  ): Promise<void>
  /** @throws what `guard` throws */
  propose(actor: string, rule: AlertRule, guard: RuleGuard): Promise<void>
  /**
   * @throws appError forbidden for one's own proposal, not_found when nothing waits, conflict when what waits is not the
   * version that was decided on; what `guard` throws
   */
  decide(actor: string, decision: RuleDecision, guard: RuleGuard): Promise<void>
}

/** Called inside the transaction with what the change touches: the version in force and the one that waits, if any. */
type RuleGuard = (touched: readonly AlertRule[]) => void

interface RuleDecision {
  readonly ruleId: string
  readonly approve: boolean
  /** The proposed version that was looked at. */
  readonly version: number
}

export const CALENDAR_ID = 'organisation'
/** Until the organisation has its own. */
const PLAIN_CALENDAR: WorkCalendar = {
  utcOffsetMinutes: 480,
  weekdays: [1, 2, 3, 4, 5],
  hours: { from: 9 * 60, to: 18 * 60 },
  days: {},
}

interface Row {
  kind: DocumentKind
  id: string
  version: number
  state: 'active' | 'proposed'
  body: unknown
  made_by: string
  made_at: Date
}

/** A stored document that no longer holds to its schema: it is switched off until a new version is saved. */
export interface UnreadableDocument {
  readonly kind: DocumentKind
  readonly id: string
  readonly version: number
  /** Where in the document, as a pointer; never what stands there. */
  readonly pointers: readonly string[]
}

/** One document that cannot be read is left out; the others, and the start, do not wait for it. */
export async function readDocuments(
  sql: Sql,
): Promise<{ documents: Documents; unreadable: UnreadableDocument[] }> {
  const rows = await sql.query<Row>(
    `SELECT kind, id, version, state, body, made_by, made_at FROM alerting_document WHERE state IN ('active', 'proposed')`,
  )
  const unreadable: UnreadableDocument[] = []
  const pick = <S extends z.ZodType>(kind: DocumentKind, state: Row['state'], schema: S) =>
    new Map(
      rows
        .filter((row) => row.kind === kind && row.state === state)
        .flatMap((row): [string, Versioned<z.output<S>>][] => {
          const { id, version } = row
          const read = schema.safeParse(row.body)
          if (read.success)
            return [[id, { body: read.data, version, madeBy: row.made_by, madeAt: row.made_at.getTime() }]]
          const pointers = read.error.issues.map((issue) => `/${issue.path.map(String).join('/')}`)
          unreadable.push({ kind, id, version, pointers })
          return []
        }),
    )
  const calendar = pick('calendar', 'active', WorkCalendar).get(CALENDAR_ID)
  const documents = {
    rules: pick('rule', 'active', AlertRule),
    proposed: pick('rule', 'proposed', AlertRule),
    policies: pick('policy', 'active', EscalationPolicy),
    rosters: pick('roster', 'active', Roster),
    calendar: calendar?.body ?? PLAIN_CALENDAR,
    calendarVersion: calendar?.version ?? 0,
  }
  return { documents, unreadable }
}

interface Standing {
  readonly version: number
  readonly state: Row['state'] | 'refused' | 'replaced'
  readonly body: unknown
  readonly made_by: string
}

/**
 * What there is of a document, newest first. Writers of one document come one after the other: a lock on its rows would
 * let the second one count from a version that is no longer the newest.
 */
async function lockDocument(sql: Sql, kind: DocumentKind, id: string): Promise<Standing[]> {
  await sql.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`alerting ${kind} ${id}`])
  return sql.query<Standing>(
    `SELECT version, state, body, made_by FROM alerting_document
     WHERE kind = $1 AND id = $2 AND (state IN ('active', 'proposed')
       OR version = (SELECT max(version) FROM alerting_document WHERE kind = $1 AND id = $2))
     ORDER BY version DESC`,
    [kind, id],
  )
}

const nextVersion = (standing: readonly Standing[]): number => (standing[0]?.version ?? 0) + 1

/** The rules in force and waiting, for the guard of a change. */
const touched = (standing: readonly Standing[]): AlertRule[] =>
  standing
    .filter(({ state }) => state === 'active' || state === 'proposed')
    .map(({ body }) => AlertRule.parse(body))

const retire = (sql: Sql, kind: DocumentKind, id: string, state: 'active' | 'proposed') =>
  sql.query(`UPDATE alerting_document SET state = 'replaced' WHERE kind = $1 AND id = $2 AND state = $3`, [
    kind,
    id,
    state,
  ])

const insert = (
  sql: Sql,
  kind: DocumentKind,
  id: string,
  version: number,
  state: string,
  body: object,
  by: string,
) =>
  sql.query(
    `INSERT INTO alerting_document (kind, id, version, state, body, made_by, made_at)
     VALUES ($1, $2, $3, $4, $5, $6, now())`,
    [kind, id, version, state, JSON.stringify({ ...body, ...('version' in body ? { version } : {}) }), by],
  )

const SHIPPED = 'shipped'
const SeedFiles = {
  rule: ['rules.yaml', z.array(AlertRule)],
  policy: ['policies.yaml', z.array(EscalationPolicy)],
  roster: ['rosters.yaml', z.array(Roster)],
} as const

async function seed(postgres: Postgres, seedsDir: string): Promise<void> {
  const read = async (file: string) =>
    parse(await readFile(path.join(seedsDir, 'alerting', file), 'utf8')) as unknown
  const known = await postgres.query<{ kind: string; id: string }>(
    'SELECT DISTINCT kind, id FROM alerting_document',
  )
  const has = new Set(known.map(({ kind, id }) => `${kind} ${id}`))
  const missing: { kind: DocumentKind; id: string; body: object }[] = []
  for (const kind of ['rule', 'policy', 'roster'] as const) {
    const [file, schema] = SeedFiles[kind]
    for (const body of schema.parse(await read(file))) missing.push({ kind, id: body.id, body })
  }
  missing.push({ kind: 'calendar', id: CALENDAR_ID, body: WorkCalendar.parse(await read('calendar.yaml')) })
  for (const { kind, id, body } of missing) {
    if (has.has(`${kind} ${id}`)) continue
    await postgres.query(
      `INSERT INTO alerting_document (kind, id, version, state, body, made_by, made_at)
       VALUES ($1, $2, 1, 'active', $3, $4, now()) ON CONFLICT DO NOTHING`,
      [kind, id, JSON.stringify(body), SHIPPED],
    )
  }
}

const changedMeanwhile = () =>
  appError('conflict', 'somebody else changed it meanwhile; look at it again', { pointer: '/version' })

/** `report` is told of documents that are switched off because they cannot be read, at each load. */
export function createDocuments(
  postgres: Postgres,
  audit: Pick<Audit, 'append'>,
  report: (unreadable: readonly UnreadableDocument[]) => void = () => {},
): DocumentStore {
  return {
    async load() {
      const { documents, unreadable } = await readDocuments(postgres)
      report(unreadable)
      return documents
    },
    seed: (seedsDir) => seed(postgres, seedsDir),
    save: (actor, kind, id, body, from) =>
      postgres.transaction(async (sql) => {
        const standing = await lockDocument(sql, kind, id)
        const active = standing.find(({ state }) => state === 'active')?.version ?? 0
        if (active !== from) throw changedMeanwhile()
        const version = nextVersion(standing)
        await retire(sql, kind, id, 'active')
        await insert(sql, kind, id, version, 'active', body, actor)
        await audit.append(actor, `alerting.${kind}`, id, { version }, sql)
      }),
    propose: (actor, rule, guard) =>
      postgres.transaction(async (sql) => {
        const standing = await lockDocument(sql, 'rule', rule.id)
        guard(touched(standing))
        const version = nextVersion(standing)
        await retire(sql, 'rule', rule.id, 'proposed')
        await insert(sql, 'rule', rule.id, version, 'proposed', rule, actor)
        await audit.append(actor, 'alerting.rule.propose', rule.id, { version }, sql)
      }),
    decide: (actor, { ruleId, approve, version }, guard) =>
      postgres.transaction(async (sql) => {
        const standing = await lockDocument(sql, 'rule', ruleId)
        const waiting = standing.find(({ state }) => state === 'proposed')
        if (waiting === undefined) throw appError('not_found', 'no change of this rule waits')
        guard(touched(standing))
        if (waiting.version !== version) throw changedMeanwhile()
        if (waiting.made_by === actor) throw appError('forbidden', 'somebody else approves your change')
        if (approve) await retire(sql, 'rule', ruleId, 'active')
        await sql.query(
          `UPDATE alerting_document SET state = $3, decided_by = $4 WHERE kind = 'rule' AND id = $1 AND version = $2`,
          [ruleId, version, approve ? 'active' : 'refused', actor],
        )
        const action = approve ? 'alerting.rule.approve' : 'alerting.rule.refuse'
        await audit.append(actor, action, ruleId, { version, by: waiting.made_by }, sql)
      }),
  }
}

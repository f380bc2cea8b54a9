import type { ReportCell } from '@guanlan/analytics/queries/report-words'
import { composeEdition, contentHash, type EditionContent } from '@guanlan/analytics/reporting/edition'
import { parsePeriod } from '@guanlan/analytics/reporting/period'
import { appError } from '@guanlan/contract/errors'
import type { ReportKind, ReportSubject } from '@guanlan/contract/report'
import type { Sql } from '../ports/postgres.ts'
import { withoutContactData } from '../insight/answers.ts'
import { composeFlash } from './flash.ts'
import type { ReportDeps } from './report-deps.ts'
import { readFacts } from './report-facts.ts'
import {
  insertReport,
  nextNumber,
  readReport,
  replaceContent,
  type ReportRow,
  type StoredContent,
} from './report-store.ts'
import { queueReport, recipientsOf, type ReportPayload } from './send.ts'

/** What to make a report of. */
export type ReportRequest =
  | { readonly kind: 'week' | 'month' | 'day'; readonly unitId: string; readonly period: string }
  | { readonly kind: 'flash'; readonly unitId: string; readonly subject: ReportSubject }

export interface Reports {
  /** @throws appError unprocessable for a period that is not over, not_found for an unknown subject */
  create(actor: string, request: ReportRequest): Promise<string>
  /** The same in two steps: reads everything now; what comes back writes the draft inside a transaction of the caller. */
  compose(actor: string, request: ReportRequest): Promise<(sql: Sql) => Promise<string>>
  /** Makes a draft or approved edition again from the data of now; an approval is void then. */
  refresh(actor: string, id: string): Promise<void>
  /** @throws appError forbidden for the author, conflict when it is no draft */
  /** @param content hash of what was read; another one by now is a conflict */
  approve(actor: string, id: string, content: string): Promise<void>
  /** Numbers, freezes and queues an approved edition. */
  issue(actor: string, id: string): Promise<void>
  /** Draft of a new edition that corrects an issued one. */
  correct(actor: string, id: string, note: string): Promise<string>
  discard(actor: string, id: string): Promise<void>
}

interface Made {
  readonly content: EditionContent
  readonly cells: readonly ReportCell[]
  readonly periodKey: string
}

export const newId = ({ random }: Pick<ReportDeps, 'random'>, prefix: string) =>
  `${prefix}-${random(9).toString('hex')}`

/** Title parts of a report's messages. */
export const payloadOf = (
  row: Pick<ReportRow, 'id' | 'kind' | 'unitId' | 'periodKey'>,
  step: ReportPayload['step'],
  number = '',
): ReportPayload => ({
  ...{ reportId: row.id, reportKind: row.kind, unitId: row.unitId, periodKey: row.periodKey },
  ...{ step, number },
})

/** Words of topics that the edition does not name are not kept with it; their counts are, so that it can be recomputed. */
export const keptCells = (
  content: Pick<EditionContent, 'names'>,
  cells: readonly ReportCell[],
): ReportCell[] =>
  cells.map((cell) => (Object.hasOwn(content.names.topics, cell.key) ? cell : { ...cell, words: [] }))

const madeOf = ({ content, cells }: Omit<Made, 'periodKey'>, periodKey: string): Made => ({
  ...{ content, cells: keptCells(content, cells), periodKey },
})

/** The head of the audit is printed as it stands when the edition is issued. */
const withHead = ({ content }: Pick<Made, 'content'>): StoredContent => ({ ...content, auditHead: null })

/** Editions and their steps. Who may do what is decided at the edge; what may be done to an edition is decided here. */
export function createReports(deps: ReportDeps): Reports {
  const { postgres, audit, clock, time } = deps

  async function make(request: ReportRequest): Promise<Made> {
    const today = time.dayOf(clock.now())
    if (request.kind === 'flash')
      return madeOf(await composeFlash(deps, request.unitId, request.subject), today)
    const period = parseOf(request.kind, request.period)
    if (period.to > today)
      throw appError('unprocessable', 'the period is not over yet', { pointer: '/body/period' })
    const { facts, cells } = await readFacts(deps, { kind: request.kind, unitId: request.unitId, period })
    return madeOf({ content: composeEdition(facts), cells }, period.key)
  }
  async function compose(
    actor: string,
    request: ReportRequest,
    correction: { readonly of: string; readonly note: string } | null = null,
  ): Promise<(sql: Sql) => Promise<string>> {
    const made = await make(request)
    const id = newId(deps, 'rep')
    return async (sql) => {
      if (correction !== null) await lockIn(sql, correction.of, ['issued'])
      await insertReport(sql, {
        ...{ id, kind: request.kind, unitId: request.unitId, periodKey: made.periodKey },
        ...{ createdAt: new Date(clock.now()), createdBy: actor, content: withHead(made), cells: made.cells },
        ...{ supersedes: correction?.of ?? null, correctionNote: correction?.note ?? null },
        contentHash: contentHash(made.content),
      })
      const detail = { kind: request.kind, unit: request.unitId, period: made.periodKey }
      await audit.append(actor, correction === null ? 'report.create' : 'report.correct', id, detail, sql)
      return id
    }
  }

  return {
    create: async (actor, request) => postgres.transaction(await compose(actor, request)),
    compose: (actor, request) => compose(actor, request),
    async refresh(actor, id) {
      const row = await found(postgres, id)
      const made = await make(requestOf(row))
      await postgres.transaction(async (sql) => {
        await lockIn(sql, id, ['draft', 'approved'])
        await replaceContent(sql, id, {
          ...{ content: withHead(made), cells: made.cells, contentHash: contentHash(made.content) },
          at: new Date(clock.now()),
        })
        await audit.append(actor, 'report.refresh', id, {}, sql)
      })
    },
    approve: (actor, id, content) => approveReport(deps, actor, id, content),
    issue: (actor, id) => issueReport(deps, actor, id),
    async correct(actor, id, note) {
      const row = await found(postgres, id)
      if (row.state !== 'issued') throw appError('conflict', 'only the newest issued edition is corrected')
      const open = await postgres.query('SELECT id FROM report WHERE supersedes = $1', [id])
      if (open.length > 0) throw appError('conflict', 'a correction of it is already under way')
      const correction = { of: id, note: withoutContactData(note) }
      return postgres.transaction(await compose(actor, requestOf(row), correction))
    },
    async discard(actor, id) {
      await postgres.transaction(async (sql) => {
        await lockIn(sql, id, ['draft', 'approved'])
        await sql.query('DELETE FROM report WHERE id = $1', [id])
        await audit.append(actor, 'report.discard', id, {}, sql)
      })
    },
  }
}

function parseOf(kind: ReportKind, key: string) {
  let period
  try {
    period = parsePeriod(key)
  } catch (cause) {
    throw appError('bad_request', 'the period is no day, ISO week or month', {
      pointer: '/body/period',
      cause,
    })
  }
  if (period.kind !== kind)
    throw appError('bad_request', `the period is no ${kind}`, { pointer: '/body/period' })
  return period
}

/** @throws appError not_found */
export async function found(sql: Sql, id: string, lock = false): Promise<ReportRow> {
  const row = await readReport(sql, id, lock)
  if (row === undefined) throw appError('not_found', 'no such report')
  return row
}

/** @throws appError conflict when the edition is in another state */
async function lockIn(sql: Sql, id: string, states: readonly ReportRow['state'][]): Promise<ReportRow> {
  const row = await found(sql, id, true)
  if (!states.includes(row.state)) throw appError('conflict', `the edition is ${row.state}`)
  return row
}

function requestOf(row: ReportRow): ReportRequest {
  const { kind, unitId, periodKey: period, content } = row
  if (kind !== 'flash') return { kind, unitId, period }
  if (content.subject === null) throw appError('conflict', 'the flash brief has no subject')
  return { kind, unitId, subject: content.subject }
}

async function approveReport(
  { postgres, audit, clock }: ReportDeps,
  actor: string,
  id: string,
  content: string,
): Promise<void> {
  await postgres.transaction(async (sql) => {
    const row = await lockIn(sql, id, ['draft'])
    if (row.contentHash !== content)
      throw appError('conflict', 'the draft was made again meanwhile; read it first', { pointer: '/content' })
    if (row.createdBy === actor) throw appError('forbidden', 'nobody approves a report of their own')
    await sql.query(
      `UPDATE report SET state = 'approved', approved_at = $2, approved_by = $3 WHERE id = $1`,
      [...[id, new Date(clock.now()), actor]],
    )
    await audit.append(actor, 'report.approve', id, { content: row.contentHash }, sql)
  })
}

async function issueReport(deps: ReportDeps, actor: string, id: string): Promise<void> {
  const { postgres, audit, clock, time, directory, accounts } = deps
  const known = await accounts.list()
  const today = time.dayOf(clock.now())
  await postgres.transaction(async (sql) => {
    const row = await lockIn(sql, id, ['approved'])
    if (row.supersedes !== null) await lockIn(sql, row.supersedes, ['issued'])
    const year = Number(today.slice(0, 4))
    const sequence = await nextNumber(sql, row.kind, row.unitId, year)
    if (row.supersedes !== null)
      await sql.query(`UPDATE report SET state = 'superseded', superseded_by = $2 WHERE id = $1`, [
        ...[row.supersedes, id],
      ])
    const to = await recipientsOf(sql, row, known, { directory, today })
    for (const account of to)
      await sql.query(
        `INSERT INTO report_reader (report_id, account_id, added_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
        [id, account, new Date(clock.now())],
      )
    const queued = await queueReport(sql, deps, payloadOf(row, 'issued', `${year}-${sequence}`), to)
    const detail = { year, sequence, readers: to.length, queued, content: row.contentHash }
    // Printed in the edition: the chain as it stands with the entry of this issue.
    const head = await audit.append(actor, 'report.issue', id, detail, sql)
    await sql.query(
      `UPDATE report SET state = 'issued', issued_at = $2, issued_by = $3, year = $4, sequence = $5,
         content = content || jsonb_build_object('auditHead', $6::jsonb) WHERE id = $1`,
      [id, new Date(clock.now()), actor, year, sequence, JSON.stringify(head)],
    )
  })
}

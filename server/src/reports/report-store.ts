import type { ReportCell } from '@guanlan/analytics/queries/report-words'
import type { EditionContent } from '@guanlan/analytics/reporting/edition'
import type { Edition, ReportKind, ReportState } from '@guanlan/contract/report'
import type { Sql } from '../ports/postgres.ts'

/** Content as stored, with the head of the audit when it was issued; null before. */
export type StoredContent = EditionContent & { readonly auditHead: Edition['auditHead'] }

export interface ReportRow {
  readonly id: string
  readonly kind: ReportKind
  readonly unitId: string
  readonly periodKey: string
  readonly state: ReportState
  readonly year: number | null
  readonly sequence: number | null
  readonly createdAt: Date
  readonly createdBy: string
  readonly approvedAt: Date | null
  readonly approvedBy: string | null
  readonly issuedAt: Date | null
  readonly issuedBy: string | null
  readonly supersedes: string | null
  readonly supersededBy: string | null
  readonly correctionNote: string | null
  readonly content: StoredContent
  readonly contentHash: string
}

const COLUMNS = `id, kind, unit_id AS "unitId", period_key AS "periodKey", state, year, sequence, created_at AS "createdAt",
  created_by AS "createdBy", approved_at AS "approvedAt", approved_by AS "approvedBy", issued_at AS "issuedAt",
  issued_by AS "issuedBy", supersedes, superseded_by AS "supersededBy", correction_note AS "correctionNote"`
const WHOLE = `SELECT ${COLUMNS}, content, content_hash AS "contentHash" FROM report`

export async function readReport(sql: Sql, id: string, lock = false): Promise<ReportRow | undefined> {
  return (await sql.query<ReportRow>(`${WHOLE} WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [id]))[0]
}

export interface ReportFilter {
  readonly kind?: ReportKind | undefined
  readonly units: readonly string[]
  readonly state?: ReportState | undefined
  readonly before?: string | undefined
  readonly limit: number
}

/** Newest first. */
export const listReports = (sql: Sql, filter: ReportFilter): Promise<ReportRow[]> =>
  sql.query<ReportRow>(
    `${WHOLE} WHERE unit_id = ANY ($1) AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3)
       AND ($4::timestamptz IS NULL OR created_at < $4) ORDER BY created_at DESC, id LIMIT $5`,
    [filter.units, filter.kind ?? null, filter.state ?? null, filter.before ?? null, filter.limit],
  )

export interface NewReport {
  readonly id: string
  readonly kind: ReportKind
  readonly unitId: string
  readonly periodKey: string
  readonly createdAt: Date
  readonly createdBy: string
  readonly supersedes: string | null
  readonly correctionNote: string | null
  readonly content: StoredContent
  readonly contentHash: string
  readonly cells: readonly ReportCell[]
}

export async function insertReport(sql: Sql, report: NewReport): Promise<void> {
  await sql.query(
    `INSERT INTO report (id, kind, unit_id, period_key, created_at, created_by, supersedes, correction_note, content, content_hash, cells, made_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $5)`,
    [
      ...[report.id, report.kind, report.unitId, report.periodKey, report.createdAt, report.createdBy],
      ...[report.supersedes, report.correctionNote, JSON.stringify(report.content), report.contentHash],
      JSON.stringify(report.cells),
    ],
  )
}

/** New content of a draft; whoever had approved it approved something else. */
export async function replaceContent(
  sql: Sql,
  id: string,
  { content, contentHash, cells, at }: Pick<NewReport, 'content' | 'contentHash' | 'cells'> & { at: Date },
): Promise<void> {
  await sql.query(
    `UPDATE report SET content = $2, content_hash = $3, cells = $4, made_at = $5, state = 'draft', approved_at = NULL, approved_by = NULL WHERE id = $1`,
    [id, JSON.stringify(content), contentHash, JSON.stringify(cells), at],
  )
}

/** Scope of what an edition shows; undefined for no such report. */
export async function scopeOfReport(sql: Sql, id: string): Promise<string | undefined> {
  const rows = await sql.query<{ unitId: string }>('SELECT unit_id AS "unitId" FROM report WHERE id = $1', [
    id,
  ])
  return rows[0] === undefined ? undefined : `unit:${rows[0].unitId}`
}

/** Null: their time was over and they were dropped. */
export async function readKeptCells(sql: Sql, id: string): Promise<ReportCell[] | null> {
  const rows = await sql.query<{ cells: ReportCell[] | null }>('SELECT cells FROM report WHERE id = $1', [id])
  return rows[0]?.cells ?? null
}

/** Next number of a kind and unit in a year, inside the transaction that issues it. */
export async function nextNumber(sql: Sql, kind: ReportKind, unitId: string, year: number): Promise<number> {
  // Held until the transaction ends: two issues at once never take the same number.
  await sql.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `report ${kind} ${unitId} ${year}`,
  ])
  const rows = await sql.query<{ last: number }>(
    'SELECT coalesce(max(sequence), 0) AS last FROM report WHERE kind = $1 AND unit_id = $2 AND year = $3',
    [kind, unitId, year],
  )
  return Number(rows[0]?.last ?? 0) + 1
}

const iso = (at: Date | null) => at?.toISOString() ?? null

/** A row as the contract has it. */
export function editionOf(row: ReportRow): Edition {
  const { auditHead, ...content } = row.content
  return {
    ...content,
    ...{ id: row.id, schema: 1, state: row.state },
    number:
      row.year === null || row.sequence === null ? null : { year: row.year, sequence: Number(row.sequence) },
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    ...{ approvedAt: iso(row.approvedAt), approvedBy: row.approvedBy },
    ...{ issuedAt: iso(row.issuedAt), issuedBy: row.issuedBy },
    ...{ supersedes: row.supersedes, supersededBy: row.supersededBy, correctionNote: row.correctionNote },
    auditHead,
    contentHash: row.contentHash,
  }
}

import type { ActionFacts, RegisterSpan } from '@guanlan/analytics/reporting/facts'
import type { Sql } from '../ports/postgres.ts'

/** First and last local day, and the instants around them. */
export interface WorkSpan {
  readonly from: string
  readonly to: string
  readonly fromMs: number
  readonly toMs: number
}

interface FindingRow {
  groupId: string
  code: string
  openedOn: string
  closedOn: string | null
  dueOn: string
}

const FINDINGS = `SELECT group_id AS "groupId", code, opened_on::text AS "openedOn", closed_on::text AS "closedOn", due_on::text AS "dueOn"
  FROM group_finding WHERE group_id = ANY ($1) AND opened_on <= $3 AND (closed_on IS NULL OR closed_on >= $2)`

export interface RegisterRead extends RegisterSpan {
  /** Open and overdue at the end of the span, by group. */
  readonly byGroup: ReadonlyMap<string, { readonly open: number; readonly overdue: number }>
}

/** What the register lacked in a span, as it stood at the end of it. @param groups groups of the scope */
export async function readRegisterSpan(
  sql: Sql,
  groups: readonly string[],
  { from, to }: WorkSpan,
): Promise<RegisterRead> {
  const rows = await sql.query<FindingRow>(FINDINGS, [groups, from, to])
  const isOpen = ({ closedOn }: FindingRow) => closedOn === null || closedOn > to
  const countsOf = (list: readonly FindingRow[]) => ({
    opened: list.filter(({ openedOn }) => openedOn >= from).length,
    closed: list.filter(({ closedOn }) => closedOn !== null && closedOn <= to).length,
    open: list.filter(isOpen).length,
    overdue: list.filter((row) => isOpen(row) && row.dueOn <= to).length,
  })
  const codes = [...new Set(rows.map(({ code }) => code))].sort()
  const byGroup = new Map<string, { open: number; overdue: number }>()
  for (const id of new Set(rows.map(({ groupId }) => groupId))) {
    const { open, overdue } = countsOf(rows.filter(({ groupId }) => groupId === id))
    byGroup.set(id, { open, overdue })
  }
  return {
    ...countsOf(rows),
    byCode: codes
      .map((code) => ({ code, ...countsOf(rows.filter((row) => row.code === code)) }))
      .sort((a, b) => b.open - a.open || (a.code < b.code ? -1 : 1)),
    byGroup,
  }
}

interface ActionRow {
  id: string
  text: string
  unitId: string
  role: string
  dueOn: string
  state: 'open' | 'closed' | 'dropped'
  createdAt: Date
  closedAt: Date | null
  outcome: string | null
}

const ACTIONS = `SELECT id, text, unit_id AS "unitId", role, due_on::text AS "dueOn", state, created_at AS "createdAt", closed_at AS "closedAt", outcome
  FROM report_action WHERE unit_id = ANY ($1) AND created_at < $3 AND (closed_at IS NULL OR closed_at >= $2)
  ORDER BY due_on, id`

/** What came of instructions, as it stood at the end of the span. */
export async function readActionSpan(
  sql: Sql,
  units: readonly string[],
  { to, fromMs, toMs }: WorkSpan,
): Promise<ActionFacts> {
  const rows = await sql.query<ActionRow>(ACTIONS, [units, new Date(fromMs), new Date(toMs)])
  const stateThen = ({ state, closedAt, dueOn }: ActionRow): ActionFacts['rows'][number]['state'] => {
    if (state !== 'open' && closedAt !== null && closedAt.getTime() < toMs) return state
    return dueOn <= to ? 'overdue' : 'open'
  }
  const facts = rows.map((row) => {
    const state = stateThen(row)
    return {
      ...{ id: row.id, text: row.text, unitId: row.unitId, role: row.role, dueOn: row.dueOn, state },
      outcome: state === 'closed' || state === 'dropped' ? row.outcome : null,
    }
  })
  const count = (state: string) => facts.filter((each) => each.state === state).length
  return {
    raised: rows.filter(({ createdAt }) => createdAt.getTime() >= fromMs).length,
    closed: count('closed'),
    dropped: count('dropped'),
    open: count('open') + count('overdue'),
    overdue: count('overdue'),
    rows: facts,
  }
}

/** First public answer to each topic given for the unit or one above it, before a moment. */
export async function readAnswers(
  sql: Sql,
  units: readonly string[],
  toMs: number,
): Promise<Map<string, number>> {
  const rows = await sql.query<{ id: string; at: Date }>(
    'SELECT topic_id AS id, min(at) AS at FROM topic_answer WHERE unit_id = ANY ($1) AND at < $2 GROUP BY topic_id',
    [units, new Date(toMs)],
  )
  return new Map(rows.map(({ id, at }) => [id, at.getTime()]))
}

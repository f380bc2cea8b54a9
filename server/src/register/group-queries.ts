import type {
  FindingCode,
  GroupDetail,
  GroupFinding,
  GroupKind,
  GroupRow,
  GroupState,
  GroupTier,
} from '@guanlan/contract/register'
import type { Sql } from '../ports/postgres.ts'

export interface GroupFilter {
  /** Only groups that belong to one of these units today. */
  readonly unitIds: readonly string[]
  readonly kind?: GroupKind
  readonly state?: GroupState
  readonly finding?: FindingCode
  readonly tier?: GroupTier
  /** Part of the name, whatever its case. */
  readonly name?: string
  readonly limit: number
  readonly offset: number
}

const HAS_ADMINISTRATOR = `EXISTS (SELECT 1 FROM group_administrator AS a WHERE a.group_id = g.id AND a.from_day <= $1::date
  AND (a.to_day IS NULL OR a.to_day > $1::date))`

const ROW = `g.id, g.name, g.kind, g.platform, p.unit_id AS "unitId", g.state, g.filed_on::text AS "filedOn",
  g.informed_on::text AS "informedOn", g.dissolved_on::text AS "dissolvedOn", g.expires_on::text AS "expiresOn",
  g.next_review_on::text AS "nextReviewOn", g.size, g.dissolving_since::text AS "dissolvingSince",
  ${HAS_ADMINISTRATOR} AS "hasAdministrator", (SELECT tier FROM group_activity AS t WHERE t.group_id = g.id) AS tier`

const PLACE_TODAY = `JOIN group_unit AS p ON p.group_id = g.id AND p.from_day <= $1::date AND (p.to_day IS NULL OR p.to_day > $1::date)`

/** One page of groups by id, and how many there are in all. */
export async function listGroups(
  sql: Sql,
  today: string,
  filter: GroupFilter,
): Promise<{ groups: GroupRow[]; total: number }> {
  const { unitIds, kind, state, finding, tier, name, limit, offset } = filter
  const where = `p.unit_id = ANY ($2) AND ($3::text IS NULL OR g.kind = $3) AND ($4::text IS NULL OR g.state = $4)
    AND ($5::text IS NULL OR EXISTS (SELECT 1 FROM group_finding AS f WHERE f.group_id = g.id AND f.code = $5 AND f.closed_on IS NULL))
    AND ($6::text IS NULL OR EXISTS (SELECT 1 FROM group_activity AS t WHERE t.group_id = g.id AND t.tier = $6))
    AND ($7::text IS NULL OR position(lower($7) IN lower(g.name)) > 0)`
  const values = [today, unitIds, kind ?? null, state ?? null, finding ?? null, tier ?? null, name ?? null]
  const counted = await sql.query<{ total: number }>(
    `SELECT count(*) AS total FROM chat_group AS g ${PLACE_TODAY} WHERE ${where}`,
    values,
  )
  const groups = await sql.query<GroupRow>(
    // Which groups first, what is said of them only then: a late page would otherwise look up findings it does not show.
    `WITH page AS MATERIALIZED (SELECT g.id FROM chat_group AS g ${PLACE_TODAY} WHERE ${where} ORDER BY g.id LIMIT $8 OFFSET $9)
     SELECT ${ROW}, ARRAY(SELECT code FROM group_finding AS f WHERE f.group_id = g.id AND f.closed_on IS NULL ORDER BY code) AS findings
     FROM page JOIN chat_group AS g USING (id) ${PLACE_TODAY} ORDER BY g.id`,
    [...values, limit, offset],
  )
  return { groups, total: counted[0]?.total ?? 0 }
}

/** Open findings of units, the oldest due first. */
export async function listFindings(
  sql: Sql,
  today: string,
  filter: { unitIds: readonly string[]; groupId?: string; code?: FindingCode; limit: number; offset: number },
): Promise<{ findings: GroupFinding[]; total: number; byCode: Partial<Record<FindingCode, number>> }> {
  const from = `FROM group_finding AS f JOIN chat_group AS g ON g.id = f.group_id ${PLACE_TODAY}
    WHERE f.closed_on IS NULL AND p.unit_id = ANY ($2) AND ($3::text IS NULL OR g.id = $3)`
  const values = [today, filter.unitIds, filter.groupId ?? null]
  const counts = await sql.query<{ code: FindingCode; n: number }>(
    `SELECT f.code, count(*) AS n ${from} GROUP BY f.code ORDER BY f.code`,
    values,
  )
  const findings = await sql.query<GroupFinding>(
    `SELECT g.id AS "groupId", g.name AS "groupName", p.unit_id AS "unitId", f.code, f.owner, f.opened_on::text AS "openedOn",
       f.due_on::text AS "dueOn", f.due_on < $1::date AS overdue, f.state, f.note
     ${from} AND ($4::text IS NULL OR f.code = $4) ORDER BY f.due_on, f.group_id, f.code LIMIT $5 OFFSET $6`,
    [...values, filter.code ?? null, filter.limit, filter.offset],
  )
  const wanted = counts.filter((row) => filter.code === undefined || row.code === filter.code)
  return {
    findings,
    total: wanted.reduce((sum, row) => sum + row.n, 0),
    byCode: Object.fromEntries(counts.map((row) => [row.code, row.n])),
  }
}

/** Everything the register says about one group. */
export async function readGroup(sql: Sql, today: string, id: string): Promise<GroupDetail | undefined> {
  const rows = await sql.query<GroupDetail['group']>(
    `SELECT ${ROW}, g.purpose, g.informed_how AS "informedHow", g.real_names_confirmed_on::text AS "realNamesConfirmedOn"
     FROM chat_group AS g ${PLACE_TODAY} WHERE g.id = $2`,
    [today, id],
  )
  const group = rows[0]
  if (group === undefined) return undefined
  const places = await sql.query<GroupDetail['places'][number]>(
    'SELECT unit_id AS "unitId", from_day::text AS "fromDay", to_day::text AS "toDay" FROM group_unit WHERE group_id = $1 ORDER BY from_day',
    [id],
  )
  const administrators = await sql.query<GroupDetail['administrators'][number]>(
    `SELECT a.post, a.user_id AS "userId", u.name AS "accountName", a.from_day::text AS "fromDay", a.to_day::text AS "toDay"
     FROM group_administrator AS a LEFT JOIN auth_user AS u ON u.id = a.user_id WHERE a.group_id = $1 ORDER BY a.from_day, a.post`,
    [id],
  )
  const names = await sql.query<{ name: string; until: Date }>(
    'SELECT name, until FROM group_name WHERE group_id = $1 ORDER BY until',
    [id],
  )
  const steps = await sql.query<{
    step: GroupDetail['steps'][number]['step']
    at: Date
    actor: string
    actorName: string
    note: string
  }>(
    `SELECT f.step, f.at, f.actor, coalesce(u.name, f.actor) AS "actorName", f.note
     FROM group_filing AS f LEFT JOIN auth_user AS u ON u.id = f.actor WHERE f.group_id = $1 ORDER BY f.id`,
    [id],
  )
  const { findings } = await listFindings(sql, today, {
    unitIds: [group.unitId],
    groupId: id,
    limit: 50,
    offset: 0,
  })
  return {
    group,
    places,
    administrators,
    earlierNames: names.map(({ name, until }) => ({ name, until: until.toISOString() })),
    steps: steps.map((step) => ({ ...step, at: step.at.toISOString() })),
    findings,
  }
}

export interface GroupExportRow extends GroupRow {
  readonly purpose: string
  readonly informedHow: string
  readonly realNamesConfirmedOn: string | null
  readonly administratorPosts: string
}

/** All groups of units with the columns that the import takes. */
export function exportGroups(sql: Sql, today: string, unitIds: readonly string[]): Promise<GroupExportRow[]> {
  return sql.query<GroupExportRow>(
    `SELECT ${ROW}, g.purpose, g.informed_how AS "informedHow", g.real_names_confirmed_on::text AS "realNamesConfirmedOn",
       (SELECT coalesce(string_agg(a.post, '; ' ORDER BY a.post), '') FROM group_administrator AS a
        WHERE a.group_id = g.id AND a.from_day <= $1::date AND (a.to_day IS NULL OR a.to_day > $1::date)) AS "administratorPosts"
     FROM chat_group AS g ${PLACE_TODAY} WHERE p.unit_id = ANY ($2) ORDER BY g.id`,
    [today, unitIds],
  )
}

/** Groups of which an account fills a post today. */
export function groupsOfAccount(
  sql: Sql,
  today: string,
  userId: string,
  unitIds: readonly string[],
): Promise<GroupRow[]> {
  return sql.query<GroupRow>(
    `SELECT ${ROW}, ARRAY(SELECT code FROM group_finding AS f WHERE f.group_id = g.id AND f.closed_on IS NULL ORDER BY code) AS findings
     FROM chat_group AS g ${PLACE_TODAY} WHERE p.unit_id = ANY ($2) AND g.state <> 'dissolved' AND EXISTS (
       SELECT 1 FROM group_administrator AS a WHERE a.group_id = g.id AND a.user_id = $3 AND a.from_day <= $1::date
         AND (a.to_day IS NULL OR a.to_day > $1::date)) ORDER BY g.id`,
    [today, unitIds, userId],
  )
}

import type { UnitDetail, UnitRow } from '@guanlan/contract/register'
import type { Sql } from '../ports/postgres.ts'

/** Units of the list given, as of today, by id. */
export function readUnitRows(sql: Sql, today: string, unitIds: readonly string[]): Promise<UnitRow[]> {
  return sql.query<UnitRow>(
    `SELECT u.id, u.name, p.parent_id AS "parentId", p.from_day::text AS "fromDay", u.lead_post AS "leadPost", u.office_id AS "officeId",
       coalesce(c.groups, 0) AS groups
     FROM unit AS u
     JOIN unit_parent AS p ON p.unit_id = u.id AND p.from_day <= $1::date AND (p.to_day IS NULL OR p.to_day > $1::date)
     LEFT JOIN (SELECT g.unit_id, count(*) AS groups FROM group_unit AS g JOIN chat_group AS c ON c.id = g.group_id
       WHERE c.state <> 'dissolved' AND g.from_day <= $1::date AND (g.to_day IS NULL OR g.to_day > $1::date) GROUP BY g.unit_id) AS c ON c.unit_id = u.id
     WHERE u.id = ANY ($2) ORDER BY u.id`,
    [today, unitIds],
  )
}

export async function readUnitDetail(sql: Sql, today: string, id: string): Promise<UnitDetail | undefined> {
  const unit = (await readUnitRows(sql, today, [id]))[0]
  if (unit === undefined) return undefined
  const places = await sql.query<UnitDetail['places'][number]>(
    'SELECT parent_id AS "parentId", from_day::text AS "fromDay", to_day::text AS "toDay" FROM unit_parent WHERE unit_id = $1 ORDER BY from_day',
    [id],
  )
  return { unit, places }
}

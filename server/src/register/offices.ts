import type { GroupPolicy } from '@guanlan/contract/register'
import type { Sql } from '../ports/postgres.ts'
import type { Directory } from './directory.ts'

/** Offices that units name, by unit. */
export async function readUnitOffices(sql: Sql): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.query<{ id: string; office: string }>(
    'SELECT id, office_id AS office FROM unit WHERE office_id IS NOT NULL',
  )
  return new Map(rows.map(({ id, office }) => [id, office]))
}

/**
 * Unit whose people decide on a group: the office of the policy; else the one that its unit, or the nearest unit above,
 * names; else the unit above its own; the organisation's own groups by the organisation.
 */
export function officeOf(
  policy: Pick<GroupPolicy, 'officeId'>,
  named: ReadonlyMap<string, string>,
  tree: Pick<Directory['tree'], 'ancestorsOn' | 'parentOn'>,
  unitId: string,
  today: string,
): string {
  if (policy.officeId !== null) return policy.officeId
  for (const id of tree.ancestorsOn(unitId, today)) {
    const office = named.get(id)
    if (office !== undefined) return office
  }
  return tree.parentOn(unitId, today) ?? unitId
}

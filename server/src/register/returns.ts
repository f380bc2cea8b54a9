import type { Returns } from '@guanlan/contract/endpoints/register'
import type { GroupKind } from '@guanlan/contract/register'
import type { Postgres } from '../ports/postgres.ts'
import type { Directory } from './directory.ts'
import { officeOf } from './group-edit.ts'
import { readPolicies } from './policies.ts'

interface ReturnedRow {
  id: string
  name: string
  kind: GroupKind
  unitId: string
  filedOn: string | null
  dissolvedOn: string | null
}

/** Consolidated returns: what was filed or dissolved from `from` to `to` (both included), office by office. Exempt kinds are in none. */
export async function readReturns(
  deps: {
    readonly postgres: Postgres
    readonly directory: Pick<Directory, 'tree'>
    readonly today: () => string
  },
  span: { from: string; to: string },
  unitIds: readonly string[],
): Promise<Returns> {
  const today = deps.today()
  const policies = await readPolicies(deps.postgres)
  const rows = await deps.postgres.query<ReturnedRow>(
    `SELECT g.id, g.name, g.kind, p.unit_id AS "unitId", g.filed_on::text AS "filedOn", g.dissolved_on::text AS "dissolvedOn"
     FROM chat_group AS g JOIN group_unit AS p ON p.group_id = g.id AND p.from_day <= $1::date AND (p.to_day IS NULL OR p.to_day > $1::date)
     WHERE p.unit_id = ANY ($2) AND g.state IN ('filed', 'dissolved') AND (g.filed_on BETWEEN $3 AND $4 OR g.dissolved_on BETWEEN $3 AND $4)
     ORDER BY g.id`,
    [today, unitIds, span.from, span.to],
  )
  const offices = new Map<string, Returns['offices'][number]['groups']>()
  for (const row of rows) {
    const policy = policies.get(row.kind)
    if (policy === undefined || policy.filing === 'exempt') continue
    const inCharge = officeOf(policy, deps.directory.tree.parentOn(row.unitId, today), row.unitId)
    for (const officeId of new Set([inCharge, policy.copyToId ?? inCharge])) {
      const list = offices.get(officeId) ?? []
      list.push({ ...row, filing: policy.filing, copy: officeId !== inCharge })
      offices.set(officeId, list)
    }
  }
  return { ...span, offices: [...offices].sort().map(([officeId, groups]) => ({ officeId, groups })) }
}

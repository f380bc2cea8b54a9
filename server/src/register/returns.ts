import type { Returns } from '@guanlan/contract/endpoints/register'
import type { GroupKind } from '@guanlan/contract/register'
import type { Postgres } from '../ports/postgres.ts'
import type { Directory } from './directory.ts'
import { officeOf, readUnitOffices } from './offices.ts'
import { readPolicies } from './policies.ts'

interface ReturnedRow {
  id: string
  name: string
  kind: GroupKind
  unitId: string
  filedOn: string | null
  dissolvedOn: string | null
}

type Office = Returns['offices'][number]

export interface ReturnsDeps {
  readonly postgres: Postgres
  readonly directory: Pick<Directory, 'tree' | 'unit'>
  readonly today: () => string
}

export interface ReturnsSpan {
  readonly from: string
  readonly to: string
  readonly office?: string | undefined
}

function readRows(
  { postgres, today }: ReturnsDeps,
  { from, to }: ReturnsSpan,
  unitIds: readonly string[],
): Promise<ReturnedRow[]> {
  return postgres.query<ReturnedRow>(
    `SELECT g.id, g.name, g.kind, p.unit_id AS "unitId", g.filed_on::text AS "filedOn", g.dissolved_on::text AS "dissolvedOn"
     FROM chat_group AS g JOIN group_unit AS p ON p.group_id = g.id AND p.from_day <= $1::date AND (p.to_day IS NULL OR p.to_day > $1::date)
     WHERE p.unit_id = ANY ($2) AND g.state IN ('filed', 'dissolved') AND (g.filed_on BETWEEN $3 AND $4 OR g.dissolved_on BETWEEN $3 AND $4)
     ORDER BY g.id`,
    [today(), unitIds, from, to],
  )
}

function count(office: Office, row: ReturnedRow, { from, to }: ReturnsSpan): void {
  const within = (day: string | null) => Number(day !== null && from <= day && day <= to)
  const before = office.byKind[row.kind] ?? { filed: 0, dissolved: 0 }
  office.byKind[row.kind] = {
    filed: before.filed + within(row.filedOn),
    dissolved: before.dissolved + within(row.dissolvedOn),
  }
}

/**
 * Consolidated returns: what was filed or dissolved from `from` to `to` (both included), office by office. A group is in
 * them unless both its set-up and its end are exempt.
 */
export async function readReturns(
  deps: ReturnsDeps,
  span: ReturnsSpan,
  unitIds: readonly string[],
): Promise<Returns> {
  const { directory } = deps
  const today = deps.today()
  const policies = await readPolicies(deps.postgres)
  const named = await readUnitOffices(deps.postgres)
  const offices = new Map<string, Office>()
  for (const row of await readRows(deps, span, unitIds)) {
    const policy = policies.get(row.kind)
    if (policy === undefined || (policy.filing === 'exempt' && policy.dissolution === 'exempt')) continue
    const inCharge = officeOf(policy, named, directory.tree, row.unitId, today)
    for (const officeId of new Set([inCharge, policy.copyToId ?? inCharge])) {
      if (span.office !== undefined && officeId !== span.office) continue
      const name = directory.unit(officeId)?.name ?? officeId
      const office = offices.get(officeId) ?? { officeId, name, byKind: {}, groups: [] }
      offices.set(officeId, office)
      office.groups.push({ ...row, filing: policy.filing, copy: officeId !== inCharge })
      if (officeId === inCharge) count(office, row, span)
    }
  }
  const { from, to } = span
  return { from, to, offices: [...offices.values()].sort((a, b) => (a.officeId < b.officeId ? -1 : 1)) }
}

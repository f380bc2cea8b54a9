import { getUnitEndpoint, listUnitsEndpoint } from '@guanlan/contract/endpoints/register'
import { appError } from '@guanlan/contract/errors'
import type { UnitRow } from '@guanlan/contract/register'
import type { Postgres } from '../../ports/postgres.ts'
import type { Route } from '../route.ts'
import { route } from '../route.ts'
import { createReach } from './groups.ts'
import type { RegisterRouteDeps } from './groups.ts'

interface UnitQueryRow {
  id: string
  name: string
  parent_id: string | null
  from_day: string
  lead_post: string
  office_id: string | null
  groups: number
}

async function readUnits(postgres: Postgres, today: string, ids: readonly string[]): Promise<UnitRow[]> {
  const rows = await postgres.query<UnitQueryRow>(
    `SELECT u.id, u.name, p.parent_id, p.from_day::text, u.lead_post, u.office_id,
       (SELECT count(*)::int FROM group_unit g JOIN chat_group c ON c.id = g.group_id
         WHERE g.unit_id = u.id AND g.from_day <= $2 AND (g.to_day IS NULL OR g.to_day > $2)
           AND c.state <> 'dissolved') AS groups
     FROM unit u JOIN unit_parent p ON p.unit_id = u.id AND p.from_day <= $2 AND (p.to_day IS NULL OR p.to_day > $2)
     WHERE u.id = ANY ($1) ORDER BY u.id`,
    [[...ids], today],
  )
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    parentId: row.parent_id,
    fromDay: row.from_day,
    leadPost: row.lead_post,
    officeId: row.office_id,
    groups: row.groups,
  }))
}

interface PlaceRow {
  parent_id: string | null
  from_day: string
  to_day: string | null
}

/** Units of the register: as they hang today, and as they hung before. */
export function unitRoutes(deps: RegisterRouteDeps): Route[] {
  const { postgres, today } = deps
  const reach = createReach(deps)
  return [
    route(listUnitsEndpoint, async ({ actor }) => ({
      units: await readUnits(postgres, today(), reach.readable(actor)),
    })),
    route(getUnitEndpoint, async ({ actor, params }) => {
      const readable = reach.readable(actor).includes(params.id)
      const [unit] = readable ? await readUnits(postgres, today(), [params.id]) : []
      // What does not exist and what is another unit's look the same.
      if (unit === undefined) throw appError('not_found', 'no unit has this id')
      const rows = await postgres.query<PlaceRow>(
        `SELECT parent_id, from_day::text, to_day::text FROM unit_parent WHERE unit_id = $1 ORDER BY from_day`,
        [params.id],
      )
      return {
        unit,
        places: rows.map((row) => ({ parentId: row.parent_id, fromDay: row.from_day, toDay: row.to_day })),
      }
    }),
  ]
}

import { listUnitsEndpoint, unitPlacesEndpoint } from '@guanlan/contract/endpoints/units'
import { appError } from '@guanlan/contract/errors'
import type { Route } from '../route.ts'
import { route } from '../route.ts'
import { createReach } from './groups.ts'
import type { RegisterRouteDeps } from './groups.ts'

interface PlaceRow {
  parent_id: string | null
  from_day: string
  to_day: string | null
}

/** Units of the register: as they hang today, and as they hung before. */
export function unitRoutes(deps: RegisterRouteDeps): Route[] {
  const { postgres, directory, today } = deps
  const reach = createReach(deps)
  return [
    route(listUnitsEndpoint, ({ actor }) => {
      const day = today()
      return {
        units: reach.readable(actor).flatMap((id) => {
          const unit = directory.unit(id)
          return unit === undefined
            ? []
            : [{ id, name: unit.name, parentId: directory.tree.parentOn(id, day) ?? null }]
        }),
      }
    }),
    route(unitPlacesEndpoint, async ({ actor, params }) => {
      // What does not exist and what is another unit's look the same.
      if (!reach.readable(actor).includes(params.id)) throw appError('not_found', 'no unit has this id')
      const rows = await postgres.query<PlaceRow>(
        `SELECT parent_id, from_day::text, to_day::text FROM unit_parent WHERE unit_id = $1 ORDER BY from_day`,
        [params.id],
      )
      return {
        places: rows.map((row) => ({ parentId: row.parent_id, fromDay: row.from_day, toDay: row.to_day })),
      }
    }),
  ]
}

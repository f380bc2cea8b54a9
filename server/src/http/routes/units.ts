import { burdenEndpoint, getUnitEndpoint, listUnitsEndpoint } from '@guanlan/contract/endpoints/register'
import { firstStepsEndpoint } from '@guanlan/contract/endpoints/session'
import { appError } from '@guanlan/contract/errors'
import type { UnitBurden } from '@guanlan/contract/register'
import { mayOpenScope } from '../../identity/access.ts'
import { readBurden } from '../../register/burden.ts'
import { readFirstSteps } from '../../register/first-steps.ts'
import { readUnitDetail, readUnitRows } from '../../register/units.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'
import { createReach } from './groups.ts'
import type { RegisterRouteDeps } from './groups.ts'

/** Units of the register: as they hang today, as they hung before, and what their groups ask of people. */
export function unitRoutes(deps: RegisterRouteDeps): Route[] {
  const { postgres, directory, today } = deps
  const reach = createReach(deps)
  /** The register is read by more roles than figures are: a system administrator sees how many groups, not how much they write. */
  const withoutFigures = (actor: Caller | undefined, unit: UnitBurden): UnitBurden =>
    actor !== undefined && mayOpenScope(actor, { kind: 'unit', id: unit.unitId }, directory, today())
      ? unit
      : { ...unit, messagesPerMemberDay: null }
  return [
    route(listUnitsEndpoint, async ({ actor }) => ({
      units: await readUnitRows(postgres, today(), reach.readable(actor)),
    })),
    route(getUnitEndpoint, async ({ actor, params }) => {
      const detail = reach.readable(actor).includes(params.id)
        ? await readUnitDetail(postgres, today(), params.id)
        : undefined
      // What does not exist and what is another unit's look the same.
      if (detail === undefined) throw appError('not_found', 'no unit has this id')
      return detail
    }),
    route(burdenEndpoint, async ({ actor, query }) => {
      const below =
        query.unit === undefined ? undefined : new Set(directory.tree.subtreeOn(query.unit, today()))
      const readable = reach.readable(actor).filter((id) => below === undefined || below.has(id))
      const units = await readBurden({ sql: postgres, directory, today: today() }, readable)
      const shown = units.slice(query.offset, query.offset + query.limit)
      return { units: shown.map((unit) => withoutFigures(actor, unit)), total: units.length }
    }),
    route(firstStepsEndpoint, () => readFirstSteps(postgres, today())),
  ]
}

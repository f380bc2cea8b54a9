import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { UnitId } from '../event.ts'
import { LocalDay, Unit } from '../register.ts'

const readers = {
  roles: ['duty', 'group-admin', 'unit-lead', 'communications', 'leader', 'sysadmin'],
} as const

export const listUnitsEndpoint = endpoint({
  operationId: 'listUnits',
  method: 'get',
  path: '/api/v1/units',
  summary:
    'Units whose register the caller reads, as they hang today; a parent may be one that is not among them',
  tag: 'register',
  access: readers,
  response: z.strictObject({ units: z.array(Unit) }),
})

export const UnitPlaces = z.strictObject({
  /** Oldest first; `toDay` is the first day on which it no longer held. */
  places: z.array(
    z.strictObject({ parentId: UnitId.nullable(), fromDay: LocalDay, toDay: LocalDay.nullable() }),
  ),
})
export type UnitPlaces = z.infer<typeof UnitPlaces>

export const unitPlacesEndpoint = endpoint({
  operationId: 'listUnitPlaces',
  method: 'get',
  path: '/api/v1/units/:id/places',
  summary: 'Below which unit a unit hung, and from which day to which',
  tag: 'register',
  access: readers,
  params: z.strictObject({ id: UnitId }),
  response: UnitPlaces,
})

import { z } from 'zod'
import { GroupId, UnitId } from './event.ts'

export const LocalDay = z.iso.date()

/** staff: staff only; service: staff with residents, parents or students; temporary: ends with its work; public: public account. */
export const GroupKind = z.enum(['staff', 'service', 'temporary', 'public'])
export type GroupKind = z.infer<typeof GroupKind>
export const GroupState = z.enum(['draft', 'submitted', 'returned', 'filed', 'dissolved'])
export type GroupState = z.infer<typeof GroupState>

export const Unit = z.strictObject({
  id: UnitId,
  name: z.string().min(1).max(120),
  parentId: UnitId.nullable(),
})
export type Unit = z.infer<typeof Unit>

/** A group of the register as of today. Members' identities are never held, only their number. */
export const Group = z.strictObject({
  id: GroupId,
  name: z.string().min(1).max(120),
  kind: GroupKind,
  platform: z.string().max(40),
  purpose: z.string().max(400),
  unitId: UnitId,
  state: GroupState,
  filedOn: LocalDay.nullable(),
  informedOn: LocalDay.nullable(),
  informedHow: z.string().max(200),
  dissolvedOn: LocalDay.nullable(),
  expiresOn: LocalDay.nullable(),
  size: z.int().min(0).nullable(),
  hasAdministrator: z.boolean(),
})
export type Group = z.infer<typeof Group>

/** What the scope picker needs: the units and groups that the signed-in account may open. */
export const ScopeTree = z.strictObject({
  units: z.array(Unit),
  groups: z.array(z.strictObject({ id: GroupId, name: z.string(), unitId: UnitId })),
})
export type ScopeTree = z.infer<typeof ScopeTree>

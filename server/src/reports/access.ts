import type { Role } from '@guanlan/contract/account'
import { REPORT_READERS } from '@guanlan/contract/endpoints/reports'
import { appError } from '@guanlan/contract/errors'
import type { ReportPermissions } from '@guanlan/contract/report-work'
import { parseScope } from '@guanlan/contract/scope'
import type { Actor } from '../identity/access.ts'
import type { Directory } from '../register/directory.ts'
import type { ReportRow } from './report-store.ts'

export type UserActor = Actor & { readonly kind: 'user' }

export const WRITERS: readonly Role[] = ['communications', 'unit-lead']

/** @throws appError forbidden for anybody but an account */
export function userOf(actor: Actor | undefined): UserActor {
  if (actor?.kind !== 'user') throw appError('forbidden', 'only an account can do that')
  return actor as UserActor
}

/** Does the account hold one of the roles over the unit, on it or above it? */
export function holds(
  actor: Pick<Actor, 'grants'>,
  roles: readonly Role[],
  unitId: string,
  { directory, today }: { readonly directory: Directory; readonly today: string },
): boolean {
  return actor.grants.some(
    ({ role, unitId: held }) => roles.includes(role) && directory.tree.isWithinOn(unitId, held, today),
  )
}

/** Unit of a report's scope. @throws appError not_found for a unit that does not exist */
export function unitOf(scope: string, directory: Directory): string {
  const parsed = parseScope(scope)
  if (parsed === undefined || parsed.kind === 'group') throw appError('bad_request', 'takes org or unit:<id>')
  const id = parsed.kind === 'org' ? directory.root : parsed.id
  if (directory.unit(id) === undefined) throw appError('not_found', 'no such unit')
  return id
}

export interface AccessView {
  readonly directory: Directory
  readonly today: string
  /** Role that approves reports of this kind and unit. */
  readonly approver: Role
}

/** Drafts are for those who write and those who approve; issued editions for every reader of the unit. */
export function maySee(actor: Actor, row: Pick<ReportRow, 'unitId' | 'state'>, view: AccessView): boolean {
  if (!holds(actor, REPORT_READERS, row.unitId, view)) return false
  const open = row.state === 'issued' || row.state === 'superseded'
  return open || holds(actor, [...WRITERS, view.approver], row.unitId, view)
}

/** What the account may do with this edition now. Nobody approves an edition of their own. */
export function permissionsOf(actor: UserActor, row: ReportRow, view: AccessView): ReportPermissions {
  const writes = holds(actor, WRITERS, row.unitId, view)
  const issued = row.state === 'issued'
  const open = issued || row.state === 'superseded'
  const approves = holds(actor, [view.approver], row.unitId, view) && row.createdBy !== actor.id
  return {
    refresh: writes && !open,
    approve: approves && row.state === 'draft',
    issue: row.state === 'approved' && (writes || approves),
    correct: writes && issued,
    comment: true,
    circulate: open,
    act: open,
    receipt: open && row.kind === 'flash',
  }
}

import type { Grant, Role } from '@guanlan/contract/account'
import type { PanelName } from '@guanlan/contract/panels'
import type { PrivacyClass } from '@guanlan/contract/key'
import type { ScopeTree } from '@guanlan/contract/register'
import { parseScope } from '@guanlan/contract/scope'
import type { Scope } from '@guanlan/contract/scope'
import type { Directory } from '../register/directory.ts'

/** Who is asking. `scope` is set for a display token: the one scope that its wall may show. */
export interface Actor {
  readonly kind: 'user' | 'display' | 'key'
  readonly id: string
  readonly name: string
  readonly grants: readonly Grant[]
  readonly locale: 'zh-CN' | 'en'
  readonly email?: string
  readonly scope?: string
  /** Set with `scope`: what the wall may show. */
  readonly privacyClass?: PrivacyClass
}

/** What a role sees: figures of which scopes, and whether it may read or change the rest of the product. */
export interface RoleRights {
  /** Figures: none, the exact unit of the grant, or everything at or below it (groups included). */
  readonly figures: 'none' | 'unit-only' | 'subtree'
  readonly readRegister: boolean
  readonly editRegister: boolean
  readonly manageAccess: boolean
  readonly readAudit: boolean
}

/** The whole of access control in one table; docs/roles.md prints it and test/integration/access.test.ts walks it. */
export const ROLE_RIGHTS: Readonly<Record<Role, RoleRights>> = {
  display: {
    figures: 'unit-only',
    readRegister: false,
    editRegister: false,
    manageAccess: false,
    readAudit: false,
  },
  duty: {
    figures: 'subtree',
    readRegister: true,
    editRegister: false,
    manageAccess: false,
    readAudit: false,
  },
  'group-admin': {
    figures: 'subtree',
    readRegister: true,
    editRegister: true,
    manageAccess: false,
    readAudit: false,
  },
  'unit-lead': {
    figures: 'subtree',
    readRegister: true,
    editRegister: true,
    manageAccess: false,
    readAudit: false,
  },
  communications: {
    figures: 'subtree',
    readRegister: true,
    editRegister: true,
    manageAccess: false,
    readAudit: false,
  },
  leader: {
    figures: 'subtree',
    readRegister: true,
    editRegister: false,
    manageAccess: false,
    readAudit: false,
  },
  auditor: {
    figures: 'none',
    readRegister: false,
    editRegister: false,
    manageAccess: false,
    readAudit: true,
  },
  sysadmin: { figures: 'none', readRegister: true, editRegister: true, manageAccess: true, readAudit: false },
}

export type Right = Exclude<keyof RoleRights, 'figures'>

/** Roles that hold a right, for the access of an endpoint. */
export function rolesWith(right: Right | 'figures'): Role[] {
  const roles = Object.keys(ROLE_RIGHTS) as Role[]
  return roles.filter((role) =>
    right === 'figures' ? ROLE_RIGHTS[role].figures !== 'none' : ROLE_RIGHTS[role][right],
  )
}

export function hasRole(actor: Actor, roles: readonly Role[]): boolean {
  return actor.grants.some((grant) => roles.includes(grant.role))
}

type TreeView = Pick<Directory, 'tree' | 'root' | 'unitOf' | 'unit'>

/** Unit of a scope on a day: the organisation is its root unit. */
function unitOfScope(scope: Scope, directory: TreeView, day: string): string | undefined {
  if (scope.kind === 'org') return directory.root || undefined
  if (scope.kind === 'unit') return directory.unit(scope.id) === undefined ? undefined : scope.id
  return directory.unitOf(scope.id, day)
}

function opens(grant: Grant, scope: Scope, unitId: string, directory: TreeView, day: string): boolean {
  const { figures } = ROLE_RIGHTS[grant.role]
  if (figures === 'none') return false
  if (figures === 'unit-only') return scope.kind !== 'group' && unitId === grant.unitId
  return directory.tree.isWithinOn(unitId, grant.unitId, day)
}

/**
 * May the actor open figures of this scope? `day` is the local day on which the tree is read: today, so that a unit
 * that was moved away takes its history with it only for those who lead it now.
 */
export function mayOpenScope(actor: Actor, scope: Scope | string, directory: TreeView, day: string): boolean {
  const wanted = typeof scope === 'string' ? parseScope(scope) : scope
  if (wanted === undefined || actor.kind === 'key') return false
  const unitId = unitOfScope(wanted, directory, day)
  if (unitId === undefined) return false
  return actor.grants.some((grant) => opens(grant, wanted, unitId, directory, day))
}

/** Panels that show what people say, or a figure made from it: not for walls that show counts only. */
export const WORD_PANELS: readonly PanelName[] = ['words', 'topics', 'sentiment', 'risk']

export function mayShowPanel(actor: Actor, panel: PanelName): boolean {
  return actor.privacyClass !== 'counts' || !WORD_PANELS.includes(panel)
}

/** Does the actor hold the right over this unit, by a grant on it or above it? */
export function hasRightOver(
  actor: Actor,
  right: Right,
  unitId: string,
  directory: TreeView,
  day: string,
): boolean {
  return actor.grants.some(
    (grant) => ROLE_RIGHTS[grant.role][right] && directory.tree.isWithinOn(unitId, grant.unitId, day),
  )
}

/** First scope to open, or null when the account sees no figures. The grant nearest the root comes first. */
export function homeScope(actor: Actor, directory: TreeView, day: string): string | null {
  const seeing = actor.grants.filter(
    ({ role, unitId }) => ROLE_RIGHTS[role].figures !== 'none' && directory.unit(unitId),
  )
  const depth = (unitId: string) => directory.tree.ancestorsOn(unitId, day).length
  const best = seeing.sort((a, b) => depth(a.unitId) - depth(b.unitId) || (a.unitId < b.unitId ? -1 : 1))[0]
  if (best === undefined) return null
  return best.unitId === directory.root ? 'org' : `unit:${best.unitId}`
}

/** Units and groups that the actor may open today, for the scope picker. A unit whose parent is hidden stands at the top. */
export function scopeTree(actor: Actor, directory: Directory, day: string): ScopeTree {
  const units = new Set<string>()
  const withGroups = new Set<string>()
  for (const { role, unitId } of actor.kind === 'key' ? [] : actor.grants) {
    const { figures } = ROLE_RIGHTS[role]
    if (figures === 'unit-only') units.add(unitId)
    if (figures !== 'subtree') continue
    for (const id of directory.tree.subtreeOn(unitId, day)) {
      units.add(id)
      withGroups.add(id)
    }
  }
  return {
    units: [...units].sort().flatMap((id) => {
      const unit = directory.unit(id)
      const parent = directory.tree.parentOn(id, day) ?? null
      return unit
        ? [{ id, name: unit.name, parentId: parent !== null && units.has(parent) ? parent : null }]
        : []
    }),
    groups: directory.groupsOf([...withGroups].sort(), day).flatMap((id) => {
      const group = directory.group(id)
      const unitId = directory.unitOf(id, day)
      return group && unitId !== undefined && group.state !== 'draft'
        ? [{ id, name: group.name, unitId }]
        : []
    }),
  }
}

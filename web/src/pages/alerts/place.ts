import type { ScopeTree } from '@guanlan/contract/register'
import type { Scope } from '@guanlan/contract/scope'

/** Unit and group of a chosen scope; the whole organisation is its top unit. Null when the register doesn't know it. */
export function placeOf(
  scope: Scope | undefined,
  tree: ScopeTree,
): { unitId: string; groupId: string | null } | null {
  if (scope === undefined) return null
  if (scope.kind === 'unit') return { unitId: scope.id, groupId: null }
  if (scope.kind === 'org') {
    const top = tree.units.find((unit) => unit.parentId === null)
    return top === undefined ? null : { unitId: top.id, groupId: null }
  }
  const group = tree.groups.find(({ id }) => id === scope.id)
  return group === undefined ? null : { unitId: group.unitId, groupId: group.id }
}

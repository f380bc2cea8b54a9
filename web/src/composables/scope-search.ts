import type { ScopeTree } from '@guanlan/contract/register'

export interface ScopeItem {
  key: string
  name: string
  /** Names of the units above, the highest first. */
  path: string
  kind: 'org' | 'unit' | 'group'
}

/** Scopes whose name contains the text, best first: names that begin with it, units before groups, shorter names first. */
export function searchScopes(
  tree: ScopeTree,
  text: string,
  limit: number,
): { items: ScopeItem[]; total: number } {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return { items: [], total: 0 }
  const units = new Map(tree.units.map((unit) => [unit.id, unit]))
  const pathTo = (unitId: string | null | undefined): string => {
    const names: string[] = []
    let at = unitId
    while (at !== null && at !== undefined && names.length < 20) {
      const unit = units.get(at)
      if (unit === undefined) break
      names.unshift(unit.name)
      at = unit.parentId
    }
    return names.join(' / ')
  }
  const found = [
    ...tree.units.map((unit) => ({
      key: unitKey(unit),
      name: unit.name,
      above: unit.parentId,
      kind: unit.parentId === null ? ('org' as const) : ('unit' as const),
    })),
    ...tree.groups.map((group) => ({
      key: `group:${group.id}`,
      name: group.name,
      above: group.unitId,
      kind: 'group' as const,
    })),
  ].filter((item) => item.name.toLowerCase().includes(wanted))
  const rank = (item: { name: string; kind: string }) =>
    (item.name.toLowerCase().startsWith(wanted) ? 0 : 2) + (item.kind === 'group' ? 1 : 0)
  found.sort((a, b) => rank(a) - rank(b) || a.name.length - b.name.length || a.name.localeCompare(b.name))
  return {
    total: found.length,
    items: found
      .slice(0, limit)
      .map(({ key, name, above, kind }) => ({ key, name, kind, path: pathTo(above) })),
  }
}

/** The unit without a parent is the organisation itself. */
function unitKey(unit: { id: string; parentId: string | null }): string {
  return unit.parentId === null ? 'org' : `unit:${unit.id}`
}

export interface TreeNode {
  key: string
  name: string
  kind: 'org' | 'unit' | 'group'
  leaf: boolean
}

/** Children of a scope for the tree, units before groups, each by name; without a parent the highest units one may open. */
export function childrenOf(tree: ScopeTree, parent: string | undefined): TreeNode[] {
  const known = new Set(tree.units.map((unit) => unit.id))
  const parentId =
    parent === undefined
      ? undefined
      : parent === 'org'
        ? tree.units.find((u) => u.parentId === null)?.id
        : parent.slice('unit:'.length)
  const isChild = (above: string | null) =>
    parentId === undefined ? above === null || !known.has(above) : above === parentId
  const hasChildren = new Set([
    ...tree.units.map((unit) => unit.parentId),
    ...tree.groups.map((group) => group.unitId),
  ])
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name, 'zh-CN')
  const units = tree.units
    .filter((unit) => isChild(unit.parentId))
    .sort(byName)
    .map((unit) => ({
      key: unitKey(unit),
      name: unit.name,
      kind: unit.parentId === null ? ('org' as const) : ('unit' as const),
      leaf: !hasChildren.has(unit.id),
    }))
  const groups = tree.groups
    .filter((group) => isChild(group.unitId))
    .sort(byName)
    .map((group) => ({ key: `group:${group.id}`, name: group.name, kind: 'group' as const, leaf: true }))
  return [...units, ...groups]
}

import type { Unit } from '@guanlan/contract/register'

export interface UnitNode<U extends Unit = Unit> {
  readonly unit: U
  readonly children: UnitNode<U>[]
  readonly depth: number
}

const byName = (a: UnitNode, b: UnitNode) => a.unit.name.localeCompare(b.unit.name, 'zh-CN')

/** The units as trees, each level by name; a unit whose parent is not among them stands at the top. */
export function unitForest<U extends Unit>(units: readonly U[]): UnitNode<U>[] {
  const known = new Set(units.map((unit) => unit.id))
  const below = new Map<string | null, U[]>()
  for (const unit of units) {
    const parent = unit.parentId !== null && known.has(unit.parentId) ? unit.parentId : null
    below.set(parent, [...(below.get(parent) ?? []), unit])
  }
  const grow = (parent: string | null, depth: number): UnitNode<U>[] =>
    (below.get(parent) ?? [])
      .map((unit) => ({ unit, depth, children: grow(unit.id, depth + 1) }))
      .sort(byName)
  return grow(null, 0)
}

/** Units whose name or id holds the text, names that begin with it first. */
export function searchUnits<U extends Unit>(units: readonly U[], text: string, limit: number): U[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return []
  const rank = ({ name, id }: U) =>
    name.toLowerCase().startsWith(wanted) ? 0 : id.toLowerCase() === wanted ? 1 : 2
  return units
    .filter(({ name, id }) => name.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted))
    .sort(
      (a, b) => rank(a) - rank(b) || a.name.length - b.name.length || a.name.localeCompare(b.name, 'zh-CN'),
    )
    .slice(0, limit)
}

/** A unit and everything below it, by id: where it may not be moved to. */
export function subtreeIds(units: readonly Unit[], root: string): Set<string> {
  const found = new Set([root])
  let grew = true
  while (grew) {
    const before = found.size
    for (const unit of units) if (unit.parentId !== null && found.has(unit.parentId)) found.add(unit.id)
    grew = found.size > before
  }
  return found
}

import type { WordUnit } from '@guanlan/analytics/topics/scopes'
import type { UnitTree } from '@guanlan/analytics/unit-tree'

/** Dense indexes of units for the windows. An index stays for the life of the process: open windows refer to it. */
export function createWordUnits() {
  const ids: string[] = []
  const indexes = new Map<string, number>()
  return {
    indexOf: (unitId: string) => indexes.get(unitId),
    idOf: (index: number) => ids[index] ?? '',
    /** The tree of a day as the windows take it. A unit that left the tree keeps its place under the root, empty from then on. */
    of(tree: UnitTree, day: string): WordUnit[] {
      const root = tree.rootOn(day)
      if (root === undefined) return []
      const present = new Set(tree.subtreeOn(root, day))
      for (const id of present) if (!indexes.has(id)) indexes.set(id, ids.push(id) - 1)
      const parentOf = (id: string) => (present.has(id) ? (tree.ancestorsOn(id, day)[1] ?? root) : root)
      return ids.map((id) => ({ id, parent: id === root ? -1 : indexes.get(parentOf(id))! }))
    },
  }
}

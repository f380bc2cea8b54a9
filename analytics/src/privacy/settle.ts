import type { UnitTree } from '../unit-tree.ts'

/** Where each group counts on a day: the first unit, going up from its leaf, at which its figures may be shown; and whether it wrote. */
type Placed = ReadonlyMap<string, { readonly shownAt: string; readonly active: boolean }>

const kept = new WeakMap<Placed, { tree: unknown; settled: ReadonlyMap<string, string> }>()

/**
 * The first unit, going up, at which a group's categories and signs of distress count as they are. A unit that counts one
 * group only would show that group's, and so would the difference of its parent and the other children: such a group is
 * passed on upwards until it meets another one. What two units differ by is then always a sum over at least two groups.
 * Below that unit only what the group itself may tell enters (group-categories.ts). '' when it never meets one. A group that
 * was placed through yesterday's people and has not written today is no company: whatever is counted is the other's.
 */
export function settledAt(
  placed: Placed,
  tree: Pick<UnitTree, 'ancestorsOn'>,
  day: string,
): ReadonlyMap<string, string> {
  const known = kept.get(placed)
  if (known?.tree === tree) return known.settled
  const settled = settle(placed, (unit) => tree.ancestorsOn(unit, day))
  kept.set(placed, { tree, settled })
  return settled
}

function settle(placed: Placed, pathOf: (unit: string) => readonly string[]): Map<string, string> {
  const waiting = new Map<string, string[]>()
  const paths = new Map<string, readonly string[]>()
  const wait = (unit: string, groups: readonly string[]) => {
    const list = waiting.get(unit)
    if (list === undefined) waiting.set(unit, [...groups])
    else list.push(...groups)
  }
  for (const [group, { shownAt, active }] of placed) {
    if (shownAt === '' || !active) continue
    wait(shownAt, [group])
    if (paths.has(shownAt)) continue
    const path = pathOf(shownAt)
    path.forEach((unit, i) => paths.set(unit, path.slice(i)))
  }
  const settled = new Map<string, string>()
  const deepestFirst = [...paths].sort(([, a], [, b]) => b.length - a.length)
  for (const [unit, path] of deepestFirst) {
    const here = waiting.get(unit) ?? []
    const parent = path[1]
    if (here.length === 1 && parent !== undefined) wait(parent, here)
    else for (const group of here) settled.set(group, here.length === 1 ? '' : unit)
  }
  return settled
}

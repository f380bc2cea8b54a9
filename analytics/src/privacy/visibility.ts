/**
 * Who may be shown on one local day (the floors of harm counts). Pure: the caller brings the people counts.
 *
 * Every group ends in one cell: alone (`own`), in the pool of one unit (`shownAt`), or nowhere (''). A unit's figure is
 * the sum of the cells in its subtree, so what a reader can find by subtracting shown figures is always a sum of whole
 * cells. Two rules keep that harmless: a pool has at least `people` different people in at least two groups, and over
 * the day cells are only ever split into parts that pass, never merged or re-cut (minutes of the past are drawn again
 * with the new cells, so a re-cut could be subtracted from what was seen before).
 */
export interface Shown {
  /** The group may be shown alone; its figures also count in its units. */
  readonly own: boolean
  /** The first unit, going up from the leaf, at which the group counts; '' counts nowhere. */
  readonly shownAt: string
  /** It wrote that day: a group that did not hides nobody else's figures. */
  readonly active: boolean
}
export type Allocation = ReadonlyMap<string, Shown>

export interface VisibilityUnit {
  readonly id: string
  readonly parentId: string | null
  /** Different active people in the whole subtree: on the previous complete day, and today so far (lower bounds are safe). */
  readonly previousPeople: number
  readonly people: number
}

export interface VisibilityGroup {
  readonly id: string
  /** Leaf unit of the group on that day. */
  readonly unitId: string
  readonly previousPeople: number
  readonly people: number
}

export interface VisibilityInput {
  /** The tree of that day, in any order. */
  readonly units: readonly VisibilityUnit[]
  /** Every registered group of that day, also those without a message yet. */
  readonly groups: readonly VisibilityGroup[]
  /** Different people today in these groups together; exact or a lower bound. May stop counting at `enough`. */
  readonly poolPeople: (groupIds: readonly string[], enough: number) => number
  /** The allocation that stands for this day, if one does: what is shown stays shown. */
  readonly previous?: Allocation | undefined
  /** Floor of people, 10 or more. */
  readonly floor?: number
}

export const PEOPLE_FLOOR = 10
const LEAST_GROUPS = 2
const NOWHERE = ''

interface State {
  readonly floor: number
  readonly groups: ReadonlyMap<string, VisibilityGroup>
  readonly poolPeople: VisibilityInput['poolPeople']
  readonly previous: Allocation | undefined
  /** Group to the unit whose pool it is in, or NOWHERE. Groups shown alone are in `own` only. */
  readonly pooled: Map<string, string>
  readonly own: Set<string>
}

/** Decides the cells of a day. Deterministic: the same input gives the same answer whatever the order of its lists. */
export function allocate(input: VisibilityInput): Allocation {
  const state = startingState(input)
  const tree = indexTree(input.units)
  const qualifying = qualifyingUnits(input, tree, state.floor)
  releaseGroups(state)
  const members = membersBySubtree(state, tree)
  for (const unit of tree.bottomUp)
    if (qualifying.has(unit)) openPool(state, tree, unit, members.get(unit) ?? [])
  settleSilent(state, tree)
  return toAllocation(state, input)
}

function startingState(input: VisibilityInput): State {
  const floor = Math.max(PEOPLE_FLOOR, input.floor ?? PEOPLE_FLOOR)
  const groups = new Map(input.groups.map((group) => [group.id, group]))
  const pooled = new Map<string, string>()
  const own = new Set<string>()
  for (const [id, shown] of input.previous ?? []) {
    if (shown.own) own.add(id)
    else pooled.set(id, shown.shownAt)
  }
  for (const id of groups.keys()) if (!own.has(id) && !pooled.has(id)) pooled.set(id, NOWHERE)
  return { floor, groups, poolPeople: input.poolPeople, previous: input.previous, pooled, own }
}

const reaches = (counts: { people: number; previousPeople: number }, floor: number) =>
  counts.people >= floor || counts.previousPeople >= floor

/**
 * A group that left the register during the day keeps its cell; it counts as active because its rows are still there. So does
 * one that was active before: after a kill its rows stand, and who was there may not have been written yet.
 */
const isActive = (state: State, id: string) =>
  (state.groups.get(id)?.people ?? 1) > 0 || state.previous?.get(id)?.active === true

function passes(state: State, ids: readonly string[]): boolean {
  const active = ids.filter((id) => isActive(state, id))
  return active.length >= LEAST_GROUPS && state.poolPeople(active, state.floor) >= state.floor
}

const passesOrIsEmpty = (state: State, ids: readonly string[]) =>
  !ids.some((id) => isActive(state, id)) || passes(state, ids)

function cellsOf(state: State): Map<string, string[]> {
  const cells = new Map<string, string[]>()
  for (const [id, unit] of state.pooled) {
    const cell = cells.get(unit)
    if (cell === undefined) cells.set(unit, [id])
    else cell.push(id)
  }
  return cells
}

/** Units whose pool shows something now. */
function openPools(state: State): Set<string> {
  const open = new Set<string>()
  for (const [id, unit] of state.pooled) if (unit !== NOWHERE && isActive(state, id)) open.add(unit)
  return open
}

/** Groups that qualify leave their pool, as many as the pool can spare: the largest first, ties by id. */
function releaseGroups(state: State): void {
  for (const [unit, cell] of cellsOf(state)) {
    const leaving = cell
      .map((id) => state.groups.get(id))
      .filter((group) => group !== undefined && reaches(group, state.floor))
      .sort((a, b) => (b?.people ?? 0) - (a?.people ?? 0) || ((a?.id ?? '') < (b?.id ?? '') ? -1 : 1))
      .map((group) => group?.id ?? '')
    while (leaving.length > 0 && unit !== NOWHERE) {
      const gone = new Set(leaving)
      if (
        passesOrIsEmpty(
          state,
          cell.filter((id) => !gone.has(id)),
        )
      )
        break
      leaving.pop()
    }
    for (const id of leaving) {
      state.pooled.delete(id)
      state.own.add(id)
    }
  }
}

interface Tree {
  readonly bottomUp: readonly string[]
  /** The unit itself first, then its ancestors up to the root. */
  readonly path: (unit: string) => readonly string[]
}

function indexTree(units: readonly VisibilityUnit[]): Tree {
  const parents = new Map(units.map((unit) => [unit.id, unit.parentId]))
  const paths = new Map<string, readonly string[]>()
  const path = (unit: string): readonly string[] => {
    const known = paths.get(unit)
    if (known !== undefined) return known
    const parent = parents.get(unit)
    const found = parent === null || parent === undefined ? [unit] : [unit, ...path(parent)]
    paths.set(unit, found)
    return found
  }
  const bottomUp = [...parents.keys()].sort((a, b) => path(b).length - path(a).length || (a < b ? -1 : 1))
  return { bottomUp, path }
}

/** A unit qualifies by its own counts or through anything below it (its people include theirs, whatever moved since yesterday). */
function qualifyingUnits(input: VisibilityInput, tree: Tree, floor: number): Set<string> {
  const found = new Set<string>()
  const add = (unit: string) => {
    for (const above of tree.path(unit)) found.add(above)
  }
  for (const unit of input.units) if (reaches(unit, floor)) add(unit.id)
  for (const group of input.groups) if (reaches(group, floor)) add(group.unitId)
  return found
}

/** Groups of each unit's whole subtree that are not shown alone. */
function membersBySubtree(state: State, tree: Tree): Map<string, string[]> {
  const members = new Map<string, string[]>()
  for (const id of state.pooled.keys()) {
    const leaf = state.groups.get(id)?.unitId
    for (const unit of leaf === undefined ? [] : tree.path(leaf)) {
      const list = members.get(unit)
      if (list === undefined) members.set(unit, [id])
      else list.push(id)
    }
  }
  return members
}

/**
 * Opens a pool at `unit` for what is counted only above it, if the pool passes and what it leaves behind does too.
 * It is taken from one cell only: a mix of two would let one be found from the other's past.
 */
function openPool(state: State, tree: Tree, unit: string, members: readonly string[]): void {
  const above = new Set([NOWHERE, ...tree.path(unit).slice(1)])
  const sources = new Map<string, string[]>()
  for (const id of members) {
    const at = state.pooled.get(id) ?? NOWHERE
    if (!above.has(at)) continue
    const taken = sources.get(at)
    if (taken === undefined) sources.set(at, [id])
    else taken.push(id)
  }
  for (const [at, taken] of [...sources].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!passes(state, taken) || !sparesThem(state, at, taken)) continue
    for (const id of taken) state.pooled.set(id, unit)
    return
  }
}

function sparesThem(state: State, cell: string, taken: readonly string[]): boolean {
  if (cell === NOWHERE) return true
  const gone = new Set(taken)
  const left = [...state.pooled].filter(([id, at]) => at === cell && !gone.has(id)).map(([id]) => id)
  return passesOrIsEmpty(state, left)
}

/**
 * Groups without a message today have nothing to reveal, so they may be placed anew: in the nearest open pool above
 * them, where their first message will count at once, never left behind as the seed of a pool of one.
 */
function settleSilent(state: State, tree: Tree): void {
  const open = openPools(state)
  for (const id of state.pooled.keys()) {
    if (isActive(state, id)) continue
    const leaf = state.groups.get(id)?.unitId ?? NOWHERE
    state.pooled.set(id, tree.path(leaf).find((unit) => open.has(unit)) ?? NOWHERE)
  }
}

function toAllocation(state: State, input: VisibilityInput): Allocation {
  const allocation = new Map<string, Shown>()
  for (const id of state.own) {
    const leaf = state.groups.get(id)?.unitId ?? input.previous?.get(id)?.shownAt ?? NOWHERE
    allocation.set(id, { own: true, shownAt: leaf, active: isActive(state, id) })
  }
  for (const [id, shownAt] of state.pooled)
    allocation.set(id, { own: false, shownAt, active: isActive(state, id) })
  return allocation
}

/** A unit hangs below `parentId` (null: it is the root) from `fromDay` on, until the day before `toDay` (null: open). */
export interface UnitParentRow {
  readonly unitId: string
  readonly parentId: string | null
  readonly fromDay: string
  readonly toDay: string | null
}

export interface UnitTreeProblem {
  readonly kind:
    'empty_interval' | 'overlap' | 'gap' | 'no_root' | 'several_roots' | 'missing_parent' | 'cycle'
  readonly unitId: string
  /** First day on which it is wrong. */
  readonly day: string
  readonly detail: string
}

/** Days on which the units of a subtree stay the same. `toDay` is exclusive. */
export interface UnitSegment {
  readonly fromDay: string
  readonly toDay: string
  readonly units: string[]
}

/** The units of an organisation by local day. All answers hold for the day asked; unknown units give empty lists. */
export interface UnitTree {
  rootOn(day: string): string | undefined
  parentOn(unitId: string, day: string): string | null | undefined
  /** Self first, root last. */
  ancestorsOn(unitId: string, day: string): string[]
  /** Self included, sorted by id. */
  subtreeOn(unitId: string, day: string): string[]
  childrenOn(unitId: string, day: string): string[]
  /** True when `unitId` is `ancestorId` or lies below it. */
  isWithinOn(unitId: string, ancestorId: string, day: string): boolean
  /** The subtree of `unitId` from `fromDay` to `toDay` (exclusive), cut where it changes. */
  segments(unitId: string, fromDay: string, toDay: string): UnitSegment[]
}

interface Snapshot {
  readonly root: string | undefined
  readonly parents: ReadonlyMap<string, string | null>
  readonly children: ReadonlyMap<string, string[]>
}

const SNAPSHOT_LIMIT = 128

function byUnit(rows: readonly UnitParentRow[]): Map<string, UnitParentRow[]> {
  const units = new Map<string, UnitParentRow[]>()
  for (const row of rows) {
    const list = units.get(row.unitId)
    if (list === undefined) units.set(row.unitId, [row])
    else list.push(row)
  }
  for (const list of units.values()) list.sort((a, b) => (a.fromDay < b.fromDay ? -1 : 1))
  return units
}

/** Days on which anything changes, ascending. */
function boundariesOf(rows: readonly UnitParentRow[]): string[] {
  const days = new Set<string>()
  for (const row of rows) {
    days.add(row.fromDay)
    if (row.toDay !== null) days.add(row.toDay)
  }
  return [...days].sort()
}

function snapshotAt(units: ReadonlyMap<string, readonly UnitParentRow[]>, day: string): Snapshot {
  const parents = new Map<string, string | null>()
  const children = new Map<string, string[]>()
  let root: string | undefined
  for (const [unitId, intervals] of units) {
    const row = intervals.find((entry) => entry.fromDay <= day && (entry.toDay === null || day < entry.toDay))
    if (row === undefined) continue
    parents.set(unitId, row.parentId)
    if (row.parentId === null) root = unitId
    else {
      const siblings = children.get(row.parentId)
      if (siblings === undefined) children.set(row.parentId, [unitId])
      else siblings.push(unitId)
    }
  }
  for (const list of children.values()) list.sort()
  return { root, parents, children }
}

function intervalProblems(units: ReadonlyMap<string, readonly UnitParentRow[]>): UnitTreeProblem[] {
  const problems: UnitTreeProblem[] = []
  for (const [unitId, intervals] of units) {
    for (const [index, row] of intervals.entries()) {
      if (row.toDay !== null && row.toDay <= row.fromDay) {
        problems.push({
          kind: 'empty_interval',
          unitId,
          day: row.fromDay,
          detail: `ends on ${row.toDay}, not after it begins`,
        })
      }
      const next = intervals[index + 1]
      if (next === undefined) continue
      if (row.toDay === null || row.toDay > next.fromDay) {
        problems.push({
          kind: 'overlap',
          unitId,
          day: next.fromDay,
          detail: 'has two places in the tree on one day',
        })
      } else if (row.toDay < next.fromDay) {
        problems.push({
          kind: 'gap',
          unitId,
          day: row.toDay,
          detail: `has no place in the tree until ${next.fromDay}`,
        })
      }
    }
  }
  return problems
}

/** Units that lie on a cycle of `parents`. Linear: each unit is walked once. */
function cyclic(parents: ReadonlyMap<string, string | null>): string[] {
  const walked = new Map<string, number>()
  const found: string[] = []
  let walk = 0
  for (const start of parents.keys()) {
    walk += 1
    let unit: string | null | undefined = start
    while (unit !== null && unit !== undefined && !walked.has(unit)) {
      walked.set(unit, walk)
      unit = parents.get(unit)
    }
    if (unit !== null && unit !== undefined && walked.get(unit) === walk) found.push(unit)
  }
  return found
}

function snapshotProblems(snapshot: Snapshot, day: string): UnitTreeProblem[] {
  const problems: UnitTreeProblem[] = []
  const roots = [...snapshot.parents].filter(([, parent]) => parent === null).map(([unit]) => unit)
  if (roots.length === 0 && snapshot.parents.size > 0) {
    problems.push({
      kind: 'no_root',
      unitId: '',
      day,
      detail: 'no unit is the organisation (a unit without a parent)',
    })
  }
  for (const unitId of roots.slice(1)) {
    problems.push({
      kind: 'several_roots',
      unitId,
      day,
      detail: `has no parent, and neither has ${roots[0]}`,
    })
  }
  for (const [unitId, parent] of snapshot.parents) {
    if (parent === null || snapshot.parents.has(parent)) continue
    problems.push({
      kind: 'missing_parent',
      unitId,
      day,
      detail: `is below ${parent}, which is not in the tree on that day`,
    })
  }
  for (const unitId of cyclic(snapshot.parents)) {
    problems.push({ kind: 'cycle', unitId, day, detail: 'is below itself' })
  }
  return problems
}

/** Says what is wrong with interval rows: overlaps, gaps, roots other than exactly one a day, missing parents, cycles. */
export function checkUnitTree(rows: readonly UnitParentRow[]): UnitTreeProblem[] {
  const units = byUnit(rows)
  const problems = intervalProblems(units)
  if (problems.length > 0) return problems
  const seen = new Set<string>()
  for (const day of boundariesOf(rows)) {
    for (const problem of snapshotProblems(snapshotAt(units, day), day)) {
      // One wrong unit is reported on its first day, not again at each later change of the tree.
      const key = `${problem.kind}\u0000${problem.unitId}`
      if (!seen.has(key)) problems.push(problem)
      seen.add(key)
    }
  }
  return problems
}

/** Last index whose day is not after `day`; -1 before the first. */
function segmentIndex(boundaries: readonly string[], day: string): number {
  let low = 0
  let high = boundaries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((boundaries[middle] ?? '') <= day) low = middle + 1
    else high = middle
  }
  return low - 1
}

function subtree(snapshot: Snapshot, unitId: string): string[] {
  if (!snapshot.parents.has(unitId)) return []
  const found = [unitId]
  for (let index = 0; index < found.length; index += 1) {
    found.push(...(snapshot.children.get(found[index] ?? '') ?? []))
  }
  return found.sort()
}

function createSnapshots(
  units: ReadonlyMap<string, readonly UnitParentRow[]>,
  boundaries: readonly string[],
) {
  const cache = new Map<number, Snapshot>()
  let lastDay = ''
  let last: Snapshot = { root: undefined, parents: new Map(), children: new Map() }
  return (day: string): Snapshot => {
    if (day === lastDay) return last
    const index = segmentIndex(boundaries, day)
    let snapshot = cache.get(index)
    if (snapshot === undefined) {
      snapshot = snapshotAt(units, day)
      if (cache.size >= SNAPSHOT_LIMIT) cache.delete(cache.keys().next().value ?? index)
      cache.set(index, snapshot)
    }
    lastDay = day
    last = snapshot
    return snapshot
  }
}

/** Builds the tree; throws an Error that names the first problem when the rows are not one tree on every day. */
export function createUnitTree(rows: readonly UnitParentRow[]): UnitTree {
  const first = checkUnitTree(rows)[0]
  if (first !== undefined)
    throw new Error(`unit ${first.unitId || '(none)'} on ${first.day}: ${first.detail}`)
  const units = byUnit(rows)
  const boundaries = boundariesOf(rows)
  const on = createSnapshots(units, boundaries)

  function segments(unitId: string, fromDay: string, toDay: string): UnitSegment[] {
    if (fromDay >= toDay) return []
    const cuts = [fromDay, ...boundaries.filter((day) => day > fromDay && day < toDay)]
    const result: { fromDay: string; toDay: string; units: string[] }[] = []
    for (const [index, day] of cuts.entries()) {
      const inside = subtree(on(day), unitId)
      const end = cuts[index + 1] ?? toDay
      const previous = result.at(-1)
      if (previous !== undefined && previous.units.join('\n') === inside.join('\n')) previous.toDay = end
      else result.push({ fromDay: day, toDay: end, units: inside })
    }
    return result
  }

  function ancestorsOn(unitId: string, day: string): string[] {
    const { parents } = on(day)
    const path: string[] = []
    for (
      let unit: string | null | undefined = unitId;
      unit !== null && unit !== undefined;
      unit = parents.get(unit)
    ) {
      if (!parents.has(unit)) break
      path.push(unit)
    }
    return path
  }

  function isWithinOn(unitId: string, ancestorId: string, day: string): boolean {
    const { parents } = on(day)
    if (!parents.has(unitId)) return false
    for (
      let unit: string | null | undefined = unitId;
      unit !== null && unit !== undefined;
      unit = parents.get(unit)
    ) {
      if (unit === ancestorId) return true
    }
    return false
  }

  return {
    rootOn: (day) => on(day).root,
    parentOn: (unitId, day) => on(day).parents.get(unitId),
    ancestorsOn,
    subtreeOn: (unitId, day) => subtree(on(day), unitId),
    childrenOn: (unitId, day) => [...(on(day).children.get(unitId) ?? [])],
    isWithinOn,
    segments,
  }
}

import { allocate, type Allocation } from '@guanlan/analytics/privacy/visibility'
import type { UnitTree } from '@guanlan/analytics/unit-tree'
import type { PeopleDay } from './people-day.ts'
import type { PeopleCount, ScopeKind } from './people-store.ts'

/** What people counts need of the register. */
export interface PeopleDirectory {
  readonly tree: UnitTree
  unitOf(groupId: string, day: string): string | undefined
  groupsOf(unitIds: readonly string[], day: string): string[]
}

/** One local day while it is open in memory. `before`: counts kept by an earlier process; the larger count stands. */
export interface OpenDay {
  readonly day: string
  readonly start: number
  readonly people: PeopleDay
  before: ReadonlyMap<string, number>
  previousDay: ReadonlyMap<string, number>
  allocation: Allocation | undefined
  /** Counts last written, by scope, period and start. */
  written: Map<string, number>
  /** Hours touched since the last write, as bits. */
  hours: number
  changed: boolean
  lastSeenAt: number
}

const HOUR = 3_600_000

/** Active groups of each unit's subtree on that day. */
function groupsBySubtree(open: OpenDay, directory: PeopleDirectory): Map<string, string[]> {
  const members = new Map<string, string[]>()
  for (const groupId of open.people.groups()) {
    const leaf = directory.unitOf(groupId, open.day)
    if (leaf === undefined) continue
    for (const unit of directory.tree.ancestorsOn(leaf, open.day)) {
      const others = members.get(unit)
      if (others === undefined) members.set(unit, [groupId])
      else others.push(groupId)
    }
  }
  return members
}

/** Different people of every scope on that day so far, as far as they are known: by `group:<id>` and `unit:<id>`. */
export function dayTotals(open: OpenDay, directory: PeopleDirectory): Map<string, number> {
  const totals = new Map(open.before)
  const keep = (key: string, people: number) => totals.set(key, Math.max(people, totals.get(key) ?? 0))
  for (const groupId of open.people.groups()) keep(`group:${groupId}`, open.people.distinct([groupId]))
  for (const [unit, groups] of groupsBySubtree(open, directory))
    keep(`unit:${unit}`, open.people.distinct(groups))
  return totals
}

/**
 * Different people of every unit in the groups that count there, so that a hidden group moves no figure. Where none is
 * hidden that is the unit's own total; else sets of this process: after a restart a lower bound, like every count.
 */
export function shownTotals(
  open: OpenDay,
  { tree, unitOf }: PeopleDirectory,
  totals: ReadonlyMap<string, number>,
): Map<string, number> {
  const { day } = open
  const groups = new Map<string, string[]>()
  const hiding = new Set<string>()
  for (const [id, { shownAt, active }] of open.allocation ?? []) {
    if (!active) continue
    const counting = shownAt === '' ? [] : tree.ancestorsOn(shownAt, day)
    for (const unit of counting) {
      const others = groups.get(unit)
      if (others === undefined) groups.set(unit, [id])
      else others.push(id)
    }
    const leaf = unitOf(id, day)
    for (const unit of leaf === undefined ? [] : tree.ancestorsOn(leaf, day))
      if (!counting.includes(unit)) hiding.add(unit)
  }
  const people = new Map<string, number>()
  for (const [unit, ids] of groups) {
    const largest = ids.reduce((most, id) => Math.max(most, totals.get(`group:${id}`) ?? 0), 0)
    const count = hiding.has(unit)
      ? Math.max(largest, open.people.distinct(ids))
      : (totals.get(`unit:${unit}`) ?? 0)
    people.set(unit, count)
  }
  return people
}

/** Counts that grew since they were last written: the day's, and those of the hours that were touched. */
export function countsToWrite(
  open: OpenDay,
  directory: PeopleDirectory,
  totals: ReadonlyMap<string, number>,
): PeopleCount[] {
  const counts: PeopleCount[] = []
  const offer = (kind: ScopeKind, id: string, period: 'hour' | 'day', start: number, people: number) => {
    const key = `${kind}:${id} ${start} ${period}`
    if (people > (open.written.get(key) ?? 0)) counts.push({ kind, id, period, start, people })
  }
  for (const [key, people] of totals) {
    const kind = key.startsWith('group:') ? 'group' : 'unit'
    offer(kind, key.slice(kind.length + 1), 'day', open.start, people)
  }
  const units = groupsBySubtree(open, directory)
  for (let hour = 0; hour < 32; hour++) {
    if ((open.hours & (1 << hour)) === 0) continue
    const start = open.start + hour * HOUR
    for (const id of open.people.groups())
      offer('group', id, 'hour', start, open.people.distinctInHour([id], hour))
    for (const [id, groups] of units)
      offer('unit', id, 'hour', start, open.people.distinctInHour(groups, hour))
  }
  return counts
}

export function markWritten(open: OpenDay, counts: readonly PeopleCount[]): void {
  for (const { kind, id, period, start, people } of counts)
    open.written.set(`${kind}:${id} ${start} ${period}`, people)
}

/** Who may be shown on that day, from the counts of that day and the one before. */
export function decideVisibility(
  open: OpenDay,
  directory: PeopleDirectory,
  totals: ReadonlyMap<string, number>,
  floor: number,
): Allocation {
  const { day, previousDay } = open
  const { tree } = directory
  const root = tree.rootOn(day)
  if (root === undefined) return open.allocation ?? new Map()
  const units = tree.subtreeOn(root, day)
  const counts = (key: string) => ({
    people: totals.get(key) ?? 0,
    previousPeople: previousDay.get(key) ?? 0,
  })
  return allocate({
    units: units.map((id) => ({ id, parentId: tree.parentOn(id, day) ?? null, ...counts(`unit:${id}`) })),
    groups: directory
      .groupsOf(units, day)
      .map((id) => ({ id, unitId: directory.unitOf(id, day) ?? root, ...counts(`group:${id}`) })),
    poolPeople: (groupIds, enough) => open.people.distinct(groupIds, enough),
    previous: open.allocation,
    floor,
  })
}

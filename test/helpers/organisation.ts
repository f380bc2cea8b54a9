import { allocate, type Allocation } from '@guanlan/analytics/privacy/visibility'
import { createUnitTree, type UnitTree } from '@guanlan/analytics/unit-tree'
import type { ClickHouse } from '@guanlan/server/ports/clickhouse'

/** A small organisation for tests of figures: units, groups, and who spoke where on which day. */
export interface Organisation {
  readonly units: readonly { id: string; parentId: string | null }[]
  readonly groups: readonly { id: string; unitId: string }[]
  readonly tree: UnitTree
}

export function makeOrganisation(units: Organisation['units'], groups: Organisation['groups']): Organisation {
  const rows = units.map((unit) => ({
    unitId: unit.id,
    parentId: unit.parentId,
    fromDay: '2020-01-01',
    toDay: null,
  }))
  return { units, groups, tree: createUnitTree(rows) }
}

/** What panels need of the register, over a fixed organisation. */
export function directoryOf(organisation: Organisation) {
  const { units, groups, tree } = organisation
  const unitOf = new Map(groups.map((group) => [group.id, group.unitId]))
  return {
    root: units.find((unit) => unit.parentId === null)?.id ?? '',
    tree,
    unitOf: (groupId: string) => unitOf.get(groupId),
    groupsOf: (unitIds: readonly string[]) =>
      groups.filter((group) => unitIds.includes(group.unitId)).map((group) => group.id),
    unit: (id: string) => (units.some((unit) => unit.id === id) ? { id, name: `name of ${id}` } : undefined),
    group: (id: string) => (unitOf.has(id) ? { id, name: `name of ${id}` } : undefined),
  }
}

/** People seen in each group on one day. */
export type PeopleOfDay = ReadonlyMap<string, ReadonlySet<string>>

export function unionOf(people: PeopleOfDay, groupIds: readonly string[]): number {
  return new Set(groupIds.flatMap((id) => [...(people.get(id) ?? [])])).size
}

/** Runs the real allocation for a day from exact sets. */
export function allocateDay(
  organisation: Organisation,
  day: string,
  today: PeopleOfDay,
  yesterday: PeopleOfDay,
  previous?: Allocation,
): Allocation {
  const { units, groups, tree } = organisation
  const below = (unit: string) => {
    const subtree = tree.subtreeOn(unit, day)
    return groups.filter((group) => subtree.includes(group.unitId)).map((group) => group.id)
  }
  return allocate({
    units: units.map((unit) => ({
      ...unit,
      people: unionOf(today, below(unit.id)),
      previousPeople: unionOf(yesterday, below(unit.id)),
    })),
    groups: groups.map((group) => ({
      ...group,
      people: unionOf(today, [group.id]),
      previousPeople: unionOf(yesterday, [group.id]),
    })),
    poolPeople: (ids) => unionOf(today, ids),
    previous,
  })
}

/** Writes an allocation as the people module does. */
export async function storeAllocation(
  clickhouse: ClickHouse,
  organisation: Organisation,
  { day, allocation, version }: { day: string; allocation: Allocation; version: number },
): Promise<void> {
  const leaf = new Map(organisation.groups.map((group) => [group.id, group.unitId]))
  const lines = [...allocation].map(([group, shown]) =>
    JSON.stringify([
      ...[day, group, leaf.get(group) ?? '', shown.own ? 1 : 0, shown.shownAt, shown.active ? 1 : 0, version],
    ]),
  )
  const rows = Buffer.from(`${lines.join('\n')}\n`)
  await clickhouse.insertBlock(
    'group_visibility',
    'day, group_id, unit_id, own, shown_at, active, version',
    rows,
    `visibility.${day}.${version}.${organisation.groups.length}`,
  )
}

import { settledAt } from '../privacy/settle.ts'
import type { UnitTree } from '../unit-tree.ts'
import type { VisibilityBook, VisibilityOfDay } from './visibility-book.ts'

/** What the queries need to know of the register. */
export interface RegisterView {
  readonly tree: Pick<UnitTree, 'subtreeOn' | 'segments' | 'childrenOn' | 'ancestorsOn'>
  /** Groups whose leaf unit on `day` is one of the units. */
  groupsOf(unitIds: readonly string[], day: string): readonly string[]
}

/** A span of time, ms since epoch, `to` exclusive, and the local days it touches, oldest first. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Which rows count for a scope, as SQL over the columns day, group_id and unit_id, with its parameters. */
export interface Counted {
  /** Days on which the floors leave something to show. */
  readonly shownDays: readonly string[]
  /** Condition for tables that know the group. */
  readonly byGroup: string
  /** Condition for tables that know only the unit; what `hiddenGroups` sent has to be taken off again. */
  readonly byUnit: string
  /** Condition on (day, group_id) of rows inside `byUnit` that do not count. */
  readonly hidden: string
  /** False when nothing inside `byUnit` is hidden. */
  readonly hidesAny: boolean
  /** Condition on rows that count, of groups which have to speak for themselves here (privacy/settle.ts): of a group all of them. */
  readonly alone: string
  /** False when there are none: then every category counts as it is. */
  readonly hasAlone: boolean
  /** True when there is nothing else: the figures are those of one group, whatever the scope is called. */
  readonly ofOneGroup: boolean
  readonly params: Readonly<Record<string, unknown>>
}

export interface Counting {
  /** Rows that count at a unit on the given days. */
  atUnit(unitId: string, days: readonly string[]): Promise<Counted>
  /** Rows of one group, on the days on which it may be shown alone. */
  atGroup(groupId: string, days: readonly string[]): Promise<Counted>
  /** Where each group of a unit's subtree belongs in a table of the unit's children, by day. */
  byChild(unitId: string, days: readonly string[]): Promise<ChildTable>
}

export interface ChildTable {
  /** `YYYY-MM-DD group` and the child it counts in: `unit:<id>`, `group:<id>` or `others`. */
  readonly cells: ReadonlyMap<string, string>
  /** Children of the newest day that count nothing of their own. */
  readonly notShown: number
}

const dayAfter = (day: string) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)

export function createCounting(register: () => RegisterView, book: VisibilityBook): Counting {
  return {
    async atUnit(unitId, days) {
      const shown = await book.of(days)
      return countedAtUnit(register(), unitId, days, shown)
    },
    async atGroup(groupId, days) {
      const shown = await book.of(days)
      const own = days.filter((day) => shown.get(day)?.get(groupId)?.own === true)
      const condition = 'group_id = {group:String} AND day IN {ownDays:Array(Date)}'
      return {
        shownDays: own,
        byGroup: condition,
        byUnit: condition,
        hidden: '0',
        hidesAny: false,
        alone: '1',
        hasAlone: true,
        ofOneGroup: true,
        params: { group: groupId, ownDays: own },
      }
    },
    async byChild(unitId, days) {
      return childTable(register(), unitId, days, await book.of(days))
    },
  }
}

function countedAtUnit(
  register: RegisterView,
  unitId: string,
  days: readonly string[],
  shown: ReadonlyMap<string, VisibilityOfDay>,
): Counted {
  const hiddenDays: string[] = []
  const hiddenGroups: string[] = []
  const shownDays: string[] = []
  const aloneDays: string[] = []
  const aloneGroups: string[] = []
  let together = false
  for (const day of days) {
    const units = new Set(register.tree.subtreeOn(unitId, day))
    let any = false
    const rows: VisibilityOfDay = shown.get(day) ?? new Map()
    // A group of the register without a row counts nowhere, so it is hidden by name, not by being absent.
    const hidden = new Set(register.groupsOf([...units], day))
    const settled = settledAt(rows, register.tree, day)
    for (const [group, row] of rows) {
      if (units.has(row.shownAt)) {
        any = true
        hidden.delete(group)
        if (units.has(settled.get(group) ?? '')) together = true
        else {
          aloneDays.push(day)
          aloneGroups.push(group)
        }
      } else if (units.has(row.unitId)) hidden.add(group)
    }
    if (any) shownDays.push(day)
    for (const group of hidden) {
      hiddenDays.push(day)
      hiddenGroups.push(group)
    }
  }
  const inUnits = unitCondition(register, unitId, days)
  return {
    shownDays,
    byUnit: inUnits.sql,
    byGroup: `${inUnits.sql} AND (day, group_id) NOT IN (SELECT arrayJoin(arrayZip({hiddenDays:Array(Date)}, {hiddenGroups:Array(String)})))`,
    hidden: `group_id IN {hiddenNames:Array(String)} AND (day, group_id) IN (SELECT arrayJoin(arrayZip({hiddenDays:Array(Date)}, {hiddenGroups:Array(String)})))`,
    hidesAny: hiddenGroups.length > 0,
    alone: `group_id IN {aloneNames:Array(String)} AND (day, group_id) IN (SELECT arrayJoin(arrayZip({aloneDays:Array(Date)}, {aloneGroups:Array(String)})))`,
    hasAlone: aloneGroups.length > 0,
    ofOneGroup: aloneGroups.length > 0 && !together,
    params: {
      ...{ ...inUnits.params, hiddenDays, hiddenGroups, hiddenNames: [...new Set(hiddenGroups)] },
      ...{ aloneDays, aloneGroups, aloneNames: [...new Set(aloneGroups)] },
    },
  }
}

/** The subtree as it was on each day: one list where it did not change, which is nearly always. */
function unitCondition(
  register: RegisterView,
  unitId: string,
  days: readonly string[],
): { sql: string; params: Record<string, unknown> } {
  const ordered = [...days].sort()
  const segments = register.tree.segments(
    unitId,
    ordered[0] ?? '1970-01-01',
    dayAfter(ordered.at(-1) ?? '1970-01-01'),
  )
  if (segments.length <= 1)
    return { sql: 'unit_id IN {units:Array(String)}', params: { units: segments[0]?.units ?? [] } }
  const params: Record<string, unknown> = {}
  const parts = segments.map((segment, index) => {
    params[`units${index}`] = segment.units
    params[`since${index}`] = segment.fromDay
    params[`until${index}`] = segment.toDay
    return `(unit_id IN {units${index}:Array(String)} AND day >= {since${index}:Date} AND day < {until${index}:Date})`
  })
  return { sql: `(${parts.join(' OR ')})`, params }
}

function childTable(
  register: RegisterView,
  unitId: string,
  days: readonly string[],
  shown: ReadonlyMap<string, VisibilityOfDay>,
): ChildTable {
  const cells = new Map<string, string>()
  const newest = [...days].sort().at(-1) ?? ''
  const present = new Set<string>()
  for (const day of days) {
    const childOf = new Map<string, string>()
    for (const child of register.tree.childrenOn(unitId, day)) {
      for (const unit of register.tree.subtreeOn(child, day)) childOf.set(unit, `unit:${child}`)
    }
    for (const [group, row] of shown.get(day) ?? []) {
      const atUnit = row.shownAt === unitId
      const cell = childOf.get(row.shownAt) ?? (atUnit ? (row.own ? `group:${group}` : 'others') : undefined)
      if (cell === undefined) continue
      cells.set(`${day} ${group}`, cell)
      if (day === newest) present.add(cell)
    }
  }
  const children = [
    ...register.tree.childrenOn(unitId, newest).map((child) => `unit:${child}`),
    ...register.groupsOf([unitId], newest).map((group) => `group:${group}`),
  ]
  return { cells, notShown: children.filter((child) => !present.has(child)).length }
}

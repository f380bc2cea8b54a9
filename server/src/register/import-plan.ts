import { checkUnitTree } from '@guanlan/analytics/unit-tree'
import type { UnitParentRow } from '@guanlan/analytics/unit-tree'
import type { ImportProblem } from '@guanlan/contract/import-problem'
import type { GroupKind, GroupState } from '@guanlan/contract/register'
import { importProblem } from './import-problem.ts'
import type { GroupInput, UnitInput } from './import-rows.ts'

/** A new unit or group belongs where it is imported to from the beginning, unless the file names a day. */
export const FIRST_DAY = '2000-01-01'

export interface GroupRecord {
  readonly id: string
  readonly name: string
  readonly kind: GroupKind
  readonly platform: string
  readonly purpose: string
  readonly state: GroupState
  readonly filedOn: string | null
  readonly informedOn: string | null
  readonly informedHow: string
  readonly dissolvedOn: string | null
  readonly expiresOn: string | null
  readonly nextReviewOn: string | null
  readonly realNamesConfirmedOn: string | null
  readonly size: number | null
  /** Day on which its end was submitted and waits for the office. */
  readonly dissolvingSince: string | null
}

export interface Place {
  readonly groupId: string
  readonly unitId: string
  readonly fromDay: string
  readonly toDay: string | null
}

export interface AdministratorRecord {
  readonly groupId: string
  readonly post: string
  readonly userId: string | null
  readonly fromDay: string
  readonly toDay: string | null
}

/** The register as it stands. */
export interface RegisterState {
  readonly units: ReadonlyMap<string, { readonly id: string; readonly name: string }>
  readonly parents: readonly UnitParentRow[]
  readonly groups: ReadonlyMap<string, GroupRecord>
  readonly places: ReadonlyMap<string, readonly Place[]>
  readonly administrators: ReadonlyMap<string, readonly AdministratorRecord[]>
}

export interface ImportCounts {
  added: number
  changed: number
  moved: number
  unchanged: number
}

/** Rows to write. Intervals and administrators of a listed unit or group replace all that it has. */
export interface RegisterChanges {
  readonly units: readonly { readonly id: string; readonly name: string }[]
  readonly parents: ReadonlyMap<string, readonly UnitParentRow[]>
  readonly groups: readonly GroupRecord[]
  readonly places: ReadonlyMap<string, readonly Place[]>
  readonly administrators: ReadonlyMap<string, readonly AdministratorRecord[]>
}

export interface ImportPlan {
  readonly changes: RegisterChanges
  readonly counts: { readonly units: ImportCounts; readonly groups: ImportCounts }
  readonly problems: readonly ImportProblem[]
  /** Groups whose members count as informed from an earlier day on than before: messages of closed days are taken. */
  readonly opened: readonly string[]
}

export interface ImportContext {
  /** Local day of now. */
  readonly today: string
  /** May the file name an earlier day on which members were informed than the register does? */
  readonly mayOpenDays: boolean
}

const counts = (): ImportCounts => ({ added: 0, changed: 0, moved: 0, unchanged: 0 })

interface Interval {
  readonly fromDay: string
  readonly toDay: string | null
}

/**
 * Adds a move to intervals. Undefined when `fromDay` lies before the last move: that would change what has been counted.
 * The same target as before changes nothing; the day of the last move again puts that move right.
 */
export function moveFrom<T extends Interval>(
  intervals: readonly T[],
  next: T,
  isSame: (a: T, b: T) => boolean,
): readonly T[] | undefined {
  const last = intervals.at(-1)
  if (last === undefined) return [next]
  if (isSame(last, next)) return intervals
  if (next.fromDay < last.fromDay) return undefined
  const before = intervals.slice(0, -1)
  if (next.fromDay > last.fromDay) return [...before, { ...last, toDay: next.fromDay }, next]
  const earlier = before.at(-1)
  // Put back to where it was before the last move: the move is undone.
  if (earlier !== undefined && isSame(earlier, next))
    return [...before.slice(0, -1), { ...earlier, toDay: null }]
  return [...before, next]
}

function parentsByUnit(parents: readonly UnitParentRow[]): Map<string, UnitParentRow[]> {
  const map = new Map<string, UnitParentRow[]>()
  for (const row of [...parents].sort((a, b) => (a.fromDay < b.fromDay ? -1 : 1))) {
    map.set(row.unitId, [...(map.get(row.unitId) ?? []), row])
  }
  return map
}

/** First day of a unit without a day of its own: that of its parent, so that a tree with one dated root is whole. */
function createFirstDays(units: readonly UnitInput[], known: ReadonlyMap<string, readonly UnitParentRow[]>) {
  const inputs = new Map(units.map((unit) => [unit.id, unit]))
  const days = new Map<string, string>()
  return function firstDay(id: string, depth = 0): string {
    const found = days.get(id) ?? known.get(id)?.[0]?.fromDay ?? inputs.get(id)?.fromDay
    if (found !== undefined) return found
    const parent = inputs.get(id)?.parentId
    // The depth stops a cycle, which checkUnitTree then reports.
    const day =
      parent === null || parent === undefined || depth > 100 ? FIRST_DAY : firstDay(parent, depth + 1)
    days.set(id, day)
    return day
  }
}

function planUnits(state: RegisterState, inputs: readonly UnitInput[], today: string) {
  const intervals = parentsByUnit(state.parents)
  const firstDay = createFirstDays(inputs, parentsByUnit(state.parents))
  const problems: ImportProblem[] = []
  const tally = counts()
  const units: { id: string; name: string }[] = []
  const parents = new Map<string, readonly UnitParentRow[]>()
  for (const { line, id, name, parentId, fromDay } of inputs) {
    const known = state.units.get(id)
    const before = intervals.get(id) ?? []
    const from = fromDay ?? (before.length === 0 ? firstDay(id) : today)
    const after = moveFrom(
      before,
      { unitId: id, parentId, fromDay: from, toDay: null },
      (a, b) => a.parentId === b.parentId,
    )
    if (after === undefined) {
      const at = { file: 'units', line, column: 'from_day' } as const
      problems.push(importProblem(at, 'before_unit_move', { day: before.at(-1)?.fromDay ?? '' }))
      continue
    }
    if (known?.name !== name) units.push({ id, name })
    if (after !== before) {
      parents.set(id, after)
      intervals.set(id, [...after])
    }
    if (known === undefined) tally.added += 1
    else if (after !== before) tally.moved += 1
    else tally[known.name === name ? 'unchanged' : 'changed'] += 1
  }
  const lines = new Map(inputs.map((unit) => [unit.id, unit.line]))
  for (const { kind, unitId, day } of problems.length > 0
    ? []
    : checkUnitTree([...intervals.values()].flat())) {
    const at = { file: 'units', line: lines.get(unitId) ?? 1 } as const
    problems.push(importProblem(at, `tree_${kind}`, { unit: unitId, day }))
  }
  return { problems, tally, units, parents, intervals }
}

function recordOf(input: GroupInput, known: GroupRecord | undefined): GroupRecord {
  const { id, name, kind } = input
  const keep = <T>(given: T | undefined, before: T | undefined, fallback: T): T =>
    given !== undefined ? given : (before ?? fallback)
  const state = input.state ?? known?.state ?? 'draft'
  return {
    id,
    name,
    kind,
    platform: keep(input.platform, known?.platform, ''),
    purpose: keep(input.purpose, known?.purpose, ''),
    state,
    filedOn: keep(input.filedOn, known?.filedOn, null),
    informedOn: keep(input.informedOn, known?.informedOn, null),
    informedHow: keep(input.informedHow, known?.informedHow, ''),
    dissolvedOn: keep(input.dissolvedOn, known?.dissolvedOn, null),
    expiresOn: keep(input.expiresOn, known?.expiresOn, null),
    nextReviewOn: keep(input.nextReviewOn, known?.nextReviewOn, null),
    realNamesConfirmedOn: keep(input.realNamesConfirmedOn, known?.realNamesConfirmedOn, null),
    size: keep(input.size, known?.size, null),
    dissolvingSince: state === 'filed' ? (known?.dissolvingSince ?? null) : null,
  }
}

/** What a state needs besides its name. */
function stateProblem(line: number, { state, filedOn, dissolvedOn }: GroupRecord): ImportProblem | undefined {
  const at = (column: string) => ({ file: 'groups', line, column }) as const
  if ((state === 'filed' || state === 'dissolved') && filedOn === null)
    return importProblem(at('filed_on'), 'filed_on_needed', { state })
  if (state === 'dissolved' && dissolvedOn === null)
    return importProblem(at('dissolved_on'), 'dissolved_on_needed', {})
  if (state !== 'dissolved' && dissolvedOn !== null)
    return importProblem(at('state'), 'must_be_dissolved', {})
  if (filedOn !== null && dissolvedOn !== null && dissolvedOn < filedOn)
    return importProblem(at('dissolved_on'), 'dissolved_before_filed', {})
  return undefined
}

const opensDays = (before: GroupRecord | undefined, after: GroupRecord) =>
  typeof before?.informedOn === 'string' && after.informedOn !== null && after.informedOn < before.informedOn

/** As on the page of a group: the day on which members were informed is never taken back, nor silently made an earlier one. */
function informedProblem(
  line: number,
  before: GroupRecord | undefined,
  after: GroupRecord,
  mayOpenDays: boolean,
): ImportProblem | undefined {
  const at = { file: 'groups', line, column: 'informed_on' } as const
  const day = before?.informedOn ?? null
  if (day === null) return undefined
  if (after.informedOn === null) return importProblem(at, 'informed_taken_back', { day })
  return opensDays(before, after) && !mayOpenDays ? importProblem(at, 'informed_earlier', { day }) : undefined
}

function sameRecord(a: GroupRecord | undefined, b: GroupRecord): boolean {
  return a !== undefined && (Object.keys(b) as (keyof GroupRecord)[]).every((field) => a[field] === b[field])
}

/** Closes posts that are not wanted any more, opens new ones; the same array when nothing changes. */
export function appoint(
  groupId: string,
  before: readonly AdministratorRecord[],
  posts: readonly string[],
  fromDay: string,
): readonly AdministratorRecord[] {
  const open = before.filter((row) => row.toDay === null)
  const isSame = open.length === posts.length && open.every((row) => posts.includes(row.post))
  if (isSame) return before
  const kept = before.map((row) =>
    row.toDay !== null || posts.includes(row.post)
      ? row
      : { ...row, toDay: fromDay > row.fromDay ? fromDay : row.fromDay },
  )
  const added = posts.filter((post) => !open.some((row) => row.post === post))
  return [...kept, ...added.map((post) => ({ groupId, post, userId: null, fromDay, toDay: null }))]
}

interface GroupPlan {
  readonly record: GroupRecord
  readonly places: readonly Place[]
  readonly administrators: readonly AdministratorRecord[]
  readonly known: {
    readonly record: GroupRecord | undefined
    readonly places: readonly Place[]
    readonly administrators: readonly AdministratorRecord[]
  }
}

function planGroup(
  state: RegisterState,
  input: GroupInput,
  unitDays: (unitId: string) => Interval | undefined,
  { today, mayOpenDays }: ImportContext,
): GroupPlan | ImportProblem {
  const known = {
    record: state.groups.get(input.id),
    places: state.places.get(input.id) ?? [],
    administrators: state.administrators.get(input.id) ?? [],
  }
  const record = recordOf(input, known.record)
  const wrong =
    stateProblem(input.line, record) ?? informedProblem(input.line, known.record, record, mayOpenDays)
  if (wrong !== undefined) return wrong
  const at = (column: string) => ({ file: 'groups', line: input.line, column }) as const
  const { unitId } = input
  const unit = unitDays(unitId)
  if (unit === undefined) return importProblem(at('unit_id'), 'no_such_unit', { unit: unitId })
  if (unit.toDay !== null)
    return importProblem(at('unit_id'), 'unit_closed', { unit: unitId, day: unit.toDay })
  const fromDay = input.fromDay ?? (known.places.length === 0 ? unit.fromDay : today)
  if (fromDay < unit.fromDay)
    return importProblem(at('from_day'), 'before_unit_start', { unit: unitId, day: unit.fromDay })
  const next = { groupId: input.id, unitId: input.unitId, fromDay, toDay: null }
  const places = moveFrom(known.places, next, (a, b) => a.unitId === b.unitId)
  if (places === undefined)
    return importProblem(at('from_day'), 'before_group_move', { day: known.places.at(-1)?.fromDay ?? '' })
  const from = input.administratorFrom ?? record.filedOn ?? today
  const administrators =
    input.administratorPosts === undefined
      ? known.administrators
      : appoint(
          input.id,
          known.administrators,
          input.administratorPosts,
          known.record === undefined ? from : (input.administratorFrom ?? today),
        )
  return { record, places, administrators, known }
}

function planGroups(
  state: RegisterState,
  inputs: readonly GroupInput[],
  intervals: ReadonlyMap<string, readonly UnitParentRow[]>,
  context: ImportContext,
) {
  const unitDays = (id: string): Interval | undefined => {
    const rows = intervals.get(id)
    const first = rows?.[0]
    return first === undefined ? undefined : { fromDay: first.fromDay, toDay: rows?.at(-1)?.toDay ?? null }
  }
  const problems: ImportProblem[] = []
  const tally = counts()
  const groups: GroupRecord[] = []
  const places = new Map<string, readonly Place[]>()
  const administrators = new Map<string, readonly AdministratorRecord[]>()
  const opened: string[] = []
  for (const input of inputs) {
    const plan = planGroup(state, input, unitDays, context)
    if (!('record' in plan)) {
      problems.push(plan)
      continue
    }
    if (opensDays(plan.known.record, plan.record)) opened.push(input.id)
    const isChanged =
      !sameRecord(plan.known.record, plan.record) || plan.administrators !== plan.known.administrators
    if (!sameRecord(plan.known.record, plan.record)) groups.push(plan.record)
    if (plan.places !== plan.known.places) places.set(input.id, plan.places)
    if (plan.administrators !== plan.known.administrators) administrators.set(input.id, plan.administrators)
    if (plan.known.record === undefined) tally.added += 1
    else if (plan.places !== plan.known.places) tally.moved += 1
    else tally[isChanged ? 'changed' : 'unchanged'] += 1
  }
  return { problems, tally, groups, places, administrators, opened }
}

/** Compares the files with the register: what would be written, or what has to be mended first. Pure. */
export function planImport(
  state: RegisterState,
  input: { readonly units: readonly UnitInput[]; readonly groups: readonly GroupInput[] },
  context: ImportContext,
): ImportPlan {
  const units = planUnits(state, input.units, context.today)
  const groups = planGroups(state, input.groups, units.intervals, context)
  return {
    changes: {
      units: units.units,
      parents: units.parents,
      groups: groups.groups,
      places: groups.places,
      administrators: groups.administrators,
    },
    counts: { units: units.tally, groups: groups.tally },
    problems: [...units.problems, ...groups.problems],
    opened: groups.opened,
  }
}

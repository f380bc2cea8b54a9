import type { GroupKind, GroupState } from '@guanlan/contract/register'
import type { RejectionCode } from '@guanlan/contract/event'
import type { UnitParentRow, UnitTree } from '@guanlan/analytics/unit-tree'
import { createUnitTree } from '@guanlan/analytics/unit-tree'
import type { Postgres } from '../ports/postgres.ts'
import type { AdmissionFacts } from './admission.ts'
import { ADMISSION_GRACE_DAYS, decideAdmission } from './admission.ts'
import { addDays } from '@guanlan/analytics/days'
import type { Taxonomy } from './taxonomy.ts'

export interface DirectoryUnit {
  readonly id: string
  readonly name: string
}

export interface DirectoryGroup extends AdmissionFacts {
  readonly id: string
  readonly name: string
  readonly kind: GroupKind
  readonly platform: string
  readonly purpose: string
  readonly informedHow: string
  readonly expiresOn: string | null
  readonly size: number | null
  /** Where it belongs, by day; ascending, `toDay` exclusive. */
  readonly places: readonly {
    readonly unitId: string
    readonly fromDay: string
    readonly toDay: string | null
  }[]
}

export type Admission =
  | { readonly ok: true; readonly unitId: string }
  | { readonly ok: false; readonly code: RejectionCode; readonly pointer: string; readonly detail: string }

/** The register as this process holds it in memory. Every answer is synchronous. */
export interface Directory {
  /** Rises with every reload. */
  readonly version: number
  readonly tree: UnitTree
  /** The organisation: root of the tree on the newest day that has one; '' while the register is empty. */
  readonly root: string
  readonly taxonomy: Taxonomy
  /** May an event of this group, sent at that time, be taken from a key of that unit? Hot path. */
  admit(groupId: string, sentAtMs: number, sentDay: string, keyUnitId: string): Admission
  unit(id: string): DirectoryUnit | undefined
  units(): IterableIterator<DirectoryUnit>
  group(id: string): DirectoryGroup | undefined
  groups(): IterableIterator<DirectoryGroup>
  unitOf(groupId: string, day: string): string | undefined
  /** Groups whose own unit is one of `unitIds` on that day (units below them are not added). */
  groupsOf(unitIds: readonly string[], day: string): string[]
  reload(): Promise<void>
}

interface Loaded {
  readonly tree: UnitTree
  readonly root: string
  readonly units: ReadonlyMap<string, DirectoryUnit>
  readonly groups: ReadonlyMap<string, DirectoryGroup>
  readonly groupsByDay: Map<string, Map<string, string[]>>
  readonly admissions: Map<string, { day: string; keyUnitId: string; answer: Admission }>
}

const EMPTY: Loaded = {
  tree: createUnitTree([]),
  root: '',
  units: new Map(),
  groups: new Map(),
  groupsByDay: new Map(),
  admissions: new Map(),
}
const FAR_DAY = '9999-12-31'
const DAY_INDEX_LIMIT = 64

interface GroupRow {
  id: string
  name: string
  kind: GroupKind
  platform: string
  purpose: string
  state: GroupState
  filed_on: string | null
  informed_on: string | null
  informed_how: string
  dissolved_on: string | null
  expires_on: string | null
  size: number | null
}

const SQL = {
  units: 'SELECT id, name FROM unit ORDER BY id',
  parents:
    'SELECT unit_id AS "unitId", parent_id AS "parentId", from_day::text AS "fromDay", to_day::text AS "toDay" FROM unit_parent',
  groups: `SELECT id, name, kind, platform, purpose, state, filed_on::text, informed_on::text, informed_how,
    dissolved_on::text, expires_on::text, size FROM chat_group ORDER BY id`,
  places:
    'SELECT group_id, unit_id, from_day::text AS "fromDay", to_day::text AS "toDay" FROM group_unit ORDER BY group_id, from_day',
  administrators:
    'SELECT group_id, from_day::text AS "fromDay", to_day::text AS "toDay" FROM group_administrator ORDER BY group_id, from_day',
} as const

function grouped<T extends { group_id: string }>(rows: readonly T[]): Map<string, T[]> {
  const map = new Map<string, T[]>()
  for (const row of rows) {
    const list = map.get(row.group_id)
    if (list === undefined) map.set(row.group_id, [row])
    else list.push(row)
  }
  return map
}

async function load(postgres: Postgres): Promise<Loaded> {
  // One snapshot: a move that commits between two of these reads must not show half.
  return postgres.transaction(async (sql) => {
    await sql.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const units = await sql.query<DirectoryUnit>(SQL.units)
    const parents = await sql.query<UnitParentRow>(SQL.parents)
    const groups = await sql.query<GroupRow>(SQL.groups)
    type Interval = { group_id: string; fromDay: string; toDay: string | null }
    const places = grouped(await sql.query<Interval & { unit_id: string }>(SQL.places))
    const administrators = grouped(await sql.query<Interval>(SQL.administrators))
    const tree = createUnitTree(parents)
    return {
      tree,
      root: tree.rootOn(FAR_DAY) ?? '',
      units: new Map(units.map((unit) => [unit.id, unit])),
      groups: new Map(
        groups.map((row) => [row.id, toGroup(row, places.get(row.id), administrators.get(row.id))]),
      ),
      groupsByDay: new Map<string, Map<string, string[]>>(),
      admissions: new Map<string, { day: string; keyUnitId: string; answer: Admission }>(),
    }
  })
}

function toGroup(
  row: GroupRow,
  places: readonly { unit_id: string; fromDay: string; toDay: string | null }[] = [],
  administrators: readonly { fromDay: string; toDay: string | null }[] = [],
): DirectoryGroup {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    platform: row.platform,
    purpose: row.purpose,
    state: row.state,
    filedOn: row.filed_on,
    informedOn: row.informed_on,
    informedHow: row.informed_how,
    dissolvedOn: row.dissolved_on,
    expiresOn: row.expires_on,
    size: row.size,
    places: places.map(({ unit_id, fromDay, toDay }) => ({ unitId: unit_id, fromDay, toDay })),
    administrators: administrators.map(({ fromDay, toDay }) => ({
      fromDay,
      toDay,
      coveredUntil: toDay === null ? null : addDays(toDay, ADMISSION_GRACE_DAYS),
    })),
    filedCoveredUntil: row.filed_on === null ? null : addDays(row.filed_on, ADMISSION_GRACE_DAYS),
  }
}

function unitOfGroup(group: DirectoryGroup | undefined, day: string): string | undefined {
  return group?.places.find((place) => place.fromDay <= day && (place.toDay === null || day < place.toDay))
    ?.unitId
}

function indexDay(groups: ReadonlyMap<string, DirectoryGroup>, day: string): Map<string, string[]> {
  const index = new Map<string, string[]>()
  for (const group of groups.values()) {
    const unitId = unitOfGroup(group, day)
    if (unitId === undefined) continue
    const list = index.get(unitId)
    if (list === undefined) index.set(unitId, [group.id])
    else list.push(group.id)
  }
  return index
}

const UNKNOWN: Admission = {
  ok: false,
  code: 'unknown_group',
  pointer: '/group',
  detail: 'no such group in the units of this key on the day the message was sent',
}

function admitTo(loaded: Loaded, groupId: string, sentDay: string, keyUnitId: string): Admission {
  const group = loaded.groups.get(groupId)
  const unitId = unitOfGroup(group, sentDay)
  if (group === undefined || unitId === undefined) return UNKNOWN
  if (!loaded.tree.isWithinOn(unitId, keyUnitId, sentDay)) return UNKNOWN
  const refusal = decideAdmission(group, sentDay)
  return refusal === undefined ? { ok: true, unitId } : { ok: false, ...refusal }
}

/** An empty directory; `reload()` fills it. The taxonomy is fixed for the life of the process. */
export function createDirectory(deps: { postgres: Postgres; taxonomy: Taxonomy }): Directory {
  let loaded = EMPTY
  let version = 0

  function admit(groupId: string, _sentAtMs: number, sentDay: string, keyUnitId: string): Admission {
    // Live traffic asks the same of one group all day: the last answer is kept with the register it came from.
    const known = loaded.admissions.get(groupId)
    if (known !== undefined && known.day === sentDay && known.keyUnitId === keyUnitId) return known.answer
    const answer = admitTo(loaded, groupId, sentDay, keyUnitId)
    if (answer !== UNKNOWN) loaded.admissions.set(groupId, { day: sentDay, keyUnitId, answer })
    return answer
  }

  function groupsOf(unitIds: readonly string[], day: string): string[] {
    let index = loaded.groupsByDay.get(day)
    if (index === undefined) {
      index = indexDay(loaded.groups, day)
      const days = loaded.groupsByDay
      if (days.size >= DAY_INDEX_LIMIT) days.delete(days.keys().next().value ?? '')
      days.set(day, index)
    }
    const found: string[] = []
    for (const unitId of unitIds) found.push(...(index.get(unitId) ?? []))
    return found
  }

  return {
    get version() {
      return version
    },
    get tree() {
      return loaded.tree
    },
    get root() {
      return loaded.root
    },
    taxonomy: deps.taxonomy,
    admit,
    unit: (id) => loaded.units.get(id),
    units: () => loaded.units.values() as IterableIterator<DirectoryUnit>,
    group: (id) => loaded.groups.get(id),
    groups: () => loaded.groups.values() as IterableIterator<DirectoryGroup>,
    unitOf: (groupId, day) => unitOfGroup(loaded.groups.get(groupId), day),
    groupsOf,
    async reload() {
      loaded = await load(deps.postgres)
      version += 1
    },
  }
}

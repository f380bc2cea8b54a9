import type { UnitParentRow } from '@guanlan/analytics/unit-tree'
import type { Sql } from '../ports/postgres.ts'
import type {
  AdministratorRecord,
  GroupRecord,
  Place,
  RegisterChanges,
  RegisterState,
} from './import-plan.ts'

/** Any number that no other advisory lock of the product uses: 'register' in short. */
const REGISTER_LOCK = 0x726567

const CHUNK = 5000

/** One writer of the register at a time: a plan made from one state is applied to that state. Held until the transaction ends. */
export async function lockRegister(sql: Sql): Promise<void> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [REGISTER_LOCK])
}

function byGroup<T extends { groupId: string }>(rows: readonly T[]): Map<string, T[]> {
  const map = new Map<string, T[]>()
  for (const row of rows) {
    const list = map.get(row.groupId)
    if (list === undefined) map.set(row.groupId, [row])
    else list.push(row)
  }
  return map
}

const GROUP_FIELDS = `id, name, kind, platform, purpose, state, filed_on::text AS "filedOn", informed_on::text AS "informedOn",
  informed_how AS "informedHow", dissolved_on::text AS "dissolvedOn", expires_on::text AS "expiresOn",
  next_review_on::text AS "nextReviewOn", real_names_confirmed_on::text AS "realNamesConfirmedOn", size,
  dissolving_since::text AS "dissolvingSince"`

/** The whole register, or what it says about one group. */
export async function readRegister(sql: Sql, groupId?: string): Promise<RegisterState> {
  const only = [groupId ?? null]
  const units = await sql.query<{ id: string; name: string }>('SELECT id, name FROM unit')
  const parents = await sql.query<UnitParentRow>(
    'SELECT unit_id AS "unitId", parent_id AS "parentId", from_day::text AS "fromDay", to_day::text AS "toDay" FROM unit_parent',
  )
  const groups = await sql.query<GroupRecord>(
    `SELECT ${GROUP_FIELDS} FROM chat_group WHERE $1::text IS NULL OR id = $1`,
    only,
  )
  const places = await sql.query<Place>(
    `SELECT group_id AS "groupId", unit_id AS "unitId", from_day::text AS "fromDay", to_day::text AS "toDay"
     FROM group_unit WHERE $1::text IS NULL OR group_id = $1 ORDER BY group_id, from_day`,
    only,
  )
  const administrators = await sql.query<AdministratorRecord>(
    `SELECT group_id AS "groupId", post, user_id AS "userId", from_day::text AS "fromDay", to_day::text AS "toDay"
     FROM group_administrator WHERE $1::text IS NULL OR group_id = $1 ORDER BY group_id, from_day, post`,
    only,
  )
  return {
    units: new Map(units.map((unit) => [unit.id, unit])),
    parents,
    groups: new Map(groups.map((group) => [group.id, group])),
    places: byGroup(places),
    administrators: byGroup(administrators),
  }
}

async function inChunks<T>(rows: readonly T[], write: (chunk: string) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK)
    await write(JSON.stringify(rows.slice(start, start + CHUNK)))
}

async function writeUnits(sql: Sql, changes: RegisterChanges, at: string): Promise<void> {
  await inChunks(changes.units, (rows) =>
    sql.query(
      `INSERT INTO unit (id, name, created_at) SELECT id, name, $2 FROM jsonb_to_recordset($1::jsonb) AS row (id text, name text)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name`,
      [rows, at],
    ),
  )
  await sql.query('DELETE FROM unit_parent WHERE unit_id = ANY ($1)', [[...changes.parents.keys()]])
  await inChunks([...changes.parents.values()].flat(), (rows) =>
    sql.query(
      `INSERT INTO unit_parent (unit_id, parent_id, from_day, to_day) SELECT "unitId", "parentId", "fromDay", "toDay"
       FROM jsonb_to_recordset($1::jsonb) AS row ("unitId" text, "parentId" text, "fromDay" date, "toDay" date)`,
      [rows],
    ),
  )
}

async function writeGroups(sql: Sql, groups: readonly GroupRecord[], at: string): Promise<void> {
  await inChunks(groups, (rows) =>
    sql.query(
      `INSERT INTO chat_group (id, name, kind, platform, purpose, state, filed_on, informed_on, informed_how, dissolved_on,
         expires_on, next_review_on, real_names_confirmed_on, size, dissolving_since, created_at, updated_at)
       SELECT id, name, kind, platform, purpose, state, "filedOn", "informedOn", "informedHow", "dissolvedOn",
         "expiresOn", "nextReviewOn", "realNamesConfirmedOn", size, "dissolvingSince", $2, $2
       FROM jsonb_to_recordset($1::jsonb) AS row (id text, name text, kind text, platform text, purpose text, state text,
         "filedOn" date, "informedOn" date, "informedHow" text, "dissolvedOn" date, "expiresOn" date, "nextReviewOn" date,
         "realNamesConfirmedOn" date, size integer, "dissolvingSince" date)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, platform = excluded.platform,
         purpose = excluded.purpose, state = excluded.state, filed_on = excluded.filed_on, informed_on = excluded.informed_on,
         informed_how = excluded.informed_how, dissolved_on = excluded.dissolved_on, expires_on = excluded.expires_on,
         next_review_on = excluded.next_review_on, real_names_confirmed_on = excluded.real_names_confirmed_on,
         size = excluded.size, dissolving_since = excluded.dissolving_since, updated_at = excluded.updated_at`,
      [rows, at],
    ),
  )
}

async function writeIntervals(sql: Sql, changes: RegisterChanges): Promise<void> {
  await sql.query('DELETE FROM group_unit WHERE group_id = ANY ($1)', [[...changes.places.keys()]])
  await inChunks([...changes.places.values()].flat(), (rows) =>
    sql.query(
      `INSERT INTO group_unit (group_id, unit_id, from_day, to_day) SELECT "groupId", "unitId", "fromDay", "toDay"
       FROM jsonb_to_recordset($1::jsonb) AS row ("groupId" text, "unitId" text, "fromDay" date, "toDay" date)`,
      [rows],
    ),
  )
  await sql.query('DELETE FROM group_administrator WHERE group_id = ANY ($1)', [
    [...changes.administrators.keys()],
  ])
  await inChunks([...changes.administrators.values()].flat(), (rows) =>
    sql.query(
      `INSERT INTO group_administrator (group_id, post, user_id, from_day, to_day) SELECT "groupId", post, "userId", "fromDay", "toDay"
       FROM jsonb_to_recordset($1::jsonb) AS row ("groupId" text, post text, "userId" text, "fromDay" date, "toDay" date)`,
      [rows],
    ),
  )
}

/** Writes planned changes; inside a transaction that holds the register lock. `at`: ISO 8601. */
export async function writeRegister(sql: Sql, changes: RegisterChanges, at: string): Promise<void> {
  await writeUnits(sql, changes, at)
  await writeGroups(sql, changes.groups, at)
  await writeIntervals(sql, changes)
}

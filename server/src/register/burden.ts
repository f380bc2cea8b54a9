import type { UnitBurden } from '@guanlan/contract/register'
import type { Sql } from '../ports/postgres.ts'
import type { Directory } from './directory.ts'

interface OwnRow {
  unitId: string
  groups: number
  members: number
  withoutSize: number
  light: number
  silent: number
  /** Of groups with a size and with days on which they could be shown alone. */
  messages: number
  memberDays: number
}

type Sums = Omit<OwnRow, 'unitId'>
const NOTHING: Sums = {
  groups: 0,
  members: 0,
  withoutSize: 0,
  light: 0,
  silent: 0,
  messages: 0,
  memberDays: 0,
}

function readOwn(sql: Sql, today: string, unitIds: readonly string[]): Promise<OwnRow[]> {
  return sql.query<OwnRow>(
    `SELECT p.unit_id AS "unitId", count(*) AS groups, coalesce(sum(g.size), 0) AS members,
       count(*) FILTER (WHERE g.size IS NULL) AS "withoutSize", count(*) FILTER (WHERE a.tier = 'light') AS light,
       count(f.code) AS silent,
       coalesce(sum(a.messages) FILTER (WHERE g.size > 0), 0) AS messages,
       coalesce(sum(a.days * g.size) FILTER (WHERE g.size > 0), 0) AS "memberDays"
     FROM chat_group AS g
     JOIN group_unit AS p ON p.group_id = g.id AND p.from_day <= $1::date AND (p.to_day IS NULL OR p.to_day > $1::date)
     LEFT JOIN group_activity AS a ON a.group_id = g.id
     LEFT JOIN group_finding AS f ON f.group_id = g.id AND f.code = 'silent' AND f.closed_on IS NULL
     WHERE g.state = 'filed' AND p.unit_id = ANY ($2) GROUP BY p.unit_id`,
    [today, unitIds],
  )
}

function add(to: Sums, of: Sums): Sums {
  const sum = (key: keyof Sums) => Number(to[key]) + Number(of[key])
  return {
    groups: sum('groups'),
    members: sum('members'),
    withoutSize: sum('withoutSize'),
    light: sum('light'),
    silent: sum('silent'),
    messages: sum('messages'),
    memberDays: sum('memberDays'),
  }
}

/**
 * Groups, members and messages of units over their whole subtree, the most groups first. Messages a member and day are
 * over days on which a group was large enough to be shown alone.
 */
export async function readBurden(
  deps: { readonly sql: Sql; readonly directory: Pick<Directory, 'tree' | 'unit'>; readonly today: string },
  unitIds: readonly string[],
): Promise<UnitBurden[]> {
  const { sql, directory, today } = deps
  const own = new Map((await readOwn(sql, today, unitIds)).map((row) => [row.unitId, row]))
  const readable = new Set(unitIds)
  const total = new Map<string, Sums>()
  // Each unit adds what it has to itself and to every unit above that the caller may read.
  for (const [unitId, row] of own)
    for (const id of directory.tree.ancestorsOn(unitId, today))
      if (readable.has(id)) total.set(id, add(total.get(id) ?? NOTHING, row))
  return unitIds
    .map((unitId) => {
      const sums = total.get(unitId) ?? NOTHING
      return {
        unitId,
        name: directory.unit(unitId)?.name ?? unitId,
        parentId: directory.tree.parentOn(unitId, today) ?? null,
        ownGroups: own.get(unitId)?.groups ?? 0,
        groups: sums.groups,
        members: sums.members,
        groupsWithoutSize: sums.withoutSize,
        light: sums.light,
        silent: sums.silent,
        messagesPerMemberDay:
          sums.memberDays === 0 ? null : Math.round((sums.messages / sums.memberDays) * 1000) / 1000,
      }
    })
    .sort((a, b) => b.groups - a.groups || (a.unitId < b.unitId ? -1 : 1))
}

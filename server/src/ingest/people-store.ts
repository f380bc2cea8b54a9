import type { Allocation, Shown } from '@guanlan/analytics/privacy/visibility'
import type { ClickHouse } from '../ports/clickhouse.ts'

export type ScopeKind = 'group' | 'unit'

/** A count of different active people in one hour or day: an integer, never a set. */
export interface PeopleCount {
  kind: ScopeKind
  id: string
  period: 'hour' | 'day'
  /** Start of the period, ms since epoch. */
  start: number
  people: number
}

/** Where people counts and visibility are kept. Counts only grow: of two, the larger stands. */
export interface PeopleStore {
  /** Day counts of a local day, by `group:<id>` and `unit:<id>`. */
  dayCounts(day: string): Promise<Map<string, number>>
  visibility(day: string): Promise<Allocation>
  writeCounts(day: string, counts: readonly PeopleCount[]): Promise<void>
  writeVisibility(
    day: string,
    changed: readonly { groupId: string; unitId: string; shown: Shown }[],
    version: number,
  ): Promise<void>
}

const DAY_COUNTS = `
  SELECT concat(scope_kind, ':', scope_id) AS scope, max(people) AS people FROM active_people
  WHERE day = {day:Date} AND period = 'day' GROUP BY scope_kind, scope_id`
const VISIBILITY = `
  SELECT group_id AS "groupId", argMax(own, version) AS own, argMax(shown_at, version) AS "shownAt", argMax(active, version) AS wrote
  FROM group_visibility WHERE day = {day:Date} GROUP BY group_id`

const lines = (rows: readonly unknown[][]) =>
  Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))

/** @param newToken unique token of an insert */
export function createPeopleStore(
  clickhouse: Pick<ClickHouse, 'query' | 'insertBlock'>,
  newToken: () => string,
): PeopleStore {
  return {
    async dayCounts(day) {
      const rows = await clickhouse.query<{ scope: string; people: number }>(DAY_COUNTS, { day })
      return new Map(rows.map(({ scope, people }) => [scope, Number(people)]))
    },
    async visibility(day) {
      const rows = await clickhouse.query<{ groupId: string; own: number; shownAt: string; wrote: number }>(
        VISIBILITY,
        { day },
      )
      return new Map(
        rows.map(({ groupId, own, shownAt, wrote }) => [
          groupId,
          { own: own === 1, shownAt, active: wrote === 1 },
        ]),
      )
    },
    async writeCounts(day, counts) {
      if (counts.length === 0) return
      const rows = counts.map(({ kind, id, period, start, people }) => [
        kind,
        id,
        period,
        start / 1000,
        day,
        people,
      ])
      await clickhouse.insertBlock(
        'active_people',
        'scope_kind,scope_id,period,start,day,people',
        lines(rows),
        newToken(),
      )
    },
    async writeVisibility(day, changed, version) {
      if (changed.length === 0) return
      const rows = changed.map(({ groupId, unitId, shown }) => [
        day,
        groupId,
        unitId,
        shown.own ? 1 : 0,
        shown.shownAt,
        shown.active ? 1 : 0,
        version,
      ])
      await clickhouse.insertBlock(
        'group_visibility',
        'day,group_id,unit_id,own,shown_at,active,version',
        lines(rows),
        newToken(),
      )
    },
  }
}

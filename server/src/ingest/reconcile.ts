import type { ClickHouse } from '../ports/clickhouse.ts'

/** A rollup as it follows from raw decisions: its keys, and each measure as a sum of an expression over raw rows. */
interface Rollup {
  table: string
  time: 'minute' | 'hour'
  keys: readonly string[]
  measures: Readonly<Record<string, string>>
  where: string
}

const EVENTS = { events: 'sign' }
const CORRECTED = { corrected: 'sign * (revision > 0)' }

/** The views of 0001_decisions.sql, as questions. */
export const ROLLUPS: readonly Rollup[] = [
  {
    ...{ table: 'minute_unit', time: 'minute', where: '1' },
    keys: ['unit_id', 'tier', 'category', 'decision'],
    measures: { ...EVENTS, ...CORRECTED },
  },
  {
    ...{ table: 'hour_group', time: 'hour', where: '1' },
    keys: ['group_id', 'unit_id', 'tier', 'category', 'decision', 'decided_by', 'first_decision'],
    measures: { ...EVENTS, ...CORRECTED },
  },
  {
    ...{ table: 'hour_first', time: 'hour', where: "first_decision != 'allowed'" },
    keys: ['group_id', 'unit_id', 'first_category'],
    measures: { acted: 'sign', ...CORRECTED, overturned: "sign * (decision = 'allowed')" },
  },
  {
    ...{ table: 'hour_source', time: 'hour', where: '1' },
    keys: ['unit_id', 'source', 'kind'],
    measures: EVENTS,
  },
  {
    ...{ table: 'hour_delay', time: 'hour', where: "decision != 'allowed'" },
    keys: ['group_id', 'unit_id', 'tier', 'delay_bucket'],
    measures: EVENTS,
  },
]

export interface RollupDifference {
  table: string
  /** Keys whose sums differed, and by how much in all. */
  keys: number
  amount: number
}
export interface Reconciliation {
  days: number
  differences: RollupDifference[]
  repaired: boolean
}

export interface ReconcileOptions {
  clickhouse: Pick<ClickHouse, 'query' | 'insertBlock'>
  /** Runs work while no block is under way, so that raw and rollups are of one moment. */
  betweenBlocks<T>(work: () => Promise<T>): Promise<T>
  newToken(): string
  /** First local day of which raw decisions, and minutes, are surely still whole. */
  firstDay: { raw: string; minute: string }
  repair: boolean
  progress(step: { done: number; total: number; note: string }): void
}

type Row = Record<string, string | number>

function differenceSql({ table, time, keys, measures, where }: Rollup): string {
  const columns = [`toUnixTimestamp(${time}) AS at`, ...keys].join(', ')
  const names = Object.keys(measures)
  const ofRaw = names.map((name) => `toInt64(${measures[name]}) AS d_${name}`).join(', ')
  const ofRollup = names.map((name) => `-${name} AS d_${name}`).join(', ')
  return `
    SELECT at, ${keys.join(', ')}, ${names.map((name) => `sum(d_${name}) AS ${name}`).join(', ')} FROM (
      SELECT ${columns}, ${ofRaw} FROM decision_raw WHERE day = {day:Date} AND ${where}
      UNION ALL SELECT ${columns}, ${ofRollup} FROM ${table} WHERE day = {day:Date})
    GROUP BY at, ${keys.join(', ')} HAVING ${names.map((name) => `${name} != 0`).join(' OR ')}`
}

async function compareDay(
  rollup: Rollup,
  day: string,
  options: ReconcileOptions,
): Promise<{ keys: number; amount: number }> {
  const { clickhouse, repair } = options
  const { table, time, keys } = rollup
  const names = Object.keys(rollup.measures)
  const rows = await clickhouse.query<Row>(differenceSql(rollup), { day })
  if (rows.length > 0 && repair) {
    const lines = rows.map((row) =>
      JSON.stringify([
        row.at,
        day,
        ...keys.map((key) => row[key]),
        ...names.map((name) => Number(row[name])),
      ]),
    )
    const columns = [time, 'day', ...keys, ...names].join(',')
    await clickhouse.insertBlock(table, columns, Buffer.from(`${lines.join('\n')}\n`), options.newToken())
  }
  const amount = rows.reduce(
    (sum, row) => sum + names.reduce((total, name) => total + Math.abs(Number(row[name])), 0),
    0,
  )
  return { keys: rows.length, amount }
}

/**
 * Recounts every rollup from the raw decisions, day by day, and mends differences with signed rows. Safe while events
 * arrive: a day is compared between two blocks. Days that retention may have begun to delete are left alone.
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const { clickhouse, firstDay, progress } = options
  const tables = ['decision_raw', ...ROLLUPS.map(({ table }) => table)]
  const distinct = tables
    .map((table) => `SELECT DISTINCT day FROM ${table} WHERE day >= {first:Date}`)
    .join(' UNION DISTINCT ')
  const found = await clickhouse.query<{ day: string }>(
    `SELECT toString(day) AS day FROM (${distinct}) ORDER BY day`,
    { first: firstDay.raw },
  )
  const sums = new Map(ROLLUPS.map(({ table }) => [table, { table, keys: 0, amount: 0 }]))
  for (const [done, { day }] of found.entries()) {
    for (const rollup of ROLLUPS) {
      if (rollup.time === 'minute' && day < firstDay.minute) continue
      const difference = await options.betweenBlocks(() => compareDay(rollup, day, options))
      const sum = sums.get(rollup.table)
      if (sum === undefined) continue
      sum.keys += difference.keys
      sum.amount += difference.amount
    }
    progress({ done: done + 1, total: found.length, note: day })
  }
  const differences = [...sums.values()].filter(({ keys }) => keys > 0)
  return { days: found.length, differences, repaired: options.repair && differences.length > 0 }
}

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

/** The views of analytics/schema, as questions. */
export const ROLLUPS: readonly Rollup[] = [
  {
    ...{ table: 'minute_unit', time: 'minute', where: '1' },
    keys: ['unit_id', 'tier', 'category', 'decision'],
    measures: { ...EVENTS, ...CORRECTED },
  },
  {
    ...{ table: 'hour_group', time: 'hour', where: '1' },
    keys: ['group_id', 'unit_id', 'tier', 'category', 'decision', 'decided_by', 'first_decision', 'history'],
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

/** Days that are compared in one question: as many as hold about this many raw rows. */
const ROWS_AT_ONCE = 2_000_000

interface Span {
  from: string
  to: string
}

function differenceSql({ table, time, keys, measures, where }: Rollup): string {
  const columns = [`toUnixTimestamp(${time}) AS at`, 'toString(day) AS on_day', ...keys].join(', ')
  const names = Object.keys(measures)
  const ofRaw = names.map((name) => `toInt64(${measures[name]}) AS d_${name}`).join(', ')
  const ofRollup = names.map((name) => `-${name} AS d_${name}`).join(', ')
  const span = 'day BETWEEN {from:Date} AND {to:Date}'
  const group = ['at', 'on_day', ...keys].join(', ')
  return `
    SELECT ${group}, ${names.map((name) => `sum(d_${name}) AS ${name}`).join(', ')} FROM (
      SELECT ${columns}, ${ofRaw} FROM decision_raw WHERE ${span} AND ${where}
      UNION ALL SELECT ${columns}, ${ofRollup} FROM ${table} WHERE ${span})
    GROUP BY ${group} HAVING ${names.map((name) => `${name} != 0`).join(' OR ')}`
}

async function compare(
  rollup: Rollup,
  { from, to }: Span,
  options: ReconcileOptions,
): Promise<{ keys: number; amount: number }> {
  const { clickhouse, repair } = options
  const { table, time, keys } = rollup
  const names = Object.keys(rollup.measures)
  const rows = await clickhouse.query<Row>(differenceSql(rollup), { from, to })
  const byMonth = new Map<string, Row[]>()
  for (const row of rows) {
    const month = String(row.on_day).slice(0, 7)
    const others = byMonth.get(month)
    if (others === undefined) byMonth.set(month, [row])
    else others.push(row)
  }
  const columns = [time, 'day', ...keys, ...names].join(',')
  for (const part of repair ? byMonth.values() : []) {
    const lines = part.map((row) =>
      JSON.stringify([
        row.at,
        row.on_day,
        ...keys.map((key) => row[key]),
        ...names.map((name) => Number(row[name])),
      ]),
    )
    await clickhouse.insertBlock(table, columns, Buffer.from(`${lines.join('\n')}\n`), options.newToken())
  }
  const amount = rows.reduce(
    (sum, row) => sum + names.reduce((total, name) => total + Math.abs(Number(row[name])), 0),
    0,
  )
  return { keys: rows.length, amount }
}

/** Every day that raw or a rollup knows, joined to spans of bounded size. */
async function spansFrom(
  first: string,
  clickhouse: Pick<ClickHouse, 'query'>,
): Promise<{ spans: Span[]; days: number }> {
  const tables = ['decision_raw', ...ROLLUPS.map(({ table }) => table)]
  const each = tables.map(
    (table, i) =>
      `SELECT day, ${i === 0 ? 'count()' : '0'} AS n FROM ${table} WHERE day >= {first:Date} GROUP BY day`,
  )
  const days = await clickhouse.query<{ on_day: string; total: number }>(
    `SELECT toString(day) AS on_day, sum(n) AS total FROM (${each.join(' UNION ALL ')}) GROUP BY day ORDER BY day`,
    { first },
  )
  const spans: Span[] = []
  let held = Infinity
  for (const { on_day: day, total } of days) {
    const span = spans.at(-1)
    if (span === undefined || held + Number(total) > ROWS_AT_ONCE) {
      spans.push({ from: day, to: day })
      held = Number(total)
    } else {
      span.to = day
      held += Number(total)
    }
  }
  return { spans, days: days.length }
}

/**
 * Recounts every rollup from the raw decisions and mends differences with signed rows. Safe while events arrive: a span
 * of days is compared between two blocks. Days that retention may have begun to delete are left alone.
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const { clickhouse, firstDay, progress } = options
  const { spans, days } = await spansFrom(firstDay.raw, clickhouse)
  const sums = new Map(ROLLUPS.map(({ table }) => [table, { table, keys: 0, amount: 0 }]))
  for (const [done, span] of spans.entries()) {
    for (const rollup of ROLLUPS) {
      const from = rollup.time === 'minute' && span.from < firstDay.minute ? firstDay.minute : span.from
      if (from > span.to) continue
      const difference = await options.betweenBlocks(() => compare(rollup, { from, to: span.to }, options))
      const sum = sums.get(rollup.table)
      if (sum === undefined) continue
      sum.keys += difference.keys
      sum.amount += difference.amount
    }
    progress({ done: done + 1, total: spans.length, note: span.to })
  }
  const differences = [...sums.values()].filter(({ keys }) => keys > 0)
  return { days, differences, repaired: options.repair && differences.length > 0 }
}

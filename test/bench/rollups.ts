// npm run bench -- rollups [--json] [--events 100000000] [--organisation city|large|both] [--acted 3]

import { parseArgs } from 'node:util'
import type { ClickHouse } from '@guanlan/server/ports/clickhouse'
import { openTestClickHouse } from '../helpers/clickhouse.ts'
import { fillHour, type Filling, hoursOf } from './rollups-fill.ts'

const ROLLUPS = ['minute_unit', 'hour_group', 'hour_first', 'hour_source', 'hour_delay'] as const
const ORGANISATIONS = { city: { groups: 300, units: 40 }, large: { groups: 2_000, units: 200 } }
type Name = keyof typeof ORGANISATIONS

const rounded = (value: number, digits: number) => Number(value.toFixed(digits))

async function rowsOf(clickhouse: ClickHouse, table: string): Promise<number> {
  const [row] = await clickhouse.query<{ rows: number }>(`SELECT count() AS rows FROM ${table}`)
  return Number(row?.rows)
}

async function bytesOf(clickhouse: ClickHouse): Promise<{ raw: number; rollups: number }> {
  const [row] = await clickhouse.query<{ raw: number; rollups: number }>(`
    SELECT sumIf(bytes_on_disk, table = 'decision_raw') AS raw, sumIf(bytes_on_disk, table IN (${ROLLUPS.map((name) => `'${name}'`).join()})) AS rollups
    FROM system.parts WHERE active AND database = currentDatabase()`)
  return { raw: Number(row?.raw), rollups: Number(row?.rollups) }
}

/** Fills the product's own tables hour after hour, lets the engine merge them, and counts what is left. */
async function measure(name: Name, events: number, actedPercent: number): Promise<object> {
  const { clickhouse, close } = await openTestClickHouse()
  try {
    const began = performance.now()
    const filling: Filling = { ...ORGANISATIONS[name], actedPercent }
    let shownAt = 0
    for (const hour of hoursOf(events)) {
      await clickhouse.command(fillHour(filling, hour))
      if (!process.stderr.isTTY || performance.now() - shownAt < 1_000) continue
      shownAt = performance.now()
      process.stderr.write(`\r${name}: ${hour.from + hour.rows} of ${events} events `)
    }
    const filledSeconds = (performance.now() - began) / 1000
    const rowsPerEvent: Record<string, number> = {}
    for (const table of ROLLUPS) {
      await clickhouse.command(`OPTIMIZE TABLE ${table} FINAL`)
      rowsPerEvent[table] = rounded((await rowsOf(clickhouse, table)) / events, 5)
    }
    const [messages] = await clickhouse.query<{ messages: number }>(
      'SELECT sum(sign) AS messages FROM decision_raw',
    )
    if (Number(messages?.messages) !== events)
      throw new Error(`${String(messages?.messages)} messages are stored`)
    const bytes = await bytesOf(clickhouse)
    return {
      ...ORGANISATIONS[name],
      ...{ rowsPerEvent, worst: Math.max(...Object.values(rowsPerEvent)) },
      rawRowsPerEvent: rounded((await rowsOf(clickhouse, 'decision_raw')) / events, 5),
      rawBytesPerEvent: rounded(bytes.raw / events, 1),
      rollupBytesPerEvent: rounded(bytes.rollups / events, 1),
      eventsPerSecond: Math.round(events / filledSeconds),
      seconds: Math.round((performance.now() - began) / 1000),
    }
  } finally {
    await close()
  }
}

/** Rows of each rollup for each raw event, once the engine has merged: more than 0.3 at 100 million events is a defect. */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    options: {
      events: { type: 'string', default: '100000000' },
      organisation: { type: 'string', default: 'both' },
      acted: { type: 'string', default: '3' },
    },
  })
  const events = Number(values.events)
  const acted = Number(values.acted)
  const names = (['city', 'large'] as const).filter(
    (name) => values.organisation === 'both' || values.organisation === name,
  )
  const organisations: Record<string, object> = {}
  for (const name of names) organisations[name] = await measure(name, events, acted)
  return {
    ...{ events, limit: 0.3, organisations },
    dataset: `generated inside the engine: 28 days in the demo's rhythm of day and week, groups of uneven size, ${acted} % acted on in 28 categories (14 % of these by a person, 3.5 % overturned), four kinds, one source`,
  }
}

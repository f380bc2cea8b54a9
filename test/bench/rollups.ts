// npm run bench -- rollups [--json] [--events 100000000]

import { openTestClickHouse } from '../helpers/clickhouse.ts'

const ROLLUPS = ['minute_unit', 'hour_group', 'hour_first', 'hour_source', 'hour_delay'] as const
const CHUNK = 2_000_000
const DAYS = 30
const GROUPS = 3_000
const UNITS = 120

/**
 * One chunk of events, made inside the engine: a hash for each id, activity that follows the hour of the day, groups of
 * very different size (a tenth of them send half of all messages), 8 % acted on in 12 categories, 1 of 5 by a person.
 */
function chunk(from: number, rows: number): string {
  const at = `toUInt32(1793462400 + (number % ${DAYS}) * 86400 + hour_of_day * 3600 + intHash32(number + 3) % 3600)`
  return `
    INSERT INTO decision_in SETTINGS insert_deduplicate = 0, max_insert_block_size = 200000, min_insert_block_size_rows = 200000,
      max_block_size = 200000, max_insert_threads = 1, parallel_view_processing = 0
    SELECT lower(hex(sipHash128(number))) AS event_hash, toDateTime(intDiv(${at}, 60) * 60, 'UTC') AS minute,
      toDateTime(intDiv(${at}, 3600) * 3600, 'UTC') AS hour, toDate(toDateTime(${at}, 'Asia/Shanghai')) AS day,
      concat('g-', toString(group_number)) AS group_id, concat('u-', toString(group_number % ${UNITS})) AS unit_id, 'chat' AS source,
      if(intHash32(number + 5) % 5 = 0, 'image', 'text') AS kind,
      multiIf(acted = 0, 'none', category_number < 4, 'illegal', category_number < 8, 'harmful', 'conduct') AS tier,
      if(acted = 0, '', concat('category-', toString(category_number))) AS category,
      if(acted = 0, 'allowed', ['warned', 'restricted', 'removed'][1 + intHash32(number + 6) % 3]) AS decision,
      if(intHash32(number + 7) % 5 = 0, 'human', 'automated') AS decided_by, 4 + intHash32(number + 8) % 24 AS delay_bucket,
      decision AS first_decision, category AS first_category, 0 AS revision, repeat('0', 32) AS revision_hash, 1 AS sign
    FROM (
      SELECT number, [9,10,10,11,11,12,12,13,14,15,16,16,17,18,18,19,19,20,20,20,21,21,22,8][1 + intHash32(number + 1) % 24] AS hour_of_day,
        toUInt32(${GROUPS} * pow((intHash32(number + 2) % 1000003) / 1000003, 3)) AS group_number,
        intHash32(number + 4) % 100 < 8 AS acted, toUInt32(12 * pow((intHash32(number + 9) % 1009) / 1009, 2)) AS category_number
      FROM numbers(${from}, ${rows}))`
}

/** Rows of each rollup for each raw event, once the engine has merged: more than 0.3 at 100 million events is a defect. */
export async function run(args: string[]): Promise<object> {
  const at = args.indexOf('--events')
  const events = at < 0 ? 100_000_000 : Number(args[at + 1])
  const { clickhouse, close } = await openTestClickHouse()
  try {
    const began = performance.now()
    for (let from = 0; from < events; from += CHUNK) {
      await clickhouse.command(chunk(from, Math.min(CHUNK, events - from)))
      process.stderr.write(`\r${from + CHUNK} of ${events} events`)
    }
    process.stderr.write('\n')
    const rowsPerEvent: Record<string, number> = {}
    for (const table of ROLLUPS) {
      await clickhouse.command(`OPTIMIZE TABLE ${table} FINAL`)
      const [row] = await clickhouse.query<{ rows: number }>(`SELECT count() AS rows FROM ${table}`)
      rowsPerEvent[table] = Math.round((Number(row?.rows) / events) * 100_000) / 100_000
    }
    const [bytes] = await clickhouse.query<{ raw: number; rollups: number }>(`
      SELECT sumIf(bytes_on_disk, table = 'decision_raw') AS raw, sumIf(bytes_on_disk, table != 'decision_raw') AS rollups
      FROM system.parts WHERE active AND database = currentDatabase()`)
    return {
      ...{ events, rowsPerEvent, worst: Math.max(...Object.values(rowsPerEvent)) },
      rawBytesPerEvent: Math.round((Number(bytes?.raw) / events) * 10) / 10,
      rollupBytesPerEvent: Math.round((Number(bytes?.rollups) / events) * 10) / 10,
      seconds: Math.round((performance.now() - began) / 1000),
      dataset: `generated: ${DAYS} days, ${GROUPS} groups (cubic spread), ${UNITS} units, 8 % acted on in 12 categories, two kinds, one source`,
    }
  } finally {
    await close()
  }
}

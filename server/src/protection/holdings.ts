import { isFresh } from '@guanlan/analytics/is-fresh'
import type { Holding, Holdings } from '@guanlan/contract/protection'
import type { Clock } from '../lib/clock.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import { CATALOGUE } from './catalogue.ts'
import { UNKNOWABLE } from './unknowable.ts'

interface TableRow {
  readonly name: string
  readonly engine: string
  readonly definition: string
}
interface ColumnRow {
  readonly table: string
  readonly name: string
  readonly type: string
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** Days of a time to live on the column `day`, as the engine itself states it. */
export function keepDaysOf(definition: string): number | null {
  const days = /\bTTL day \+ toIntervalDay\((\d+)\)/.exec(definition)?.[1]
  return days === undefined ? null : Number(days)
}

/** Real tables of the event store (no views), by name. */
export async function clickHouseTables(clickhouse: Pick<ClickHouse, 'query'>): Promise<TableRow[]> {
  return clickhouse.query<TableRow>(
    `SELECT name, engine, create_table_query AS definition FROM system.tables
     WHERE database = currentDatabase() AND engine NOT LIKE '%View' ORDER BY name`,
    {},
    { lane: 'reader' },
  )
}

async function fromClickHouse(clickhouse: ClickHouse): Promise<Holding[]> {
  const read = <T>(sql: string) => clickhouse.query<T>(sql, {}, { lane: 'reader' })
  const tables = await clickHouseTables(clickhouse)
  const columns = await read<ColumnRow>(
    'SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, position',
  )
  const holdings: Holding[] = []
  for (const { name, engine, definition } of tables) {
    const own = columns.filter((column) => column.table === name)
    const oldest = own.some((column) => column.name === 'day')
      ? "if(count() = 0, '', toString(min(day)))"
      : "''"
    const [facts] =
      engine === 'Null'
        ? []
        : await read<{ rows: number; oldest: string }>(
            `SELECT count() AS rows, ${oldest} AS oldest FROM ${quoted(name)}`,
          )
    const described = CATALOGUE.clickhouse[name]
    holdings.push({
      engine: 'clickhouse',
      table: name,
      what: described?.what ?? null,
      about: described?.about ?? null,
      columns: own.map((column) => ({ name: column.name, type: column.type })),
      rows: facts?.rows ?? 0,
      keepDays: keepDaysOf(definition),
      end: described?.end ?? null,
      oldestDay: facts === undefined || facts.oldest === '' ? null : facts.oldest,
    })
  }
  return holdings
}

async function fromPostgres(postgres: Postgres): Promise<Holding[]> {
  const columns = await postgres.query<ColumnRow>(
    `SELECT c.table_name AS "table", c.column_name AS name, c.data_type AS type FROM information_schema.columns AS c
     JOIN information_schema.tables AS t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position`,
  )
  const holdings: Holding[] = []
  for (const table of [...new Set(columns.map((column) => column.table))]) {
    const rows = await postgres.query<{ rows: number }>(`SELECT count(*) AS rows FROM ${quoted(table)}`)
    const described = CATALOGUE.postgres[table]
    holdings.push({
      engine: 'postgres',
      table,
      what: described?.what ?? null,
      about: described?.about ?? null,
      columns: columns.filter((column) => column.table === table).map(({ name, type }) => ({ name, type })),
      rows: rows[0]?.rows ?? 0,
      keepDays: null,
      end: described?.end ?? null,
      oldestDay: null,
    })
  }
  return holdings
}

const FRESH_MS = 60_000

/** What is held, from the system tables of both engines: a column that somebody adds shows without anybody writing it down. */
export function createHoldings(deps: {
  readonly clickhouse: ClickHouse
  readonly postgres: Postgres
  readonly clock: Clock
  readonly timezone: string
}): () => Promise<Holdings> {
  const { clickhouse, postgres, clock, timezone } = deps
  let known: { at: number; answer: Promise<Holdings> } | undefined
  async function read(at: number): Promise<Holdings> {
    const holdings = [...(await fromClickHouse(clickhouse)), ...(await fromPostgres(postgres))]
    return { readAt: new Date(at).toISOString(), timezone, holdings, unknowable: [...UNKNOWABLE] }
  }
  return () => {
    const now = clock.now()
    if (known === undefined || !isFresh(known.at, now, FRESH_MS)) {
      const answer = read(now)
      known = { at: now, answer }
      answer.catch(() => (known = undefined))
    }
    return known.answer
  }
}

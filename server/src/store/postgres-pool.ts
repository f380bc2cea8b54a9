import pg from 'pg'
import type { Postgres, Sql } from '../ports/postgres.ts'

// bigint and count(*) come as numbers (all counts here stay far below 2^53); a date stays its text 'YYYY-MM-DD',
// because a Date would move it by the zone of the process.
const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.DATE, (text) => text],
])
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(oid)) ??
    pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}

async function run<T extends object>(
  client: Pick<pg.ClientBase, 'query'>,
  text: string,
  values?: readonly unknown[],
): Promise<T[]> {
  const result = await client.query(text, values as unknown[] | undefined)
  return result.rows as T[]
}

/** The port over a `pg` pool, the same for the embedded and the server engine. */
export function overPool(options: pg.PoolConfig, onClose: () => Promise<void> = async () => {}): Postgres {
  const pool = new pg.Pool({ max: 8, connectionTimeoutMillis: 10_000, ...options, types })
  // An idle connection that breaks (server restart) is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => {})
  // So is one that breaks while it is lent out: its query rejects, and what the socket says after that is told to nobody else.
  pool.on('connect', (client) => void client.on('error', () => {}))
  let closed: Promise<void> | undefined
  return {
    pool,
    query: (text, values) => run(pool, text, values),
    async transaction<T>(work: (sql: Sql) => Promise<T>) {
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        await client.query('BEGIN')
        const result = await work({ query: (text, values) => run(client, text, values) })
        await client.query('COMMIT')
        return result
      } catch (error) {
        await client.query('ROLLBACK').catch((rollback: Error) => (broken = rollback))
        throw error
      } finally {
        client.release(broken)
      }
    },
    close: () => (closed ??= pool.end().then(onClose)),
  }
}

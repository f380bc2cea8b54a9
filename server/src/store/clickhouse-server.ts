import { Readable } from 'node:stream'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { ClickHouse } from '../ports/clickhouse.ts'
import { startError } from '../lib/start-error.ts'
import { insertStatement, readStatement } from './clickhouse-sql.ts'

/** Shortest version whose deduplication covers dependent views as the writer needs it. */
const MINIMUM = [24, 8] as const

/** Opens a ClickHouse server by URL with the official client; the statements are those of the embedded engine. */
export async function openClickHouseServer(url: string): Promise<ClickHouse> {
  const client = createClient({
    url,
    max_open_connections: 8,
    request_timeout: 120_000,
    // Its log repeats statements and answers; what goes wrong is thrown anyway.
    log: { level: ClickHouseLogLevel.OFF },
    keep_alive: { enabled: true, idle_socket_ttl: 2500 },
  })
  const clickhouse: ClickHouse = {
    async query<T>(sql: string, params?: Record<string, unknown>, options: { timeoutSeconds?: number } = {}) {
      const result = await client.query({
        query: readStatement(sql, options.timeoutSeconds),
        format: 'JSONEachRow',
        ...(params ? { query_params: params } : {}),
      })
      return (await result.json()) as T[]
    },
    async insertBlock(table, columns, rows, token) {
      if (rows.byteLength === 0) return
      const statement = insertStatement(table, columns, token)
      const body = Readable.from([Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)], {
        objectMode: false,
      })
      const result = await client.exec({ query: statement, values: body })
      // An error may come after the status line: the body has to be read to its end.
      for await (const chunk of result.stream)
        if (String(chunk).includes('DB::Exception')) throw new Error('the insert failed on the server')
    },
    async command(sql, params) {
      await client.command({ query: sql, ...(params ? { query_params: params } : {}) })
    },
    close: () => client.close(),
  }
  await check(clickhouse, () => client.close())
  return clickhouse
}

async function check(clickhouse: ClickHouse, close: () => Promise<void>) {
  let version: string
  try {
    version = (await clickhouse.query<{ v: string }>('SELECT version() AS v'))[0]?.v ?? ''
  } catch (cause) {
    await close()
    throw startError(
      'CLICKHOUSE_URL does not answer: check address, user, password and that its database exists',
      cause,
    )
  }
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    await close()
    throw startError(`ClickHouse ${version} is too old: ${MINIMUM.join('.')} or newer is needed`)
  }
}

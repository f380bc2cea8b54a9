import { openPostgresServer } from '@guanlan/server/store/postgres-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresContract } from '../helpers/postgres-contract.ts'
import { spawnServer } from '../helpers/server.ts'
import type { ProcessServer } from '../helpers/server.ts'
import { startClickHouseFront, startDebianPostgres } from '../helpers/servers.ts'
import type { EngineServer } from '../helpers/servers.ts'
import { GROUPS_CSV, UNITS_CSV } from '../helpers/tables.ts'

postgresContract('Postgres of Debian', async () => {
  const server = await startDebianPostgres()
  const postgres = await openPostgresServer(server.url)
  return {
    postgres,
    async close() {
      await postgres.close()
      await server.stop()
    },
  }
})

describe('the product on both servers', () => {
  let clickhouse: EngineServer
  let postgres: EngineServer
  let server: ProcessServer
  beforeAll(async () => {
    ;[clickhouse, postgres] = await Promise.all([startClickHouseFront(), startDebianPostgres()])
    server = await spawnServer({ env: { CLICKHOUSE_URL: clickhouse.url, DATABASE_URL: postgres.url } })
  })
  afterAll(async () => {
    await server?.stop()
    await Promise.all([clickhouse?.stop(), postgres?.stop()])
  })

  it('is ready', async () => {
    const answer = await fetch(`${server.url}/readyz`)
    expect(await answer.json()).toMatchObject({ ready: true })
  })

  it('lands events exactly once', async () => {
    await server.admin('register.import', { units: UNITS_CSV, groups: GROUPS_CSV })
    const key = await server.createKey({ source: 'upstream', unit: 'city', read: true })
    const time = new Date(Date.now() - 60_000).toISOString()
    const events = Array.from({ length: 60 }, (_, index) => ({
      id: `e-${index % 50}`,
      type: 'message.moderated',
      time,
      group: ['g-n1', 'g-n2', 'g-s1'][index % 3],
      sender: `sender-${index}`,
      content: { kind: 'text', text: '今天小区又停水了' },
      moderation: { decision: 'removed', category: 'fraud', by: 'automated', decidedAt: time },
    }))
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` }
    const sent = await fetch(`${server.url}/api/v1/events`, {
      method: 'POST',
      headers,
      body: JSON.stringify(events),
    })
    expect(await sent.json()).toMatchObject({ accepted: 50, duplicates: 10 })
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(Date.parse(time))
    const totals = () =>
      fetch(`${server.url}/api/v1/totals?unit=city&from=${day}&to=${day}`, { headers }).then((answer) =>
        answer.json(),
      )
    await expect.poll(totals).toMatchObject({ accepted: 50 })
  })
})

import { Agent, request } from 'node:http'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openEmbeddedClickHouse } from '@guanlan/server/store/clickhouse-embedded'
import { message, registerGroups } from '../helpers/events.ts'
import { spawnServer } from '../helpers/server.ts'
import { tempDir } from '../helpers/workspace.ts'

const temp = tempDir('guanlan-stop-')
afterAll(() => temp.remove())

interface Outcome {
  status: number | 'closed'
  retryAfter: string | undefined
  kept: boolean
}

it('a stop under load on kept connections: 200, 503 with a time to wait, or a close, and what got a 200 is stored once', async () => {
  const dataDir = path.join(temp.path, 'data')
  const server = await spawnServer({ dataDir })
  await registerGroups(server, [{ id: 'g-1', unit: 'north-1' }])
  const key = await server.createKey({ source: 'chat', unit: 'city' })
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const outcomes: Outcome[] = []
  const [acknowledged, open] = [new Set<string>(), new Set<string>()]
  const post = (events: object[]) =>
    new Promise<Outcome>((resolve) => {
      const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
      const req = request(`${server.url}/api/v1/events`, { method: 'POST', agent, headers })
      req.on('response', (res) => {
        const retryAfter = res.headers['retry-after']
        res
          .resume()
          .on('end', () => resolve({ status: res.statusCode ?? 0, retryAfter, kept: req.reusedSocket }))
        res.on('error', () => resolve({ status: 'closed', retryAfter: undefined, kept: req.reusedSocket }))
      })
      req.on('error', () => resolve({ status: 'closed', retryAfter: undefined, kept: req.reusedSocket }))
      req.end(JSON.stringify(events))
    })
  let over = false
  async function sender(): Promise<void> {
    while (!over) {
      const events = Array.from({ length: 40 }, () => message({}))
      const outcome = await post(events)
      outcomes.push(outcome)
      for (const { id } of events) {
        if (outcome.status === 200) acknowledged.add(String(id))
        // Without an answer either may be true; a 503 promises that nothing counts.
        if (outcome.status === 'closed') open.add(String(id))
      }
      if (outcome.status !== 200) await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  const senders = Array.from({ length: 8 }, sender)
  while (acknowledged.size < 2_000) await new Promise((resolve) => setTimeout(resolve, 10))
  const stopped = server.stop().then(() => (over = true))
  await Promise.all([stopped, ...senders])
  agent.destroy()

  for (const { status, retryAfter } of outcomes) {
    expect([200, 503, 'closed']).toContain(status)
    if (status === 503) expect(Number(retryAfter)).toBeGreaterThan(0)
  }
  expect(outcomes.filter(({ status, kept }) => status === 200 && kept).length).toBeGreaterThan(10)
  const clickhouse = await openEmbeddedClickHouse({
    dir: path.join(dataDir, 'clickhouse'),
    configFile: path.join(temp.path, 'engine.xml'),
    backupDir: path.join(temp.path, 'backups'),
  })
  const [row] = await clickhouse.query<{ rows: number; ids: number }>(
    'SELECT count() AS rows, uniqExact(event_hash) AS ids FROM decision_raw',
  )
  await clickhouse.close()
  expect(Number(row?.rows)).toBe(Number(row?.ids))
  expect(Number(row?.rows)).toBeGreaterThanOrEqual(acknowledged.size)
  expect(Number(row?.rows)).toBeLessThanOrEqual(acknowledged.size + open.size)
})

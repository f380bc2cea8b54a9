import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { ClickHouse } from '@guanlan/server/ports/clickhouse'
import { openEmbeddedClickHouse } from '@guanlan/server/store/clickhouse-embedded'
import { runCli } from '../helpers/cli.ts'
import { correction, message, post, registerGroups } from '../helpers/events.ts'
import { spawnServer } from '../helpers/server.ts'
import type { ProcessServer } from '../helpers/server.ts'
import { tempDir } from '../helpers/workspace.ts'

const KILLS = Number(process.env['FAULT_ROUNDS'] ?? 5)
const BATCH = 40
const SENDERS = 6
const temp = tempDir('guanlan-kill-')
const dataDir = path.join(temp.path, 'data')
afterAll(() => temp.remove())

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

interface Load {
  acknowledged: Map<string, Record<string, unknown>>
  /** Stops making new batches; what was not answered for is sent again until it is. */
  finish(): Promise<void>
}

/** Senders that post batch after batch and repeat a batch until it is answered, as the contract asks of a producer. */
function startLoad(url: string, key: string, random: () => number): Load {
  const acknowledged = new Map<string, Record<string, unknown>>()
  const sentIds: string[] = []
  let over = false
  async function sender(): Promise<void> {
    while (!over) {
      const events = Array.from({ length: BATCH }, () => {
        const target = sentIds[Math.floor(random() * sentIds.length)]
        if (target !== undefined && random() < 0.1) return correction(target, { decision: 'allowed' })
        const event = message({ sender: `u-${Math.floor(random() * 500)}` })
        sentIds.push(String(event.id))
        return event
      })
      for (;;) {
        const answer = await post(url, events, { key }).catch(() => undefined)
        if (answer?.status === 200) {
          expect((answer.body.accepted ?? 0) + (answer.body.duplicates ?? 0)).toBe(events.length)
          for (const event of events) acknowledged.set(String(event.id), event)
          break
        }
        await new Promise((resolve) => setTimeout(resolve, 30))
      }
    }
  }
  const senders = Array.from({ length: SENDERS }, sender)
  return {
    acknowledged,
    async finish() {
      over = true
      await Promise.all(senders)
    },
  }
}

async function counts(clickhouse: ClickHouse) {
  const [raw] = await clickhouse.query<{ messages: number; ids: number; corrected: number; rows: number }>(`
    SELECT sum(sign) AS messages, uniqExact(event_hash) AS ids, sum(sign * (revision > 0)) AS corrected, count() AS rows FROM decision_raw`)
  const sums: Record<string, number> = {}
  for (const table of ['minute_unit', 'hour_group', 'hour_source']) {
    const [row] = await clickhouse.query<{ events: number }>(`SELECT sum(events) AS events FROM ${table}`)
    sums[table] = Number(row?.events)
  }
  return { raw, sums }
}

it(`counts what was acknowledged exactly once over ${KILLS} kills at random points under load`, async () => {
  const seed = Number(process.env['FAULT_SEED'] ?? 20_261_121)
  const random = seeded(seed)
  let server: ProcessServer = await spawnServer({ dataDir })
  await registerGroups(server, [{ id: 'g-1', unit: 'north-1' }])
  const key = await server.createKey({ source: 'chat', unit: 'city' })
  const load = startLoad(server.url, key, random)
  for (let round = 0; round < KILLS; round++) {
    const before = load.acknowledged.size
    while (load.acknowledged.size === before) await new Promise((resolve) => setTimeout(resolve, 10))
    await new Promise((resolve) => setTimeout(resolve, random() * 1500))
    await server.kill9()
    server = await spawnServer({ dataDir, port: server.port })
  }
  await load.finish()
  await server.admin('import.settle')
  await server.stop()

  const report = await runCli(['reconcile', '--report-only', '--json'], { GUANLAN_DATA_DIR: dataDir })
  expect(report.stderr).toBe('')
  expect(JSON.parse(report.stdout)).toMatchObject({ differences: [], repaired: false })
  const clickhouse = await openEmbeddedClickHouse({
    dir: path.join(dataDir, 'clickhouse'),
    configFile: path.join(temp.path, 'engine.xml'),
    backupDir: path.join(temp.path, 'backups'),
  })
  const { raw, sums } = await counts(clickhouse)
  await clickhouse.close()
  const events = [...load.acknowledged.values()]
  const messages = events.filter((event) => event.type === 'message.moderated')
  const corrected = new Set(
    events.filter((event) => event.type === 'message.corrected').map((event) => event.corrects),
  )
  expect(messages.length, `seed ${seed}`).toBeGreaterThan(BATCH * SENDERS)
  expect({ ...raw }, `seed ${seed}`).toMatchObject({
    messages: messages.length,
    ids: messages.length,
    corrected: corrected.size,
  })
  expect(sums).toEqual({
    minute_unit: messages.length,
    hour_group: messages.length,
    hour_source: messages.length,
  })
})

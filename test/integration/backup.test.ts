import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCli } from '../helpers/cli.ts'
import { correction, message, post, registerGroups } from '../helpers/events.ts'
import { spawnServer, type ProcessServer } from '../helpers/server.ts'

const DAY_MS = 86_400_000
let folder: string
let server: ProcessServer
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'guanlan-backup-'))
  // Postgres does not run as root; its own user has to reach the restored data.
  await chmod(folder, 0o755)
  server = await spawnServer({ dataDir: path.join(folder, 'data') })
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

it('takes a backup while events come; after a restore and a repeat each counts once', async () => {
  await registerGroups(server, [{ id: 'g-1', unit: 'north' }])
  const key = await server.createKey({ source: 'gate', unit: 'city', read: true })
  // Yesterday, so that no test is in two days.
  const time = new Date(Date.now() - DAY_MS).toISOString()
  let sent = 0
  const make = () => message({ time, sender: `u-${(sent += 1) % 30}` })
  const batches: Record<string, unknown>[][] = []
  const send = async (batch: Record<string, unknown>[]) => {
    batches.push(batch)
    expect((await post(server.url, batch, { key })).status).toBe(200)
  }
  const late = make()
  await send([correction(late.id, { decision: 'allowed' })])
  let over = false
  const load = (async () => {
    while (!over) await send(Array.from({ length: 20 }, make))
  })()
  const target = path.join(folder, 'backup')
  try {
    await server.admin('backup', { target })
  } finally {
    over = true
    await load
  }
  // The key of the hashed names leaves the data directory in sealed backups only.
  expect(await readdir(target)).not.toContain('roster.key')
  await server.stop()
  const restored = path.join(folder, 'restored')
  expect(await runCli(['restore', target], { GUANLAN_DATA_DIR: restored })).toMatchObject({
    code: 0,
    stderr: '',
  })
  server = await spawnServer({ dataDir: restored })
  for (const batch of batches) expect((await post(server.url, batch, { key })).status).toBe(200)
  expect((await post(server.url, [late], { key })).body).toMatchObject({ accepted: 1 })
  await server.admin('import.settle')
  const day = new Date(Date.parse(time) + 8 * 3_600_000).toISOString().slice(0, 10)
  const answer = await fetch(`${server.url}/api/v1/totals?unit=city&from=${day}&to=${day}`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  expect(answer.status).toBe(200)
  // The correction waited for its message, over backup and restore: its repeat was a repeat.
  expect(await answer.json()).toMatchObject({
    accepted: sent,
    byDecision: { allowed: 1, removed: sent - 1 },
    corrected: 1,
  })
})

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { spawnServer, type ProcessServer } from '../helpers/server.ts'
import { tempDir } from '../helpers/workspace.ts'

const temp = tempDir()
const dataDir = path.join(temp.path, 'data')
let server: ProcessServer
beforeAll(async () => void (server = await spawnServer({ dataDir })))
afterAll(async () => {
  await server.stop()
  temp.remove()
})

it('ends with a line that says so when its Postgres ends, and starts again', async () => {
  const postmaster = readFileSync(path.join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8')
  process.kill(Number(postmaster.split('\n')[0]), 'SIGKILL')
  expect((await server.process.ended).code).toBe(1)
  expect(server.process.stderr()).toMatch(
    /the embedded Postgres ended by itself \(.+\): the server stops, start it again/,
  )
  server = await spawnServer({ dataDir })
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
})

import path from 'node:path'
import type { Topics } from '@guanlan/contract/panels'
import { TopicDetail } from '@guanlan/contract/topic'
import type { Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFileClock, startClockedServer, type ClockedServer } from '../helpers/clocked-server.ts'
import { registerGroups } from '../helpers/events.ts'
import { freePort } from '../helpers/server.ts'
import {
  call,
  connectLive,
  createTelling,
  signIn,
  STORY_GROUPS,
  subscribe,
  until,
  type Telling,
} from '../helpers/story.ts'
import { tempDir } from '../helpers/workspace.ts'

// A process that dies in the middle of a story, and another one that takes over its data directory.

const dir = tempDir()
const clock = createFileClock(path.join(dir.path, 'clock'), Math.floor(Date.now() / 3_600_000) * 3_600_000)
const PASSWORD = 'correct horse battery staple'
const STORY = {
  word: '停水',
  with: ['自来水', '抢修', '供水', '水管', '物业', '小区', '洗澡', '做饭', '楼上', '师傅', '阀门', '管道'],
  every: 3,
}

let port: number
let server: ClockedServer
let told: Telling
let socket: Socket
let cookie: string
let key: string

async function start(): Promise<void> {
  server = await startClockedServer({ dataDir: path.join(dir.path, 'data'), port, clock })
}
async function join(): Promise<void> {
  cookie = await signIn(server, 'officer@city.example', PASSWORD)
  socket = await connectLive(server, cookie)
}
async function topics(): Promise<Topics> {
  clock.advance(5_000)
  const answer = await subscribe(socket, { panel: 'topics', scope: 'org', range: 'day' })
  if (!answer.ok) throw new Error(answer.code)
  return answer.snapshot.data as Topics
}
const detail = async (id: string) =>
  TopicDetail.parse((await call(server, cookie, 'GET', `/api/v1/topics/${id}?scope=org`)).body)

beforeAll(async () => {
  port = await freePort()
  await start()
  await registerGroups(server, STORY_GROUPS)
  const grants = [{ role: 'duty', unitId: 'city' }]
  await server.admin('user.create', {
    ...{ email: 'officer@city.example', name: 'officer', grants, password: PASSWORD },
  })
  key = await server.createKey({ source: 'gate', unit: 'city' })
  await join()
  told = createTelling(server, key, clock)
}, 60_000)
afterAll(async () => {
  socket?.disconnect()
  await server?.stop()
  dir.remove()
})

it('says after a crash that it warms up, keeps what was released, and goes on with the same topics', async () => {
  await told.pass(155)
  await told.pass(25, STORY)
  const before = await until(async () => {
    const [row] = (await topics()).rows
    return row !== undefined && row.score !== null && row.score > 0 ? row : undefined
  })
  const released = (await detail(before.id)).cells
  expect(released.length).toBeGreaterThan(0)
  socket.disconnect()
  await server.kill9()

  await start()
  await join()
  const fresh = await topics()
  expect(fresh).toMatchObject({ state: 'warming_up', warmOf: 30 })
  expect(fresh.warmMinutes).toBeLessThan(30)
  const kept = fresh.rows.find((row) => row.id === before.id)!
  expect(kept).toMatchObject({ words: before.words, firstSeen: before.firstSeen, people: before.people })
  expect(kept.score).not.toBeNull()
  expect((await detail(before.id)).cells).toEqual(released)

  await told.pass(20, STORY)
  const warming = await until(async () => {
    const each = await topics()
    return each.warmMinutes >= 20 ? each : undefined
  })
  expect(warming.state).toBe('warming_up')
  // Nothing new while it warms up, and nothing of what was released is taken back.
  expect((await detail(before.id)).cells).toEqual(released)
  await told.pass(25, STORY)
  const after = await until(async () => {
    const each = await topics()
    const row = each.rows.find(({ id }) => id === before.id)
    return each.state === 'ready' && row !== undefined && row.to > before.to ? each : undefined
  })
  expect(after.rows.filter((row) => row.words.includes(STORY.word)).map((row) => row.id)).toEqual([before.id])
  const cells = (await detail(before.id)).cells
  expect(cells.slice(0, released.length)).toEqual(released)
  for (const [i, cell] of cells.entries()) expect(cell.from).toBeGreaterThanOrEqual(cells[i - 1]?.to ?? 0)
}, 60_000)

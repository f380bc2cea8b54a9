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
  pastWednesday,
  signIn,
  STORY_GROUPS,
  subscribe,
  until,
  type Telling,
} from '../helpers/story.ts'
import { tempDir } from '../helpers/workspace.ts'

// A process that dies in the middle of a story, and another one that takes over its data directory.

const dir = tempDir()
const clock = createFileClock(path.join(dir.path, 'clock'), pastWednesday())
const PASSWORD = 'correct horse battery staple'
const STORY = { word: '停水', with: ['自来水', '抢修', '供水', '恢复'], every: 3 }

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
  // Whichever process serves at the time is told and ticked.
  told = createTelling({ ...server, tick: async (passed) => server.tick?.(passed) }, key, clock)
})
afterAll(async () => {
  socket?.disconnect()
  await server?.stop()
  dir.remove()
})

it('says after a crash that it warms up, keeps what was released, and goes on with the same topics', async () => {
  await told.pass(155)
  await told.pass(40, STORY)
  const before = await until(async () => {
    const { rows } = await topics()
    return rows.some((row) => (row.score ?? 0) > 0) ? rows : undefined
  })
  const released = new Map<string, TopicDetail['cells']>()
  for (const { id } of before) released.set(id, (await detail(id)).cells)
  const ended = Math.max(...before.map((row) => row.to))
  socket.disconnect()
  await server.kill9()

  await start()
  await join()
  const fresh = await topics()
  expect(fresh).toMatchObject({ state: 'warming_up', warmOf: 30 })
  expect(fresh.warmMinutes).toBeLessThan(30)
  for (const { id, words, firstSeen, people } of before) {
    expect(fresh.rows.find((row) => row.id === id)).toMatchObject({ words, firstSeen, people })
    expect((await detail(id)).cells).toEqual(released.get(id))
  }

  await told.pass(20, STORY)
  const warming = await until(async () => {
    const each = await topics()
    return each.warmMinutes >= 20 ? each : undefined
  })
  // Nothing new while it warms up.
  expect(warming.state).toBe('warming_up')
  expect(Math.max(...warming.rows.map((row) => row.to))).toBe(ended)
  // Floors and secrets are drawn anew by each process: how much more has to be said differs.
  let goesOn: Topics['rows'][number] | undefined
  for (let tries = 0; goesOn === undefined && tries < 8; tries++) {
    await told.pass(tries === 0 ? 25 : 10, STORY)
    const { state, rows } = await topics()
    expect(state).toBe('ready')
    goesOn = rows.find((row) => released.has(row.id) && row.to > ended)
  }
  if (goesOn === undefined) throw new Error('no topic went on after the restart')
  // Nothing of what was released is taken back, and no message is counted twice.
  const cells = (await detail(goesOn.id)).cells
  expect(cells.slice(0, released.get(goesOn.id)!.length)).toEqual(released.get(goesOn.id))
  for (const [i, cell] of cells.entries()) expect(cell.from).toBeGreaterThanOrEqual(cells[i - 1]?.to ?? 0)
})

import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { io, type Socket } from 'socket.io-client'
import { registerGroups } from '../helpers/events.ts'
import { startServer, type TestServer } from '../helpers/server.ts'
import { call, connectLive, signIn, subscribe } from '../helpers/story.ts'

// Rounds every ten seconds let everybody go as well who may not stay. In this file they never come: what ends is told by the change.
const ROUND_MS = 10_000
const NEVER_MS = 2 ** 31 - 1
const every = globalThis.setInterval
vi.spyOn(globalThis, 'setInterval').mockImplementation(((work: () => void, ms?: number) =>
  every(work, ms === ROUND_MS ? NEVER_MS : ms)) as typeof setInterval)

let server: TestServer
let admin = ''
let lead = { id: '', email: 'lead@example.org', password: '' }
const sockets: Socket[] = []

beforeAll(async () => {
  server = await startServer()
  await registerGroups(server, [
    { id: 'g-1', unit: 'north-1' },
    { id: 'g-2', unit: 'south' },
  ])
  const request = { email: lead.email, name: 'Lead', grants: [{ role: 'duty', unitId: 'city' }] }
  const chief = {
    email: 'sysadmin@example.org',
    name: 'Admin',
    grants: [{ role: 'sysadmin', unitId: 'city' }],
  }
  const { password } = await server.admin<{ password: string }>('user.create', chief)
  admin = await signIn(server, chief.email, password)
  lead = { ...lead, ...(await server.admin<{ id: string; password: string }>('user.create', request)) }
})
afterAll(async () => {
  for (const socket of sockets) socket.disconnect()
  await server.stop()
})

async function watch(socket: Socket, scope: string): Promise<Socket> {
  sockets.push(socket)
  expect(await subscribe(socket, { panel: 'pulse', scope, range: 'hour' })).toMatchObject({ ok: true })
  return socket
}

const asLead = async () => {
  const cookie = await signIn(server, lead.email, lead.password)
  return { cookie, socket: await watch(await connectLive(server, cookie), 'unit:north') }
}

async function asWall(scope: string) {
  const token = await server.admin<{ id: string; secret: string }>('token.create', { name: 'wall', scope })
  const socket = io(`${server.url}/live`, { transports: ['websocket'], auth: { token: token.secret } })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  return { id: token.id, socket: await watch(socket, scope) }
}

/** Resolves with what the server said last; a socket that is not let go ends the test's patience. */
const ended = (socket: Socket): Promise<{ code: string }> =>
  new Promise((resolve) => socket.once('ended', resolve))

it('a screen is let go at once when its session, its token or its role ends, and others stay', async () => {
  const stays = await asWall('org')
  const first = await asLead()
  const signedOut = ended(first.socket)
  expect((await call(server, first.cookie, 'DELETE', '/api/v1/session')).status).toBe(204)
  expect(await signedOut).toEqual({ code: 'session_ended' })

  const wall = await asWall('unit:south')
  const revoked = ended(wall.socket)
  await server.admin('token.revoke', { id: wall.id })
  expect(await revoked).toEqual({ code: 'session_ended' })

  const second = await asLead()
  const moved = ended(second.socket)
  const grants = [{ role: 'duty', unitId: 'south' }]
  expect((await call(server, admin, 'PATCH', `/api/v1/accounts/${lead.id}`, { grants })).status).toBe(200)
  expect(await moved).toEqual({ code: 'session_ended' })

  const third = await watch(
    await connectLive(server, await signIn(server, lead.email, lead.password)),
    'unit:south',
  )
  const closed = ended(third)
  const disabled = await call(server, admin, 'PATCH', `/api/v1/accounts/${lead.id}`, { disabled: true })
  expect(disabled.status).toBe(200)
  expect(await closed).toEqual({ code: 'session_ended' })
  expect(stays.socket.connected).toBe(true)
})

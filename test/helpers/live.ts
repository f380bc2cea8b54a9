import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Snapshot, SubscribeAnswer } from '@guanlan/contract/live'
import { PANEL_NAMES } from '@guanlan/contract/panels'
import { createLive, type Live } from '@guanlan/server/live/create-live'
import type { Panels } from '@guanlan/server/live/panel'
import { silentLogger } from '@guanlan/server/lib/logger'
import { io, type Socket } from 'socket.io-client'
import { onTestFinished } from 'vitest'

type Reader = (request: { scope: { kind: string }; range: string; now: number }) => Promise<unknown>

export interface Setting {
  live: Live
  server: Server
  url: string
  /** Moves the clock of the server. */
  clock: { ms: number; now: () => number }
  reads: string[]
  /** Cookies that stand for a session now. */
  sessions: Map<string, string[]>
  reader: { read: Reader }
  /** What a tick waits for. */
  landing: { land: () => Promise<void> }
}

/** The real live server over panels of our own, on any free port, moved by hand. */
export async function start(reader: Reader = async () => ({ value: 1 })): Promise<Setting> {
  const clock = { ms: 1_800_000_000_000, now: () => clock.ms }
  const reads: string[] = []
  const box = { read: reader }
  const landing = { land: () => Promise.resolve() }
  const panels = Object.fromEntries(
    PANEL_NAMES.map((name) => [
      name,
      {
        ranged: name !== 'pulse',
        everySeconds: (scope: string) => (scope === 'group' ? 60 : 1),
        read: (request: Parameters<Reader>[0]) => {
          reads.push(`${name} ${request.scope.kind} ${request.range}`)
          return box.read(request)
        },
      },
    ]),
  ) as unknown as Panels
  const sessions = new Map([
    ['sid=lead', ['unit:u1']],
    ['sid=chief', ['org', 'unit:u1', 'unit:u2', 'group:g1']],
  ])
  const server = createServer()
  const actor = (scopes: string[] | undefined) =>
    scopes && { kind: 'user' as const, id: scopes.join(), name: 'n', grants: [], locale: 'en' as const }
  const live = createLive({
    httpServer: server,
    publicUrl: 'http://127.0.0.1:8080',
    maxSockets: 100,
    panels,
    identity: {
      actorFromHeaders: async (headers) => actor(sessions.get(headers.cookie ?? '')),
      actorFromDisplayToken: async (token) => actor(sessions.get(`token=${token}`)),
    },
    mayOpenScope: (caller, scope) =>
      caller.id.split(',').includes('id' in scope ? `${scope.kind}:${scope.id}` : scope.kind),
    scopeExists: (scope) => !('id' in scope) || ['u1', 'u2', 'g1'].includes(scope.id),
    land: () => landing.land(),
    clock,
    logger: silentLogger,
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await live.stop()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    live,
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clock,
    reads,
    sessions,
    reader: box,
    landing,
  }
}

type Connect = { cookie?: string; token?: string; transports?: string[]; origin?: string }

export async function connect({ url }: Setting, options: Connect = { cookie: 'sid=chief' }): Promise<Socket> {
  const socket = io(`${url}/live`, {
    transports: options.transports ?? ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: options.token === undefined ? {} : { token: options.token },
    extraHeaders: {
      ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
      ...(options.origin === undefined ? {} : { origin: options.origin }),
    },
  })
  onTestFinished(() => void socket.disconnect())
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  return socket
}

export const subscribe = (socket: Socket, input: unknown): Promise<SubscribeAnswer> =>
  socket.timeout(60_000).emitWithAck('subscribe', input)
export const next = <T>(socket: Socket, event: string): Promise<T> =>
  new Promise((resolve) => socket.once(event, resolve))

/** What a socket has received so far, once everything sent before now has arrived. */
export async function settled(socket: Socket): Promise<void> {
  await socket.timeout(60_000).emitWithAck('unsubscribe', { panel: 'delay', scope: 'unit:u2' })
}

export function snapshotOf(answer: SubscribeAnswer): Snapshot {
  if (!answer.ok) throw new Error(answer.code)
  return answer.snapshot
}

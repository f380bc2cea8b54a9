import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createHandler, type IngestHandler } from '@guanlan/server/ingest/handler'
import { silentLogger } from '@guanlan/server/lib/logger'

// The handler on a real socket, with a limit that a test can wait for.
const BODY_MS = 5_000
const EVENT = '{"id":"a"}'

let server: Server
let handler: IngestHandler
let port = 0
let accepted = 0
const sockets: Socket[] = []

beforeAll(async () => {
  handler = createHandler({
    acceptor: {
      async accept({ events }) {
        accepted += events.length
        return { accepted: events.length, duplicates: 0, pending: 0, rejected: [] }
      },
      total: () => accepted,
    },
    spool: { blocked: null },
    authenticateKey: async () => ({
      ...{
        id: 'k',
        source: 'chat',
        unitId: 'city',
        mayIngest: true,
        ratePerSecond: 1e6,
        state: 'ok' as const,
      },
    }),
    health: { record: () => undefined },
    clock: { now: () => Date.now() },
    logger: silentLogger,
    bodyTimeoutMs: BODY_MS,
  })
  server = createServer((request, response) => void handler.handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

/** A connection of our own, byte for byte: what came back, and when it was closed. */
function raw() {
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  let said = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const until = async (wanted: RegExp) => {
    while (!wanted.test(said)) await new Promise((resolve) => setTimeout(resolve, 5))
    return said
  }
  return { socket, closed, until, said: () => said }
}
const head = (length: number, more = '') =>
  `POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer glk_x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`

it('answers a body that stalls or drips within the limit and closes it, while others are served', async () => {
  const stalls = Array.from({ length: 30 }, () => raw())
  for (const { socket } of stalls) socket.write(head(1000) + '[')
  const drips = Array.from({ length: 30 }, () => raw())
  for (const { socket } of drips) socket.write(head(1000) + '[')
  const drop = setInterval(() => {
    for (const { socket } of drips) if (socket.writable) socket.write(' ')
  }, 20)
  const quick = raw()
  quick.socket.write(head(EVENT.length) + EVENT)
  expect(await quick.until(/\r\n\r\n\{/)).toMatch(/^HTTP\/1\.1 200 /)
  // All of them were still under way.
  expect([...stalls, ...drips].map(({ said }) => said()).join('')).toBe('')
  for (const { until } of [...stalls, ...drips]) {
    const answer = await until(/\r\n\r\n\{/)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toMatch(/\r\nConnection: close\r\n/i)
  }
  clearInterval(drop)
  await Promise.all([...stalls, ...drips].map(({ closed }) => closed))
  expect(accepted).toBe(1)
})

it('tells a kept connection with a body under way to come again, at once, when it stops', async () => {
  const kept = raw()
  kept.socket.write(head(EVENT.length) + EVENT)
  await kept.until(/"rejected":\[\]\}$/)
  const before = accepted
  const arrived = new Promise((resolve) => server.once('request', resolve))
  kept.socket.write(head(1000) + '[')
  await arrived
  await handler.stop()
  // Whoever waits for the body to its limit answers 400.
  const answer = await kept.until(/HTTP\/1\.1 503 [^]*\r\n\r\n\{/)
  expect(answer).toMatch(/\r\nRetry-After: \d+\r\n/i)
  await kept.closed
  const late = raw()
  late.socket.write(head(EVENT.length) + EVENT)
  expect(await late.until(/\r\n\r\n\{/)).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After/)
  expect(accepted).toBe(before)
})

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { BATCH_LIMIT } from '@guanlan/contract/event'
import { expect, it } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { createHandler, EVENTS_PATH } from './handler.ts'

const key = {
  id: 'k',
  source: 'gate',
  unitId: 'city',
  mayIngest: true,
  ratePerSecond: 10,
  state: 'ok' as const,
}

function open() {
  let now = 1_000_000
  const handler = createHandler({
    acceptor: {
      accept: async () => ({ accepted: 0, duplicates: 0, pending: 0, rejected: [] }),
      total: () => 0,
    },
    spool: { blocked: null },
    authenticateKey: async () => key,
    health: { record: () => undefined },
    clock: { now: () => now },
    logger: silentLogger,
  })
  /** Posts a body and gives the status of the answer. */
  const post = (body: string) =>
    new Promise<number>((resolve) => {
      const request = Object.assign(Readable.from([Buffer.from(body)]), {
        ...{ method: 'POST', url: EVENTS_PATH, complete: true },
        headers: { authorization: 'Bearer secret', 'content-type': 'application/x-ndjson' },
      })
      const response = {
        ...{ headersSent: false, destroyed: false, end: () => undefined, setHeader: () => undefined },
        writeHead: (status: number) => resolve(status),
      }
      handler.handle(request as unknown as IncomingMessage, response as unknown as ServerResponse)
    })
  return { post, pass: (ms: number) => void (now += ms) }
}

it('counts a request without an event, and one that cannot be read, against the rate of its key', async () => {
  const { post, pass } = open()
  expect(await post('')).toBe(200)
  expect(await post('{')).toBe(400)
  expect(await post('0\n'.repeat(BATCH_LIMIT - 2))).toBe(200)
  expect(await post('')).toBe(429)
  pass(100)
  expect(await post('')).toBe(200)
  expect(await post('')).toBe(429)
})

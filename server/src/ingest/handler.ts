import { setMaxListeners } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isFresh } from '@guanlan/analytics/is-fresh'
import {
  appError,
  ERRORS,
  isAppError,
  toProblem,
  type AppError,
  type Problem,
} from '@guanlan/contract/errors'
import { BATCH_LIMIT, BODY_LIMIT_BYTES, type IngestResult } from '@guanlan/contract/event'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Spool } from '../ports/spool.ts'
import { RETRY_AFTER_SECONDS, type Acceptor } from './accept.ts'
import { readBody } from './body.ts'
import type { SourceHealth } from './health.ts'
import { decodeEvents, mediaOf } from './media.ts'
import { createRateLimit } from './rate-limit.ts'

export const EVENTS_PATH = '/api/v1/events'

/** What ingest needs to know of a key. */
export interface IngestKey {
  id: string
  source: string
  unitId: string
  mayIngest: boolean
  ratePerSecond: number
  state: 'ok' | 'expired' | 'revoked'
}

export interface HandlerOptions {
  acceptor: Acceptor
  spool: Pick<Spool, 'blocked'>
  authenticateKey(bearer: string): Promise<IngestKey | undefined>
  health: Pick<SourceHealth, 'record'>
  clock: Clock
  logger: Logger
  /** Called with the time from the last byte of the body to the answer, in seconds, and its status. */
  onAnswer?(seconds: number, status: number): void
  bodyTimeoutMs?: number
}

export interface IngestHandler {
  /** True when the request was for ingest and will be answered here. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  /** Answers 503 from now on, also to a body that is still arriving, and resolves when the requests under way have been answered. */
  stop(): Promise<void>
}

const LINGER_MS = 2_000
const PROBE_MS = 1_000

function bearerOf(request: IncomingMessage): string {
  const match = /^Bearer +([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')
  if (match?.[1] === undefined) throw appError('unauthenticated', 'takes Authorization: Bearer <ingest key>')
  return match[1]
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: object,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  })
  // As a string it leaves with the headers in one write.
  response.end(text)
}

function sendProblem(response: ServerResponse, error: AppError, extra: Partial<Problem> = {}): number {
  const { status } = ERRORS[error.code]
  const headers: Record<string, string> = {}
  if (error.retryAfterSeconds !== undefined)
    headers['Retry-After'] = String(Math.ceil(error.retryAfterSeconds))
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer'
  if (status === 405) headers['Allow'] = 'POST'
  send(response, status, 'application/problem+json', { ...toProblem(error), ...extra }, headers)
  return status
}

/** A request answered before its body had come is given a moment to finish sending, then cut. */
function discardBody(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  request.on('error', () => undefined)
  request.resume()
  const timer = setTimeout(() => request.destroy(), LINGER_MS)
  timer.unref()
  request.once('end', () => clearTimeout(timer))
}

async function authenticate(
  request: IncomingMessage,
  authenticateKey: HandlerOptions['authenticateKey'],
): Promise<IngestKey> {
  const key = await authenticateKey(bearerOf(request))
  if (key === undefined || key.state !== 'ok') {
    throw appError('unauthenticated', key === undefined ? 'the key is not known' : `the key is ${key.state}`)
  }
  if (!key.mayIngest) throw appError('forbidden', 'this key may not send events')
  return key
}
function answer(response: ServerResponse, result: IngestResult): number {
  const { accepted, duplicates, pending, rejected } = result
  if (accepted + duplicates + pending > 0 || rejected.length === 0) {
    send(response, 200, 'application/json', result)
    return 200
  }
  return sendProblem(response, appError('unprocessable', 'no event of the request is usable'), { rejected })
}

export function createHandler(options: HandlerOptions): IngestHandler {
  const { acceptor, spool, authenticateKey, health, clock, logger, bodyTimeoutMs = 30_000 } = options
  const rates = createRateLimit(clock, BATCH_LIMIT)
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  // Every body under way listens to it.
  setMaxListeners(0, stopping.signal)
  let probedAt = -Infinity

  const unavailable = (reason: string) =>
    appError('unavailable', reason, { retryAfterSeconds: RETRY_AFTER_SECONDS })
  function assertRunning(): void {
    stopping.signal.throwIfAborted()
  }
  /** A blocked spool is spared most requests; one a second goes on to it, because only an append finds out that it works again. */
  function assertOpen(): void {
    assertRunning()
    const reason = spool.blocked
    if (reason === null) return
    const now = clock.now()
    if (isFresh(probedAt, now, PROBE_MS)) throw unavailable(reason)
    probedAt = now
  }
  function spend(key: IngestKey, events: number): void {
    const wait = rates.take(key, events)
    if (wait > 0)
      throw appError('too_many_requests', 'over the rate of this key', { retryAfterSeconds: wait })
  }
  async function process(
    request: IncomingMessage,
    response: ServerResponse,
    arrived: () => void,
  ): Promise<number> {
    if (request.method !== 'POST') throw appError('method_not_allowed', 'takes POST')
    const key = await authenticate(request, authenticateKey)
    // Every request costs something, so that no number of empty or unusable ones is free.
    spend(key, 1)
    const media = mediaOf(request.headers['content-type'])
    assertOpen()
    const body = await readBody(request, {
      ...{ maxBytes: BODY_LIMIT_BYTES, timeoutMs: bodyTimeoutMs, signal: stopping.signal },
    })
    arrived()
    const decoded = decodeEvents(media, body)
    spend(key, Math.max(0, decoded.events.length - 1))
    assertOpen()
    const result = await acceptor.accept(decoded, { source: key.source, unitId: key.unitId, history: false })
    health.record(key.source, result)
    return answer(response, result)
  }
  function problemOf(thrown: unknown): AppError {
    if (isAppError(thrown)) return thrown
    // The error itself may hold what was sent; only its kind is logged.
    logger.error({ kind: thrown instanceof Error ? thrown.name : typeof thrown }, 'an ingest request failed')
    return appError('internal')
  }
  async function run(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let from = performance.now()
    let status: number
    try {
      status = await process(request, response, () => (from = performance.now()))
    } catch (thrown) {
      if (!request.complete) response.setHeader('Connection', 'close')
      status = sendProblem(response, problemOf(thrown))
      discardBody(request)
    }
    options.onAnswer?.((performance.now() - from) / 1000, status)
  }

  return {
    handle(request, response) {
      const url = request.url ?? ''
      if (url !== EVENTS_PATH && !url.startsWith(`${EVENTS_PATH}?`)) return false
      const work = run(request, response)
      underWay.add(work)
      void work.finally(() => underWay.delete(work))
      return true
    },
    async stop() {
      stopping.abort(unavailable('the server is shutting down'))
      await Promise.all(underWay)
    },
  }
}

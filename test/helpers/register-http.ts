import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttp } from '@guanlan/server/http/create-http'
import { createMetrics } from '@guanlan/server/http/metrics'
import type { Route } from '@guanlan/server/http/route'
import { silentLogger } from '@guanlan/server/lib/logger'
import { loadConfig } from '@guanlan/server/config'
import { appError } from '@guanlan/contract/errors'
import { createAuditExports } from '@guanlan/server/identity/audit-exports'
import { createAuditHeads } from '@guanlan/server/identity/audit-heads'
import type { PostHead } from '@guanlan/server/identity/audit-heads'
import { createViews } from '@guanlan/server/identity/views'
import { processingRecord } from '@guanlan/server/protection/processing-record'
import { createSaltKeeper } from '@guanlan/server/protection/salts'
import { createFindingsKeeper } from '@guanlan/server/register/findings-keeper'
import type { TestRegister } from './register.ts'

export interface Answer {
  readonly status: number
  // Tests read what they expect; a wrong shape fails the expectation.
  readonly body: Record<string, never> & Record<string, unknown>
  readonly text: string
  readonly cookie: string
}

/** What the routes of administration take besides the register, over its Postgres; what needs the event store is not there. */
export function administrationParts(
  at: TestRegister,
  options: { today?: () => string; post?: PostHead } = {},
) {
  const today = options.today ?? (() => new Date(at.clock.now()).toISOString().slice(0, 10))
  const without = async () => {
    throw appError('unavailable', 'this test has no event store')
  }
  return {
    ...at,
    today,
    findings: createFindingsKeeper({ ...at, today, lastMessages: async () => undefined }),
    views: createViews({
      ...at,
      today,
      report: (error) => {
        throw error
      },
    }),
    auditExports: createAuditExports(at),
    auditHeads: createAuditHeads({
      ...at,
      today,
      receiver: undefined,
      post: options.post ?? (async () => ({ status: null })),
    }),
    groupDays: async () => [],
    holdings: without,
    retentionKeeper: { tick: without, list: async () => [] },
    salts: createSaltKeeper({ ...at, report: () => undefined }),
    record: () => processingRecord(loadConfig({}), 'city', at.clock.now()),
    deleteHistory: without,
  }
}

/** Serves routes on a free port, answers held against the contract; `call` speaks to them like a browser without a page. */
export async function serveRoutes(at: TestRegister, routes: readonly Route[]) {
  const app = createHttp({
    config: {
      publicUrl: 'http://127.0.0.1:18080',
      webDir: '/nonexistent',
      rateLimits: { apiPerMinute: 100_000 },
    },
    identity: at.identity,
    routes,
    clock: at.clock,
    logger: silentLogger,
    metrics: createMetrics(),
    checkAnswers: true,
  })
  const server = createServer((req, res) => void app(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function call(
    method: string,
    path: string,
    options: { cookie?: string; body?: unknown; bearer?: string } = {},
  ): Promise<Answer> {
    const headers: Record<string, string> = {}
    if (options.cookie !== undefined) headers['cookie'] = options.cookie
    if (options.bearer !== undefined) headers['authorization'] = `Bearer ${options.bearer}`
    if (options.body !== undefined) headers['content-type'] = 'application/json'
    const answer = await fetch(origin + path, {
      method,
      headers,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
    const text = await answer.text()
    const isJson = /json$/.test((answer.headers.get('content-type') ?? '').split(';')[0] ?? '')
    return {
      status: answer.status,
      text,
      body:
        isJson && text !== '' && !/x-ndjson/.test(answer.headers.get('content-type') ?? '')
          ? JSON.parse(text)
          : {},
      cookie: answer.headers
        .getSetCookie()
        .map((each) => each.split(';')[0])
        .filter((each) => !each?.endsWith('='))
        .join('; '),
    }
  }
  return {
    origin,
    call,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

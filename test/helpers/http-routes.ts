import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { endpoint } from '@guanlan/contract/endpoint'
import { appError } from '@guanlan/contract/errors'
import { createHttp } from '@guanlan/server/http/create-http'
import { createMetrics } from '@guanlan/server/http/metrics'
import { route, type Caller, type KeyCaller, type Route } from '@guanlan/server/http/route'
import { operationRoutes, type OperationDeps } from '@guanlan/server/http/routes/operation'
import { silentLogger } from '@guanlan/server/lib/logger'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

const key = (more: Partial<KeyCaller>): KeyCaller => ({
  id: 'k',
  source: 'gate',
  unitId: 'u1',
  mayIngest: true,
  mayRead: false,
  ratePerSecond: 100,
  state: 'ok',
  ...more,
})
const KEYS: Record<string, KeyCaller> = {
  'read-key': key({ id: 'k1', mayRead: true, mayIngest: false }),
  'ingest-key': key({ id: 'k2' }),
  'lower-key': key({ id: 'k4', unitId: 'u2', mayRead: true, mayIngest: false }),
  'old-key': key({ id: 'k3', mayRead: true, state: 'expired' }),
}
const account = (role: 'duty' | 'sysadmin' | 'display', id: string): Caller => ({
  kind: role === 'display' ? 'display' : 'user',
  id,
  name: id,
  grants: [{ role, unitId: 'u1' }],
  locale: 'en',
})
const SESSIONS: Record<string, Caller> = {
  'sid=duty': account('duty', 'a1'),
  'sid=admin': account('sysadmin', 'a2'),
}
const TOKENS: Record<string, Caller> = { 'wall-token': account('display', 'd1') }

export const plain = {
  method: 'get',
  tag: 'test',
  response: z.strictObject({ ok: z.literal(true) }),
} as const
const ok = () => ({ ok: true as const })
export const things = endpoint({
  operationId: 'putThing',
  method: 'put',
  path: '/api/v1/things/:id',
  summary: 'Change a thing',
  tag: 'test',
  access: { roles: ['duty'] },
  params: z.strictObject({ id: z.string().max(3) }),
  query: z.strictObject({ dry: z.enum(['yes', 'no']).optional() }),
  body: z.strictObject({ size: z.int(), deep: z.strictObject({ 'a/b': z.string() }).optional() }),
  response: z.strictObject({ id: z.string(), size: z.int() }),
})

export const ROUTES: Route[] = [
  route(endpoint({ ...plain, operationId: 'a', path: '/api/v1/open', summary: 's', access: 'public' }), ok),
  route(
    endpoint({ ...plain, operationId: 'b', path: '/api/v1/session-only', summary: 's', access: 'session' }),
    ok,
  ),
  route(endpoint({ ...plain, operationId: 'c', path: '/api/v1/key-only', summary: 's', access: 'key' }), ok),
  route(
    endpoint({
      ...plain,
      operationId: 'd',
      path: '/api/v1/duty-only',
      summary: 's',
      access: { roles: ['duty'] },
    }),
    ok,
  ),
  route(
    endpoint({
      ...plain,
      operationId: 'e',
      path: '/api/v1/duty-or-key',
      summary: 's',
      access: { rolesOrKey: ['duty'] },
    }),
    ok,
  ),
  route(things, async ({ params, body }) => ({ id: params.id, size: body.size })),
  route(
    endpoint({
      operationId: 'f',
      method: 'delete',
      path: '/api/v1/things/:id',
      summary: 's',
      tag: 'test',
      access: 'session',
      params: z.strictObject({ id: z.string() }),
    }),
    () => undefined,
  ),
  route(
    endpoint({ ...plain, operationId: 'g', path: '/api/v1/broken', summary: 's', access: 'public' }),
    async () => {
      throw new Error('secret of the store')
    },
  ),
  route(
    endpoint({ ...plain, operationId: 'h', path: '/api/v1/full', summary: 's', access: 'public' }),
    async () => {
      throw appError('unavailable', 'The spool is full', { retryAfterSeconds: 4.2 })
    },
  ),
]

/** The real HTTP application over routes and callers of our own, on any free port, until the test ends. */
export async function start(
  options: {
    routes?: Route[]
    checks?: OperationDeps['checks']
    perMinute?: number
    trustedProxies?: string[]
  } = {},
) {
  const webDir = await mkdtemp(path.join(tmpdir(), 'guanlan-web-'))
  await mkdir(path.join(webDir, 'assets'))
  await writeFile(path.join(webDir, 'index.html'), '<!doctype html><title>shell</title>')
  await writeFile(path.join(webDir, 'assets', 'app-1a2b.js'), 'export {}')
  const metrics = createMetrics()
  const publicUrl = 'http://127.0.0.1:8080'
  const routes = options.routes ?? ROUTES
  const app = createHttp({
    config: {
      ...{ publicUrl, webDir, rateLimits: { apiPerMinute: options.perMinute ?? 1000 } },
      trustedProxies: options.trustedProxies ?? [],
    },
    identity: {
      authenticateKey: async (bearer) => KEYS[bearer],
      actorFromHeaders: async ({ cookie }) => SESSIONS[cookie ?? ''],
      actorFromDisplayToken: async (token) => TOKENS[token],
    },
    routes: [
      ...routes,
      ...operationRoutes(
        { publicUrl, metrics, root: () => 'u1', checks: options.checks ?? {}, checkTimeoutMs: 50 },
        routes,
      ),
    ],
    clock: { now: () => performance.now() },
    logger: silentLogger,
    metrics,
    checkAnswers: true,
  })
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(webDir, { recursive: true })
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const call = (target: string, init: RequestInit = {}) =>
    fetch(`${url}${target}`, { redirect: 'manual', ...init })
  return { url, call }
}

export const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } })
export const cookie = (value: string) => ({ headers: { cookie: value } })

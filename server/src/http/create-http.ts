import type { Endpoint } from '@guanlan/contract/endpoint'
import { appError } from '@guanlan/contract/errors'
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { enforceAccess, identify, requireSameOrigin, type Callers } from './access.ts'
import { scopesShown, type LookDeps } from './looks.ts'
import type { Metrics } from './metrics.ts'
import { parsePart, problemHandler } from './problem.ts'
import { assertAccess, type Caller, type EdgeIdentity, type KeyCaller, type Route } from './route.ts'
import { securityHeaders } from './security.ts'
import { serveWeb } from './static.ts'

export interface HttpDeps {
  readonly config: {
    readonly publicUrl: string
    readonly webDir: string
    readonly rateLimits: { readonly apiPerMinute: number }
    /** Peers whose X-Forwarded-For says who called; nobody else's is believed. */
    readonly trustedProxies?: readonly string[]
  }
  readonly identity: EdgeIdentity
  readonly routes: readonly Route[]
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  /** Somebody reads figures of a scope: told of every answer that shows some, as looks.ts says. */
  readonly viewed?: (actor: Caller, scope: string) => void
  readonly scopeOfReport?: LookDeps['scopeOfReport']
  /** Holds answers against the contract as well: on in tests, off in production. */
  readonly checkAnswers?: boolean
}

const BODY_LIMIT = '256kb'

/**
 * Builds the express application from routes. The ingest handler and socket.io sit before it on the same server.
 * @throws Error for a route without access, or two routes on one method and path
 */
export function createHttp(deps: HttpDeps): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  app.set('trust proxy', deps.config.trustedProxies ?? [])
  app.use(securityHeaders(deps.config.publicUrl))
  app.use(['/api', '/healthz', '/readyz', '/metrics'], noStore)
  mountRoutes(app, deps)
  serveWeb(app, deps.config.webDir)
  app.use(() => {
    throw appError('not_found')
  })
  app.use(problemHandler(deps.logger))
  return app
}

const noStore: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store')
  next()
}

function mountRoutes(app: Express, deps: HttpDeps): void {
  const limit = createLimiter(deps)
  const seconds = deps.metrics.histogram(
    'guanlan_http_seconds',
    'Time to answer by route',
    [0.005, 0.02, 0.1, 0.5, 2, 10],
    ['method', 'route', 'status'],
  )
  const methods = new Map<string, Set<string>>()
  for (const route of deps.routes) {
    const { endpoint } = route
    assertAccess(endpoint)
    const known = methods.get(endpoint.path) ?? new Set<string>()
    if (known.has(endpoint.method)) throw new Error(`two routes take ${endpoint.method} ${endpoint.path}`)
    methods.set(endpoint.path, known.add(endpoint.method))
    const observe: RequestHandler = (_req, res, next) => {
      const start = deps.clock.now()
      res.once('finish', () =>
        seconds.observe(
          { method: endpoint.method, route: endpoint.path, status: res.statusCode },
          (deps.clock.now() - start) / 1000,
        ),
      )
      next()
    }
    app[endpoint.method](
      endpoint.path,
      observe,
      guard(deps, endpoint, limit),
      ...bodyParsers(endpoint),
      answer(deps, route),
    )
  }
  for (const [path, known] of methods) {
    app.all(path, (_req, res) => {
      res.setHeader('Allow', [...known].map((method) => method.toUpperCase()).join(', '))
      throw appError('method_not_allowed')
    })
  }
}

function guard(
  deps: HttpDeps,
  endpoint: Endpoint,
  limit: (callers: Callers, req: Request) => Promise<void>,
): RequestHandler {
  const publicOrigin = new URL(deps.config.publicUrl).origin
  return async (req, res, next) => {
    requireSameOrigin(req.method, req.headers, publicOrigin)
    const callers = await identify(deps.identity, req.headers)
    if (endpoint.tag !== 'operation') await limit(callers, req)
    enforceAccess(endpoint.access, callers)
    res.locals.callers = callers
    next()
  }
}

function bodyParsers(endpoint: Endpoint): RequestHandler[] {
  if (endpoint.body === undefined) return []
  const requireJson: RequestHandler = (req, _res, next) => {
    const empty =
      req.headers['content-length'] === '0' ||
      (req.headers['content-length'] === undefined && req.headers['transfer-encoding'] === undefined)
    if (!empty && req.is('application/json') === false)
      throw appError('unsupported_media_type', 'The body has to be application/json')
    next()
  }
  return [requireJson, express.json({ limit: endpoint.bodyLimitBytes ?? BODY_LIMIT })]
}

function answer(deps: HttpDeps, { endpoint, handler }: Route): RequestHandler {
  return async (req, res) => {
    const { actor, key } = res.locals.callers as Callers
    const asked = {
      ...{
        params: part(endpoint, req, 'params') as undefined,
        query: part(endpoint, req, 'query') as undefined,
      },
      body: part(endpoint, req, 'body') as undefined,
    }
    const result = await handler({ ...asked, actor, key, req, res })
    const { viewed, scopeOfReport = async () => undefined } = deps
    const viewer = actor ?? viewerOf(key)
    if (viewed !== undefined && viewer !== undefined)
      for (const scope of await scopesShown(endpoint.operationId, asked, result, { scopeOfReport }))
        viewed(viewer, scope)
    if (!res.headersSent) send(deps, endpoint, res, result)
  }
}

/** A key that reads figures is written down as well, as itself: it has no roles. */
const viewerOf = (key: KeyCaller | undefined): Caller | undefined =>
  key === undefined ? undefined : { kind: 'key', id: key.id, name: key.source, grants: [], locale: 'zh-CN' }

function part(endpoint: Endpoint, req: Request, name: 'params' | 'query' | 'body'): unknown {
  const schema = endpoint[name]
  return schema === undefined ? undefined : parsePart(schema, req[name], name)
}

function send(deps: HttpDeps, endpoint: Endpoint, res: Response, result: unknown): void {
  if (res.statusCode === 200 && endpoint.status !== undefined) res.status(endpoint.status)
  if (endpoint.produces !== undefined) {
    res.type(endpoint.produces).send(result)
  } else if (endpoint.response === undefined) {
    res.status(endpoint.status ?? 204).end()
  } else {
    res.json(deps.checkAnswers === true ? endpoint.response.parse(result) : result)
  }
}

/** A limit an account, key or (without either) address; far above what the pages need. */
function createLimiter(deps: HttpDeps): (callers: Callers, req: Request) => Promise<void> {
  const limiter = new RateLimiterMemory({ points: deps.config.rateLimits.apiPerMinute, duration: 60 })
  return async ({ actor, key }, req) => {
    const who =
      key !== undefined
        ? `key:${key.id}`
        : actor !== undefined
          ? `${actor.kind}:${actor.id}`
          : `address:${req.ip ?? ''}`
    try {
      await limiter.consume(who)
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      throw appError('too_many_requests', undefined, { retryAfterSeconds: refusal.msBeforeNext / 1000 })
    }
  }
}

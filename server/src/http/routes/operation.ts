import { isIP } from 'node:net'
import type { Endpoint } from '@guanlan/contract/endpoint'
import {
  docsEndpoint,
  healthEndpoint,
  metricsEndpoint,
  openApiEndpoint,
  readinessEndpoint,
} from '@guanlan/contract/endpoints/operation'
import { ingestEndpoint } from '@guanlan/contract/endpoints/event'
import { endpoint } from '@guanlan/contract/endpoint'
import { appError } from '@guanlan/contract/errors'
import { DOCS_CSS, renderDocs } from '../docs-page.ts'
import type { Metrics } from '../metrics.ts'
import { createOpenApi } from '../openapi.ts'
import { route, type Route, type RouteContext } from '../route.ts'

/** A part that must be well before events are taken: resolves with null, or with what is wrong in plain words. */
export type ReadyCheck = () => Promise<string | null> | string | null

export interface OperationDeps {
  readonly publicUrl: string
  readonly metrics: Metrics
  /** The unit at the top: metrics are of the whole installation. */
  readonly root: () => string
  readonly checks: Readonly<Record<string, ReadyCheck>>
  /** A check that takes longer counts as failed, ms. */
  readonly checkTimeoutMs?: number
}

const stylesEndpoint = endpoint({
  operationId: 'getDocsStyle',
  method: 'get',
  path: '/api/docs.css',
  summary: 'Style sheet of the page',
  tag: 'operation',
  access: 'public',
  produces: 'text/css',
})

/** Health, readiness, metrics and the description of everything. `others` are the routes that the description covers too. */
export function operationRoutes(deps: OperationDeps, others: readonly Route[]): Route[] {
  let document: ReturnType<typeof createOpenApi> | undefined
  const describe = () =>
    (document ??= createOpenApi(
      [...routes, ...others].map((each): Endpoint => each.endpoint),
      ingestEndpoint,
      deps.publicUrl,
    ))
  const routes: Route[] = [
    route(healthEndpoint, () => ({ status: 'up' as const })),
    route(readinessEndpoint, async ({ res }) => {
      const checks = await runChecks(deps)
      const ready = Object.values(checks).every((reason) => reason === null)
      if (!ready) res.status(503)
      return { ready, checks }
    }),
    route(metricsEndpoint, async (context) => {
      requireScraper(context, deps.root())
      return deps.metrics.registry.metrics()
    }),
    route(openApiEndpoint, () => JSON.stringify(describe())),
    route(docsEndpoint, () => renderDocs(describe())),
    route(stylesEndpoint, () => DOCS_CSS),
  ]
  return routes
}

async function runChecks({
  checks,
  checkTimeoutMs = 3_000,
}: OperationDeps): Promise<Record<string, string | null>> {
  const run = async (check: ReadyCheck): Promise<string | null> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve('does not answer in time'), checkTimeoutMs)
    })
    try {
      return await Promise.race([Promise.resolve(check()), late])
    } catch {
      // The reason may hold an address or a query; the log has it.
      return 'cannot be reached'
    } finally {
      clearTimeout(timer)
    }
  }
  const entries = Object.entries(checks).map(async ([name, check]) => [name, await run(check)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/** Metrics say how busy the house is, so they are for this machine, for a system administrator, or for a key made for reading the whole alone. */
function requireScraper(
  { actor, key, req }: Pick<RouteContext, 'actor' | 'key' | 'req'>,
  root: string,
): void {
  const mayScrape = key?.mayRead === true && !key.mayIngest && key.unitId === root
  if (mayScrape || actor?.grants.some((grant) => grant.role === 'sysadmin')) return
  const address = req.socket.remoteAddress ?? ''
  const proxied = req.headers['x-forwarded-for'] !== undefined || req.headers.forwarded !== undefined
  if (!proxied && isLoopback(address)) return
  throw appError(actor === undefined && key === undefined ? 'unauthenticated' : 'forbidden')
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '')
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

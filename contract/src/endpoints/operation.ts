import { z } from 'zod'
import { endpoint } from '../endpoint.ts'

export const Health = z.strictObject({ status: z.literal('up') })
export type Health = z.infer<typeof Health>

/** Why the product cannot take events or answer now: one entry for each part, `null` when that part is well. */
export const Readiness = z.strictObject({
  ready: z.boolean(),
  checks: z.record(z.string(), z.string().nullable()),
})
export type Readiness = z.infer<typeof Readiness>

export const healthEndpoint = endpoint({
  operationId: 'getHealth',
  method: 'get',
  path: '/healthz',
  summary: 'The process is up',
  tag: 'operation',
  access: 'public',
  response: Health,
})

export const readinessEndpoint = endpoint({
  operationId: 'getReadiness',
  method: 'get',
  path: '/readyz',
  summary: 'The stores can be reached and the spool has room; 503 with the reasons otherwise',
  tag: 'operation',
  access: 'public',
  response: Readiness,
})

export const metricsEndpoint = endpoint({
  operationId: 'getMetrics',
  method: 'get',
  path: '/metrics',
  summary:
    'Prometheus metrics: from this machine, with an account of a system administrator, or with a key of the top unit for reading alone. Counts of messages and requests in whole steps. No label holds content.',
  tag: 'operation',
  access: 'public',
  produces: 'text/plain',
})

export const openApiEndpoint = endpoint({
  operationId: 'getOpenApi',
  method: 'get',
  path: '/api/openapi.json',
  summary: 'This description',
  tag: 'operation',
  access: 'public',
  produces: 'application/json',
})

export const docsEndpoint = endpoint({
  operationId: 'getDocs',
  method: 'get',
  path: '/api/docs',
  summary: 'This description as a page',
  tag: 'operation',
  access: 'public',
  produces: 'text/html',
})

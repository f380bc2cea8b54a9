import type { Access, Endpoint } from '@guanlan/contract/endpoint'
import { Problem } from '@guanlan/contract/errors'
import { GuanlanEvent, IngestResult, Rejection } from '@guanlan/contract/event'
import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'

export type OpenApiDocument = ReturnType<typeof createDocument>

const NAMED = { GuanlanEvent, IngestResult, Rejection, Problem }
for (const [id, schema] of Object.entries(NAMED))
  if (!z.globalRegistry.has(schema)) z.globalRegistry.add(schema, { id })

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
})

/** Who may call, in words and as OpenAPI security. */
export function describeAccess(access: Access): string {
  if (access === 'public') return 'Open to everybody.'
  if (access === 'session') return 'Takes a signed-in account or a display token.'
  if (access === 'key') return 'Takes an ingest key.'
  if ('roles' in access) return `Takes an account with one of the roles ${access.roles.join(', ')}.`
  return `Takes a key that may read, or an account with one of the roles ${access.rolesOrKey.join(', ')}.`
}

function security(access: Access): Record<string, string[]>[] {
  if (access === 'public') return []
  if (access === 'key') return [{ bearer: [] }]
  if (typeof access === 'object' && 'roles' in access) return [{ session: [] }]
  return [{ session: [] }, { bearer: [] }]
}

function operation(endpoint: Endpoint): ZodOpenApiOperationObject {
  const ok =
    endpoint.status ?? (endpoint.response === undefined && endpoint.produces === undefined ? 204 : 200)
  const type = endpoint.produces ?? 'application/json'
  const schema =
    endpoint.response ?? (endpoint.produces === 'application/json' ? z.looseObject({}) : z.string())
  return {
    operationId: endpoint.operationId,
    summary: endpoint.summary,
    description: describeAccess(endpoint.access),
    tags: [endpoint.tag],
    security: security(endpoint.access),
    ...(endpoint.params === undefined && endpoint.query === undefined
      ? {}
      : { requestParams: { ...optional('path', endpoint.params), ...optional('query', endpoint.query) } }),
    ...(endpoint.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: endpoint.body } } } }),
    responses: {
      [String(ok) as '200']:
        ok === 204 ? { description: 'Done' } : { description: 'The answer', content: { [type]: { schema } } },
      ...errorAnswers(endpoint),
    },
  }
}

const optional = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }

function errorAnswers(endpoint: Endpoint): ZodOpenApiOperationObject['responses'] {
  return {
    ...((endpoint.query ?? endpoint.params ?? endpoint.body)
      ? { '400': problem('The request could not be read') }
      : {}),
    ...(endpoint.access === 'public'
      ? {}
      : { '401': problem('Nobody is signed in, or the key is not valid') }),
    ...(endpoint.access === 'public' ? {} : { '403': problem('This account or key may not do that') }),
    ...(endpoint.path.includes('/:') ? { '404': problem('There is nothing here') } : {}),
    '429': problem('Too many requests; Retry-After says when'),
  }
}

/** Ingest takes more media types and answers more ways than the other routes. */
function ingestOperation(endpoint: Endpoint): ZodOpenApiOperationObject {
  const base = operation(endpoint)
  const one = { schema: z.union([GuanlanEvent, z.array(GuanlanEvent)]) }
  const envelope = z.strictObject({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string(),
    type: z.enum(['cn.guanlan.message.moderated.v1', 'cn.guanlan.message.corrected.v1']),
    time: z.iso.datetime({ offset: true }).optional(),
    datacontenttype: z.string().optional(),
    dataschema: z.string().optional(),
    traceparent: z.string().optional(),
    tracestate: z.string().optional(),
    data: z.looseObject({}),
  })
  return {
    ...base,
    requestBody: {
      required: true,
      description:
        'At most 5,000 events and 8 MiB decoded; Content-Encoding gzip is taken. An empty array is a heartbeat.',
      content: {
        'application/json': one,
        'application/x-ndjson': { schema: GuanlanEvent },
        'application/cloudevents+json': { schema: envelope },
        'application/cloudevents-batch+json': { schema: z.array(envelope) },
      },
    },
    responses: {
      ...base.responses,
      '400': problem('Not JSON, or cut short'),
      '413': problem('The body is too large'),
      '415': problem('This media type is not taken'),
      '422': problem('No event in the batch is usable; `rejected` says why, event by event'),
      '503': problem('The spool is full or the server is shutting down; Retry-After says when'),
    },
  }
}

const pathOf = (path: string) => path.replace(/:([A-Za-z0-9]+)/g, '{$1}')

/** OpenAPI 3.1 of every endpoint given, made from the schemas that also parse the requests. */
export function createOpenApi(
  endpoints: readonly Endpoint[],
  ingest: Endpoint,
  publicUrl: string,
): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = { [ingest.path]: { post: ingestOperation(ingest) } }
  for (const endpoint of endpoints) {
    const path = pathOf(endpoint.path)
    paths[path] = { ...paths[path], [endpoint.method]: operation(endpoint) }
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Guanlan',
      version: '0.1.0',
      description:
        'Live dashboard and sentiment analytics for the group chats that an organisation itself runs. Figures are about groups and units, after the floors; nothing here is about one person and nothing selects by word.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'better-auth.session_token',
          description: 'Set by signing in.',
        },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An ingest key, or a display token where an account may call.',
        },
      },
    },
  })
}

import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { type Schema, valuesOf } from './hostile-schema.ts'

export interface HostileRequest {
  operationId: string
  method: string
  path: string
  headers: Record<string, string>
  body?: Uint8Array
}

interface Parameter {
  name: string
  in: string
  schema?: Schema
}
interface Described {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { content?: Record<string, { schema?: Schema }> }
}
export interface OpenApi {
  paths: Record<string, Record<string, Described>>
  components?: { schemas?: Record<string, Schema> }
}

interface Operation {
  id: string
  method: string
  path: string
  params: Map<string, unknown[]>
  queries: Map<string, unknown[]>
  bodies: { type: string; values: unknown[] } | undefined
}

/** Values prepared for each place; requests combine and spoil them. */
const SAMPLES = 60

/** Paths that end the sessions of the attack itself. */
const SPARED = new Set(['signOut', 'endOtherSessions', 'setOwnPassword'])

export function operationsOf(api: OpenApi, seed: number): Operation[] {
  const all = api.components?.schemas ?? {}
  const sample = (schema: Schema | undefined) =>
    fc.sample(valuesOf(schema ?? {}, all), { numRuns: SAMPLES, seed })
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, described]): Operation[] => {
      if (SPARED.has(described.operationId)) return []
      const of = (place: string) =>
        new Map(
          (described.parameters ?? [])
            .filter((parameter) => parameter.in === place)
            .map((parameter) => [parameter.name, sample(parameter.schema)]),
        )
      const [type, content] = Object.entries(described.requestBody?.content ?? {})[0] ?? []
      return [
        {
          id: described.operationId,
          method: method.toUpperCase(),
          path,
          params: of('path'),
          queries: of('query'),
          bodies: type === undefined ? undefined : { type, values: sample(content?.schema) },
        },
      ]
    }),
  )
}

export type Below = (n: number) => number
const pick = <T>(list: readonly T[], below: Below): T => list[below(list.length)] as T

const NASTY: readonly unknown[] = [
  ...[
    '../../../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '\u0000',
    '%00',
    "' OR 1=1 --",
    '${7*7}',
    '{{7*7}}',
  ],
  ...[
    '<script>alert(1)</script>',
    '=cmd|calc!A1',
    'a\r\nSet-Cookie: x=1',
    '\uD800',
    '\u202Etxt',
    '𠀀'.repeat(50),
  ],
  ...['__proto__', 'constructor', 'toString', 'x'.repeat(70_000), '//evil.invalid', 'https://evil.invalid/'],
  ...[-1, 0, 1e308, Number.MAX_SAFE_INTEGER, -0.5, null, true, [], {}, [[]], { $ne: null }, { length: 1e9 }],
  ...['9999-12-31', '0000-00-00', '2026-02-30', '275760-09-13T00:00:00.001Z', 'NaN', 'Infinity', '1e400'],
]
const POLLUTED = JSON.parse(
  '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
) as Record<string, unknown>

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)

/** One spoiled copy of a value: a field taken away, added, of another type, or poisoned. */
export function spoil(value: unknown, below: Below): unknown {
  if (typeof value !== 'object' || value === null) return pick(NASTY, below)
  const copy = structuredClone(value) as Record<string, unknown>
  const keys = Object.keys(copy)
  const key = keys.length === 0 ? undefined : pick(keys, below)
  const kind = below(6)
  if (kind === 0 && key !== undefined) Reflect.deleteProperty(copy, key)
  else if (kind === 1) return { ...copy, [String(pick(NASTY, below)).slice(0, 40)]: pick(NASTY, below) }
  else if (kind === 2) return Object.assign(Object.create(null) as object, copy, POLLUTED)
  else if (key !== undefined) copy[key] = below(2) === 0 ? spoil(copy[key], below) : pick(NASTY, below)
  return copy
}

/** Lone surrogates as the replacement character, as every encoder writes them. */
const wellFormed = (raw: string) => Buffer.from(raw).toString()
const text = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')

/** Escapes what an address cannot hold; lone surrogates and raw percent signs stay hostile. */
function escaped(value: unknown, below: Below): string {
  const raw = text(value).slice(0, 4000)
  if (below(12) === 0) return raw.replace(/[^\x21-\x7e]/gu, '').replace(/[?#]/g, '')
  return encodeURIComponent(wellFormed(raw))
}

const BOMB = gzipSync(Buffer.alloc(24 * 1024 * 1024))
const RAW_BODIES: readonly (() => { bytes: Uint8Array; headers?: Record<string, string> })[] = [
  () => ({ bytes: Buffer.from(nested('[', ']', 20_000)) }),
  () => ({ bytes: Buffer.from(nested('{"a":', '', 10_000)) }),
  () => ({ bytes: Buffer.from('{"a":1') }),
  () => ({ bytes: Buffer.from([0xff, 0xfe, 0x00, 0x7b]) }),
  () => ({ bytes: Buffer.from('"'.padEnd(200_000, 'x')) }),
  () => ({ bytes: BOMB, headers: { 'content-encoding': 'gzip' } }),
  () => ({ bytes: Buffer.from('not gzip'), headers: { 'content-encoding': 'gzip' } }),
  () => ({ bytes: Buffer.from('{}'), headers: { 'content-encoding': 'br' } }),
  () => ({ bytes: Buffer.from('<a/>'), headers: { 'content-type': 'text/xml' } }),
  () => ({
    bytes: Buffer.from('a=1&a[b]=2'),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }),
  () => ({ bytes: Buffer.from('{}'), headers: { 'content-type': 'application/json; charset=utf-7' } }),
]
const HEADERS: readonly Record<string, string>[] = [
  { 'x-forwarded-host': 'evil.invalid', 'x-forwarded-proto': 'javascript' },
  { 'x-http-method-override': 'DELETE' },
  { origin: 'https://evil.invalid', 'sec-fetch-site': 'cross-site' },
  { accept: 'x'.repeat(4000) },
  { 'accept-language': 'zh-CN,'.repeat(500) },
  { range: 'bytes=0-,0-,0-' },
  { 'if-none-match': '*', 'if-modified-since': 'yesterday' },
  { traceparent: '00-'.padEnd(500, 'f') },
  { cookie: `${'a=b; '.repeat(400)}better-auth.session_token=../../x` },
]

/** One hostile request: a known operation, a credential that may or may not fit, and something spoiled. */
export function hostileRequest(
  operations: readonly Operation[],
  credentials: readonly Record<string, string>[],
  below: Below,
): HostileRequest {
  const operation = pick(operations, below)
  const value = (values: unknown[] | undefined) =>
    below(3) === 0 ? pick(NASTY, below) : pick(values ?? [''], below)
  const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    escaped(value(operation.params.get(name)), below),
  )
  const query = [...operation.queries].flatMap(([name, values]) => {
    if (below(3) === 0) return []
    const part = `${name}=${escaped(value(values), below)}`
    const kind = below(10)
    return kind === 0 ? [part, part] : kind === 1 ? [`${name}[]=1`, `${name}[__proto__]=1`] : [part]
  })
  const request: HostileRequest = {
    operationId: operation.id,
    method: below(40) === 0 ? pick(['PATCH', 'OPTIONS', 'HEAD', 'PUT'], below) : operation.method,
    path: query.length === 0 ? path : `${path}?${query.join('&')}`,
    headers: { ...pick(credentials, below), ...(below(4) === 0 ? pick(HEADERS, below) : {}) },
  }
  if (operation.bodies === undefined) return request
  const { type, values } = operation.bodies
  request.headers['content-type'] ??= type
  if (below(25) === 0) {
    const { bytes, headers } = pick(RAW_BODIES, below)()
    request.body = bytes
    Object.assign(request.headers, headers)
  } else {
    const good = pick(values, below)
    request.body = Buffer.from(text(below(4) === 0 ? good : spoil(good, below)))
  }
  return request
}

import * as operation from '@guanlan/contract/endpoints/operation'
import { sourceHealthEndpoint } from '@guanlan/contract/endpoints/source'
import { totalsEndpoint } from '@guanlan/contract/endpoints/totals'
import * as session from '@guanlan/contract/endpoints/session'
import { loadConfig } from '@guanlan/server/config'
import type { Route } from '@guanlan/server/http/route'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { bearer, cookie, plain, ROUTES, start, things } from '../helpers/http-routes.ts'

describe('access', () => {
  it('is what the endpoint says, for every kind of caller', async () => {
    const { call } = await start()
    const callers = {
      nobody: {},
      duty: cookie('sid=duty'),
      admin: cookie('sid=admin'),
      wall: bearer('wall-token'),
      reader: bearer('read-key'),
      producer: bearer('ingest-key'),
      expired: bearer('old-key'),
      stranger: bearer('guess'),
      malformed: { headers: { authorization: 'Basic abc' } },
    }
    const table: Record<string, number[]> = {}
    for (const name of ['open', 'session-only', 'key-only', 'duty-only', 'duty-or-key']) {
      table[name] = []
      for (const caller of Object.values(callers))
        table[name].push((await call(`/api/v1/${name}`, caller)).status)
    }
    expect(table).toEqual({
      //              nobody duty admin wall reader producer expired stranger malformed
      open: [200, 200, 200, 200, 200, 200, 200, 200, 200],
      'session-only': [401, 200, 200, 200, 403, 403, 401, 401, 401],
      'key-only': [401, 403, 403, 403, 200, 200, 401, 401, 401],
      'duty-only': [401, 200, 403, 403, 403, 403, 401, 401, 401],
      'duty-or-key': [401, 200, 403, 403, 200, 403, 401, 401, 401],
    })
  })

  it('cannot be left out: such a route does not come into being, nor do two on one address', async () => {
    const { access: _, ...closed } = {
      ...plain,
      operationId: 'x',
      path: '/x',
      summary: 's',
      access: 'public' as const,
    }
    for (const access of [undefined, 'everybody', {}, { roles: [] }]) {
      await expect(
        start({ routes: [{ endpoint: { ...closed, access } as never, handler: async () => ({}) }] }),
      ).rejects.toThrow('does not say who may use it')
    }
    await expect(start({ routes: [ROUTES[0] as Route, ROUTES[0] as Route] })).rejects.toThrow('two routes')
  })

  it('takes changes from this site only', async () => {
    const { call, url } = await start()
    const put = (headers: Record<string, string>) =>
      call('/api/v1/things/a', {
        method: 'PUT',
        body: '{"size":1}',
        headers: { 'content-type': 'application/json', cookie: 'sid=duty', ...headers },
      })
    expect((await put({ origin: url })).status).toBe(200)
    expect((await put({ origin: 'http://127.0.0.1:8080' })).status).toBe(200)
    expect((await put({ origin: 'https://elsewhere.example' })).status).toBe(403)
    expect((await put({ origin: 'null' })).status).toBe(403)
    expect((await put({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it('limits how often one caller asks', async () => {
    const { call } = await start({ perMinute: 3 })
    const statuses: number[] = []
    for (let request = 0; request < 4; request++)
      statuses.push((await call('/api/v1/duty-only', cookie('sid=duty'))).status)
    const other = await call('/api/v1/duty-only', cookie('sid=admin'))
    expect([...statuses, other.status]).toEqual([200, 200, 200, 429, 403])
  })

  it('takes the address of a caller from the proxy that is named, and from nobody else', async () => {
    const ask = async (trustedProxies: string[], ...chains: string[]) => {
      const { call } = await start({ perMinute: 1, trustedProxies })
      const statuses: number[] = []
      for (const chain of chains)
        statuses.push((await call('/api/v1/open', { headers: { 'x-forwarded-for': chain } })).status)
      return statuses
    }
    const [one, other] = ['198.51.100.7', '198.51.100.8']
    expect(await ask(['127.0.0.0/8'], one, other, one)).toEqual([200, 200, 429])
    // What the caller itself wrote before the proxy is not believed.
    expect(await ask(['127.0.0.1'], `203.0.113.1, ${one}`, `203.0.113.2, ${one}`)).toEqual([200, 429])
    expect(await ask(['198.51.100.0/24'], one, other)).toEqual([200, 429])
    expect(await ask([], one, other)).toEqual([200, 429])
  })

  it('takes addresses and blocks for proxies, not names and not everybody', () => {
    const proxies = (GUANLAN_TRUSTED_PROXIES: string) =>
      loadConfig({ GUANLAN_TRUSTED_PROXIES }).trustedProxies
    expect(proxies('')).toEqual([])
    expect(proxies('10.1.2.3, 172.30.57.0/24,fd00::/8')).toEqual(['10.1.2.3', '172.30.57.0/24', 'fd00::/8'])
    for (const wrong of ['proxy', '0.0.0.0/0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8'])
      expect(() => proxies(wrong), wrong).toThrow('GUANLAN_TRUSTED_PROXIES takes')
  })
})

describe('errors', () => {
  it('are problem details, each with its own code, and say nothing of the inside', async () => {
    const { call, url } = await start()
    const put = (body: string, type = 'application/json', id = 'a') =>
      call(`/api/v1/things/${id}`, {
        method: 'PUT',
        body,
        headers: { 'content-type': type, cookie: 'sid=duty', origin: url },
      })
    const cases: [Promise<Response>, number, string, string?][] = [
      [call('/api/v1/nothing'), 404, 'not_found'],
      [call('/api/v1/open', { method: 'POST' }), 405, 'method_not_allowed'],
      [put('{"size":'), 400, 'bad_request'],
      [put('{"size":"big"}'), 400, 'bad_request', '/body/size'],
      [put('{"size":1,"more":2}'), 400, 'bad_request', '/body'],
      [put('{"size":1,"deep":{"a/b":3}}'), 400, 'bad_request', '/body/deep/a~1b'],
      [put('{"size":1}', 'application/json', 'long-id'), 400, 'bad_request', '/params/id'],
      [put('size=1', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type'],
      [put(JSON.stringify({ size: 1, filler: 'x'.repeat(300_000) })), 413, 'too_large'],
      [call('/api/v1/broken'), 500, 'internal'],
      [call('/api/v1/full'), 503, 'unavailable'],
      [call('/api/v1/things/%ff', { method: 'DELETE', headers: { cookie: 'sid=duty' } }), 400, 'bad_request'],
    ]
    for (const [pending, status, code, pointer] of cases) {
      const response = await pending
      const text = await response.text()
      expect([response.status, response.headers.get('content-type')]).toEqual([
        status,
        'application/problem+json; charset=utf-8',
      ])
      const problem = JSON.parse(text) as Record<string, unknown>
      expect(problem).toMatchObject({
        status,
        code,
        type: `urn:guanlan:error:${code}`,
        ...(pointer === undefined ? {} : { pointer }),
      })
      expect(text).not.toContain('secret of the store')
      expect(text).not.toContain('"big"')
    }
    expect((await call('/api/v1/full')).headers.get('retry-after')).toBe('5')
    expect((await call('/api/v1/open', { method: 'POST' })).headers.get('allow')).toBe('GET')
    expect((await call('/api/v1/session-only')).headers.get('www-authenticate')).toBe('Bearer')
  })

  it('answers 204 without a body where nothing is to say', async () => {
    const { call, url } = await start()
    const response = await call('/api/v1/things/a', {
      method: 'DELETE',
      headers: { cookie: 'sid=duty', origin: url },
    })
    expect([response.status, await response.text()]).toEqual([204, ''])
  })
})

describe('pages', () => {
  it('gives the application its shell and every asset its headers', async () => {
    const { call } = await start()
    for (const page of ['/', '/wall', '/scopes/unit:u1/overview']) {
      const response = await call(page)
      expect(await response.text()).toContain('shell')
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("script-src 'self'")
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
      expect(response.headers.get('x-powered-by')).toBeNull()
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect((await call('/assets/app-1a2b.js')).headers.get('cache-control')).toContain('immutable')
    for (const missing of ['/assets/app-0000.js', '/api/v2/x', '/favicon.png', '/..%2f..%2fpackage.json']) {
      expect((await call(missing)).status).toBe(404)
    }
    expect((await call('/api/v1/open')).headers.get('cache-control')).toBe('no-store')
  })
})

describe('operation', () => {
  it('is up always and ready only when every part is', async () => {
    const well = await start({ checks: { clickhouse: async () => null, spool: () => null } })
    expect(await (await well.call('/healthz')).json()).toEqual({ status: 'up' })
    const ready = await well.call('/readyz')
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { ready: true, checks: { clickhouse: null, spool: null } },
    ])

    const ill = await start({
      checks: {
        clickhouse: async () => {
          throw new Error('10.0.0.7 refused')
        },
        postgres: () => new Promise<null>(() => undefined),
        spool: () => 'The spool is full',
      },
    })
    const answer = await ill.call('/readyz')
    expect([answer.status, await answer.json()]).toEqual([
      503,
      {
        ready: false,
        checks: {
          clickhouse: 'cannot be reached',
          postgres: 'does not answer in time',
          spool: 'The spool is full',
        },
      },
    ])
    expect((await ill.call('/healthz')).status).toBe(200)
  })

  it('gives metrics to this machine, a system administrator or a reading key, not through a proxy', async () => {
    const { call } = await start()
    await call('/api/v1/things/abc?dry=yes', { method: 'DELETE', headers: { cookie: 'sid=duty' } })
    const metrics = await (await call('/metrics')).text()
    expect(metrics).toContain('guanlan_http_seconds_count')
    expect(metrics).not.toContain('/api/v1/things/abc')
    const proxied = { 'x-forwarded-for': '203.0.113.9' }
    expect((await call('/metrics', { headers: proxied })).status).toBe(401)
    expect((await call('/metrics', { headers: { ...proxied, cookie: 'sid=duty' } })).status).toBe(403)
    expect((await call('/metrics', { headers: { ...proxied, cookie: 'sid=admin' } })).status).toBe(200)
    expect(
      (await call('/metrics', { headers: { ...proxied, authorization: 'Bearer read-key' } })).status,
    ).toBe(200)
    expect(
      (await call('/metrics', { headers: { ...proxied, authorization: 'Bearer lower-key' } })).status,
    ).toBe(403)
  })
})

describe('the description', () => {
  const described: Route[] = [
    ...Object.values(session),
    totalsEndpoint,
    sourceHealthEndpoint,
    things,
  ].flatMap((each) => ('operationId' in each ? [{ endpoint: each, handler: async () => ({}) }] : []))

  it('is a valid OpenAPI 3.1 file with every route in it', async () => {
    const { call } = await start({ routes: described })
    const document = (await (await call('/api/openapi.json')).json()) as Document
    const result = await new Validator().validate(
      structuredClone(document) as unknown as Record<string, unknown>,
    )
    expect(result).toMatchObject({ valid: true })
    expect(document.openapi).toBe('3.1.0')
    const paths = Object.keys(document.paths)
    for (const { endpoint: each } of described) {
      expect(document.paths[each.path.replace(/:(\w+)/g, '{$1}')]?.[each.method]?.operationId).toBe(
        each.operationId,
      )
    }
    for (const each of Object.values(operation)) if ('operationId' in each) expect(paths).toContain(each.path)
    const ingest = document.paths['/api/v1/events']?.post
    expect(Object.keys(ingest?.requestBody?.content ?? {})).toHaveLength(4)
    expect(Object.keys(ingest?.responses ?? {}).sort()).toEqual([
      '200',
      '400',
      '401',
      '403',
      '413',
      '415',
      '422',
      '429',
      '503',
    ])
    expect(JSON.stringify(document.components)).toContain('message.moderated')
  })

  it('can be read as a page without any script or inline style', async () => {
    const { call } = await start({ routes: described })
    const page = await (await call('/api/docs')).text()
    expect(page).toContain('/api/v1/events')
    expect(page).toContain('getTotals')
    expect(page).not.toMatch(/<script|style=|<style|\son\w+=/i)
    const sheet = await call('/api/docs.css')
    expect(sheet.headers.get('content-type')).toContain('text/css')
  })
})

interface Operation {
  operationId?: string
  requestBody?: { content?: Record<string, unknown> }
  responses?: Record<string, unknown>
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: unknown
}

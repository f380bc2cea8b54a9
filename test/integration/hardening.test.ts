import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { registerGroups } from '../helpers/events.ts'
import { accountWith, createCaller, TEST_PASSWORD } from '../helpers/http-client.ts'
import { startServer, type TestServer } from '../helpers/server.ts'

// What an attacker tries by hand; the generated attack is the hostile benchmark.
let server: TestServer
let account: Awaited<ReturnType<typeof accountWith>>
let key = ''
beforeAll(async () => {
  server = await startServer()
  await registerGroups(server, [{ id: 'g-1', unit: 'north' }])
  account = await accountWith(server, 'communications', 'city')
  key = await server.createKey({ source: 'gate', unit: 'city' })
})
afterAll(() => server.stop())

const send = (path: string, init: RequestInit) => fetch(server.url + path, { redirect: 'manual', ...init })
const json = { 'content-type': 'application/json' }
const alive = async () => expect((await send('/healthz', {})).status).toBe(200)

it('session fixation: a cookie planted before the sign-in opens nothing after it', async () => {
  const [name] = account.cookie.split('=')
  const planted = `${name}=planted.by-somebody`
  const answer = await send('/api/v1/session', {
    method: 'POST',
    headers: { ...json, cookie: planted },
    body: JSON.stringify({ email: account.email, password: TEST_PASSWORD }),
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.getSetCookie().join()).not.toContain('planted')
  expect((await createCaller(server.url, { cookie: planted })('GET', '/api/v1/me')).status).toBe(401)
})

it('token reuse: a session that was signed out is gone for whoever kept its cookie', async () => {
  const other = await accountWith(server, 'communications', 'city')
  expect((await other.call('GET', '/api/v1/me')).status).toBe(200)
  expect((await other.call('DELETE', '/api/v1/session')).status).toBeLessThan(300)
  expect((await other.call('GET', '/api/v1/me')).status).toBe(401)
})

it('CSRF: cookies are same-site, and a form of another site is refused', async () => {
  const answer = await send('/api/v1/session', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ email: account.email, password: TEST_PASSWORD }),
  })
  for (const cookie of answer.headers.getSetCookie()) expect(cookie).toMatch(/HttpOnly/i)
  for (const cookie of answer.headers.getSetCookie()) expect(cookie).toMatch(/SameSite=(Lax|Strict)/i)
  const form = await send('/api/v1/me/password', {
    method: 'PUT',
    headers: {
      cookie: account.cookie,
      origin: 'https://evil.invalid',
      'sec-fetch-site': 'cross-site',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'password=x',
  })
  expect(form.status).toBeGreaterThanOrEqual(400)
  expect(form.status).toBeLessThan(500)
})

it('prototype pollution: refused or without effect', async () => {
  const body =
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"email":"a@b.c","password":"x"}'
  const answer = await send('/api/v1/session', { method: 'POST', headers: json, body })
  expect([400, 401]).toContain(answer.status)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  await alive()
})

it.each([
  '/..%2f..%2f..%2fpackage.json',
  '/assets/..%2f..%2f..%2fpackage.json',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/assets/%00',
])('path traversal: %s gives nothing of the disk', async (path) => {
  const answer = await send(path, {})
  expect(await answer.text()).not.toMatch(/"workspaces"|root:x:/)
  expect(answer.status).toBeLessThan(500)
})

it('oversized, deeply nested and compressed bodies are refused and the server goes on', async () => {
  const authorization = `Bearer ${key}`
  const bodies: [string, RequestInit][] = [
    ['/api/v1/session', { headers: json, body: '['.repeat(50_000) }],
    ['/api/v1/session', { headers: json, body: JSON.stringify({ email: 'x'.repeat(3_000_000) }) }],
    [
      '/api/v1/events',
      { headers: { ...json, authorization }, body: '['.repeat(100_000) + ']'.repeat(100_000) },
    ],
    [
      '/api/v1/events',
      {
        headers: { ...json, authorization, 'content-encoding': 'gzip' },
        body: gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20)),
      },
    ],
  ]
  for (const [path, init] of bodies) {
    const answer = await send(path, { method: 'POST', ...init })
    expect([400, 413, 422]).toContain(answer.status)
  }
  await alive()
})

it('header injection and open redirect: what a caller sends comes back in no header', async () => {
  const answer = await send('/api/v1/session', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ email: 'a@b.c\r\nSet-Cookie: x=1', password: 'y' }),
  })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.headers.getSetCookie().join()).not.toContain('x=1')
  for (const path of ['//evil.invalid/', '/%0d%0aSet-Cookie:x=1', '/sign-in?next=//evil.invalid']) {
    const reply = await send(path, {})
    expect(reply.headers.get('location') ?? '').not.toContain('evil.invalid')
    expect(reply.headers.getSetCookie().join()).not.toContain('x=1')
  }
})

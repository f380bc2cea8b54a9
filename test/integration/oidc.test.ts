import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCaller, signIn, TEST_PASSWORD } from '../helpers/http-client.ts'
import { createBrowser, startOidc } from '../helpers/oidc.ts'
import { freePort, startServer } from '../helpers/server.ts'
import type { TestServer } from '../helpers/server.ts'

const PEOPLE = [
  {
    sub: 'anna',
    claims: { email: 'Anna@city.example', email_verified: true, name: '安娜', groups: ['duty', 'x'] },
  },
  { sub: 'both', claims: { email: 'both@city.example', email_verified: true, groups: ['duty', 'lead'] } },
  { sub: 'none', claims: { email: 'none@city.example', email_verified: true, groups: ['x'] } },
  { sub: 'bare', claims: { name: '无邮箱', groups: ['duty'] } },
  { sub: 'local', claims: { email: 'local@city.example', email_verified: true, groups: ['duty'] } },
  { sub: 'thief', claims: { email: 'chief@city.example', email_verified: false, groups: ['duty'] } },
  { sub: 'closed', claims: { email: 'closed@city.example', email_verified: true, groups: ['duty'] } },
]

let server: TestServer
let provider: Awaited<ReturnType<typeof startOidc>>

beforeAll(async () => {
  const port = await freePort()
  const publicUrl = `http://127.0.0.1:${port}`
  provider = await startOidc(`${publicUrl}/api/v1/session/oidc/callback`, PEOPLE)
  server = await startServer({
    port,
    env: {
      GUANLAN_PUBLIC_URL: publicUrl,
      GUANLAN_OIDC_ISSUER: provider.issuer,
      GUANLAN_OIDC_CLIENT_ID: 'guanlan',
      GUANLAN_OIDC_CLIENT_SECRET: 'a secret of the test client, long enough',
      GUANLAN_OIDC_LABEL: '城市统一登录',
      GUANLAN_OIDC_ROLES: 'duty=duty@city; lead=unit-lead@north; lead=leader@nowhere; boss=sysadmin@city',
      GUANLAN_SIGN_IN_PER_MINUTE: '1000',
    },
  })
  const units = 'id,name,parent_id\ncity,城市,\nnorth,北区,city\n'
  await server.admin('register.import', { units, groups: 'id,name,kind,unit_id\n' })
})
afterAll(async () => {
  await server.stop()
  await provider.stop()
})

const grant = (role: string, unitId = 'city') => ({ role, unitId })
const create = (email: string, grants: object[]) =>
  server.admin<{ id: string }>('user.create', { email, name: 'N', grants, password: TEST_PASSWORD })
const me = (browser: ReturnType<typeof createBrowser>) =>
  createCaller(server.url, { cookie: browser.cookies() })('GET', '/api/v1/me')

describe('single sign-on against a real provider', () => {
  it('signs in somebody new with the mapped roles and leads back to the page asked for', async () => {
    const browser = createBrowser(server.url)
    expect((await createCaller(server.url)('GET', '/api/v1/session/options')).body).toMatchObject({
      singleSignOn: { label: '城市统一登录' },
    })
    const stops = await browser.signOn('anna', '/alerts?level=red')
    expect(stops.at(-1)).toBe('/alerts?level=red')
    expect((await me(browser)).body).toMatchObject({
      name: '安娜',
      email: 'anna@city.example',
      grants: [grant('duty')],
    })
    // The cookie that tied the way back to this browser is gone; the session is strict.
    expect(browser.cookies()).not.toContain('oidc')
  })

  it('gives all mapped roles of units that exist, and again on each sign-on', async () => {
    await createBrowser(server.url).signOn('both')
    const accounts = await server.admin<{ id: string; email: string; grants: object[] }[]>('user.list')
    const account = accounts.find((each) => each.email === 'both@city.example')
    expect(account).toMatchObject({
      grants: [grant('duty'), grant('unit-lead', 'north')],
      singleSignOn: true,
      secondFactor: false,
    })
    expect(accounts.filter((each) => each.email.startsWith('both'))).toHaveLength(1)
    const admin = await create('admin@city.example', [grant('sysadmin')])
    const call = createCaller(server.url, { cookie: await signIn(server.url, 'admin@city.example') })
    const lesser = { grants: [grant('leader')] }
    expect((await call('PATCH', `/api/v1/accounts/${account?.id}`, lesser)).status).toBe(200)
    const browser = createBrowser(server.url)
    await browser.signOn('both')
    expect((await me(browser)).body).toMatchObject({ grants: [grant('duty'), grant('unit-lead', 'north')] })
    expect(admin.id).not.toBe(account?.id)
  })

  it.each([
    ['none', 'no_role'],
    ['bare', 'no_address'],
    ['thief', 'address_taken'],
    ['closed', 'disabled'],
  ])('%s comes back without a session: %s', async (sub, problem) => {
    if (sub === 'thief') await create('chief@city.example', [grant('sysadmin')])
    if (sub === 'closed') {
      const { id } = await create('closed@city.example', [grant('duty')])
      const call = createCaller(server.url, { cookie: await signIn(server.url, 'admin@city.example') })
      expect((await call('PATCH', `/api/v1/accounts/${id}`, { disabled: true })).status).toBe(200)
    }
    const browser = createBrowser(server.url)
    expect((await browser.signOn(sub)).at(-1)).toBe(`/sign-in?problem=${problem}`)
    expect((await me(browser)).status).toBe(401)
  })

  it('joins a local account by its verified address; both ways in lead to the same one', async () => {
    const { id } = await create('local@city.example', [grant('duty')])
    const browser = createBrowser(server.url)
    await browser.signOn('local')
    expect((await me(browser)).body).toMatchObject({ id })
    const again = createCaller(server.url, { cookie: await signIn(server.url, 'local@city.example') })
    expect((await again('GET', '/api/v1/me')).body).toMatchObject({ id })
    await create('auditor@city.example', [grant('auditor')])
    const auditor = createCaller(server.url, { cookie: await signIn(server.url, 'auditor@city.example') })
    const { entries } = (await auditor('GET', `/api/v1/audit?actor=${id}`)).body as unknown as {
      entries: { action: string; detail: object }[]
    }
    expect(entries).toMatchObject([
      { action: 'session.sign-in', detail: {} },
      { action: 'session.sign-in', detail: { singleSignOn: true } },
      { action: 'account.link', detail: { issuer: provider.issuer } },
    ])
  })

  it('ends a session that came with the sign-on', async () => {
    const browser = createBrowser(server.url)
    await browser.signOn('anna')
    const before = browser.cookies()
    await browser.signOn('anna')
    expect(browser.cookies()).not.toBe(before)
    expect((await createCaller(server.url, { cookie: before })('GET', '/api/v1/me')).status).toBe(401)
  })
})

describe('what others may try', () => {
  const callback = '/api/v1/session/oidc/callback'

  it('leads nowhere else', async () => {
    const call = createCaller(server.url)
    for (const next of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '/%0d%0aset-cookie:x=y\r\n',
    ])
      expect((await call('GET', `/api/v1/session/oidc?next=${encodeURIComponent(next)}`)).status, next).toBe(
        400,
      )
  })

  it('takes no answer that this browser did not ask for, nor one twice', async () => {
    const call = createCaller(server.url)
    expect((await call('GET', `${callback}?code=x&state=y`)).headers.get('location')).toBe(
      '/sign-in?problem=expired',
    )
    const browser = createBrowser(server.url)
    const stops = await browser.signOn('anna')
    const used = stops.find((stop) => stop.startsWith(callback)) ?? ''
    expect(used).toContain('code=')
    // Another browser that was lured to the address of a finished sign-on.
    expect((await createBrowser(server.url).open(server.url + used)).headers.get('location')).toBe(
      '/sign-in?problem=expired',
    )
    // The own browser, in the middle of another sign-on: state and code are of the first one.
    await browser.open(`${server.url}/api/v1/session/oidc`)
    expect((await browser.open(server.url + used)).headers.get('location')).toBe('/sign-in?problem=refused')
    const forged = 'eyJzdGF0ZSI6InkifQ.AAAA'
    const answer = await createCaller(server.url, { cookie: `guanlan.oidc=${forged}` })(
      'GET',
      `${callback}?code=x&state=y`,
    )
    expect(answer.headers.get('location')).toBe('/sign-in?problem=expired')
  })

  it('says so when the provider has refused, and when it is gone', async () => {
    const browser = createBrowser(server.url)
    const { headers } = await browser.open(`${server.url}/api/v1/session/oidc`)
    const state = new URL(headers.get('location') ?? '').searchParams.get('state') ?? ''
    const refused = `${callback}?error=access_denied&state=${state}&iss=${encodeURIComponent(provider.issuer)}`
    expect((await browser.open(server.url + refused)).headers.get('location')).toBe(
      '/sign-in?problem=refused',
    )
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '@guanlan/contract/account'
import { accountRoutes, ownAccountRoutes } from '@guanlan/server/http/routes/accounts'
import { auditRoutes } from '@guanlan/server/http/routes/audit'
import { keyRoutes, tokenRoutes } from '@guanlan/server/http/routes/keys'
import { sessionRoutes } from '@guanlan/server/http/routes/session'
import type { TestRegister } from '../helpers/register.ts'
import { startRegister } from '../helpers/register.ts'
import { administrationParts, serveRoutes } from '../helpers/register-http.ts'
import { totp } from '../helpers/totp.ts'

const PASSWORD = 'vier blaue Kraniche im Regen'
let at: TestRegister
let http: Awaited<ReturnType<typeof serveRoutes>>

beforeAll(async () => {
  at = await startRegister()
  const deps = administrationParts(at)
  const routes = [
    ...sessionRoutes(deps),
    ...keyRoutes(deps),
    ...tokenRoutes(deps),
    ...accountRoutes(deps),
    ...ownAccountRoutes(deps),
    ...auditRoutes(deps),
  ]
  http = await serveRoutes(at, routes)
})
afterAll(async () => {
  await http.close()
  await at.stop()
})

const signIn = (email: string, password = PASSWORD) =>
  http.call('POST', '/api/v1/session', { body: { email, password } })
let made = 0
async function account(role: Role, unitId = 'city') {
  const email = `${role}-${(made += 1)}@city.example`
  const { id } = await at.identity.accounts.create('cli', {
    email,
    name: 'N',
    grants: [{ role, unitId }],
    password: PASSWORD,
  })
  return { id, email, cookie: (await signIn(email)).cookie }
}
/** A fresh account and its calls. */
async function callerWith(role: Role, unitId = 'city') {
  const { id, cookie } = await account(role, unitId)
  const call = (method: string, path: string, body?: unknown) =>
    http.call(method, path, { cookie, ...(body === undefined ? {} : { body }) })
  return { id, call }
}
const tokenOf = (url: unknown) => String(url).split('#')[1] ?? ''

describe('session over HTTP', () => {
  it('signs in, tells who it is and what opens, signs out', async () => {
    const { cookie, email } = await account('leader', 'north')
    expect((await http.call('GET', '/api/v1/me', { cookie })).body).toMatchObject({
      kind: 'user',
      email,
      home: 'unit:north',
    })
    expect((await http.call('GET', '/api/v1/scopes', { cookie })).body).toMatchObject({
      units: [{ id: 'estate' }, { id: 'north', parentId: null }],
    })
    expect((await http.call('PUT', '/api/v1/me', { cookie, body: { locale: 'en' } })).body).toMatchObject({
      locale: 'en',
    })
    expect((await http.call('GET', '/api/v1/taxonomy', { cookie })).status).toBe(200)
    expect((await http.call('DELETE', '/api/v1/session', { cookie })).status).toBe(204)
    expect((await http.call('GET', '/api/v1/me', { cookie })).status).toBe(401)
  })

  it('is one answer for wrong password and unknown account, byte for byte', async () => {
    const { email } = await account('duty')
    const wrong = await signIn(email, 'no')
    const unknown = await signIn('nobody@city.example', 'no')
    expect([wrong.status, wrong.text]).toEqual([unknown.status, unknown.text])
    expect(wrong.status).toBe(401)
  })

  it('a wall with a token is a display and nothing else', async () => {
    const { secret } = await at.identity.tokens.create('cli', { name: '大厅', scope: 'unit:north' })
    expect((await http.call('GET', '/api/v1/me', { bearer: secret })).body).toMatchObject({
      kind: 'display',
      home: 'unit:north',
    })
    expect((await http.call('PUT', '/api/v1/me', { bearer: secret, body: { locale: 'en' } })).status).toBe(
      403,
    )
    expect((await http.call('GET', '/api/v1/keys', { bearer: secret })).status).toBe(403)
  })
})

describe('second factor', () => {
  it('is owed at sign-in once confirmed; a code or a recovery code pays, each recovery code once', async () => {
    const { cookie, email } = await account('communications')
    expect(
      (await http.call('POST', '/api/v1/me/second-factor', { cookie, body: { password: 'wrong' } })).status,
    ).toBe(403)
    const setUp = (
      await http.call('POST', '/api/v1/me/second-factor', { cookie, body: { password: PASSWORD } })
    ).body as unknown as { uri: string; recoveryCodes: string[] }
    expect((await signIn(email)).body).toEqual({ status: 'signed-in' })
    expect(
      (await http.call('POST', '/api/v1/me/second-factor/confirmation', { cookie, body: { code: '000000' } }))
        .status,
    ).toBe(403)
    const confirmed = await http.call('POST', '/api/v1/me/second-factor/confirmation', {
      cookie,
      body: { code: totp(setUp.uri, Date.now()) },
    })
    expect(confirmed.status).toBe(204)

    const first = await signIn(email)
    expect(first.body).toEqual({ status: 'second-factor' })
    expect((await http.call('GET', '/api/v1/me', { cookie: first.cookie })).status).toBe(401)
    const code = (value: string) =>
      http.call('POST', '/api/v1/session/second-factor', { cookie: first.cookie, body: { code: value } })
    expect((await code('123456x')).status).toBe(401)
    const second = await code(totp(setUp.uri, Date.now()))
    expect(second.body).toEqual({ status: 'signed-in' })
    expect((await http.call('GET', '/api/v1/me', { cookie: second.cookie })).status).toBe(200)

    const [recovery = ''] = setUp.recoveryCodes
    for (const expected of [200, 401]) {
      const again = await signIn(email)
      const answer = await http.call('POST', '/api/v1/session/second-factor', {
        cookie: again.cookie,
        body: { code: recovery },
      })
      expect(answer.status).toBe(expected)
    }
    const stored = JSON.stringify(await at.postgres.query('SELECT * FROM auth_two_factor'))
    expect(stored).not.toContain(recovery)
    expect(
      (
        await http.call('DELETE', '/api/v1/me/second-factor', {
          cookie: second.cookie,
          body: { password: PASSWORD },
        })
      ).status,
    ).toBe(204)
    expect((await signIn(email)).body).toEqual({ status: 'signed-in' })
  })
})

describe('invitation and reset', () => {
  it('a link sets the password once; weak passwords do not spend it', async () => {
    const admin = await account('sysadmin')
    const body = {
      email: 'invited@city.example',
      name: '新同事',
      grants: [{ role: 'duty', unitId: 'north' }],
    }
    const invited = await http.call('POST', '/api/v1/accounts', { cookie: admin.cookie, body })
    expect(invited.status).toBe(201)
    expect(invited.text).not.toContain('password')
    const { account: made, invitation } = invited.body as unknown as {
      account: { id: string }
      invitation: { url: string }
    }
    const use = (token: string, password = PASSWORD) =>
      http.call('POST', '/api/v1/session/link', { body: { token, password } })
    expect((await use(tokenOf(invitation.url), 'short')).status).toBe(422)
    expect((await use(tokenOf(invitation.url))).status).toBe(204)
    expect((await use(tokenOf(invitation.url))).status).toBe(401)
    const session = await signIn('invited@city.example')
    expect(session.status).toBe(200)
    const reset = (await http.call('POST', `/api/v1/accounts/${made.id}/reset`, { cookie: admin.cookie }))
      .body
    at.clock.advance(25 * 3_600_000)
    expect((await use(tokenOf(reset['url']))).status).toBe(401)
    const second = (await http.call('POST', `/api/v1/accounts/${made.id}/reset`, { cookie: admin.cookie }))
      .body
    const third = (await http.call('POST', `/api/v1/accounts/${made.id}/reset`, { cookie: admin.cookie }))
      .body
    expect((await use(tokenOf(second['url']))).status).toBe(401)
    expect((await use(tokenOf(third['url']), `${PASSWORD} 2`)).status).toBe(204)
    expect((await http.call('GET', '/api/v1/me', { cookie: session.cookie })).status).toBe(401)
    expect((await signIn('invited@city.example', `${PASSWORD} 2`)).status).toBe(200)
  })

  it('a link ends with the roles that the account had when it was made, and is used by one of two at once', async () => {
    const { id: adminId, call } = await callerWith('sysadmin', 'north')
    const { id, email } = await account('duty', 'north')
    const use = (url: unknown, password: string) =>
      http.call('POST', '/api/v1/session/link', { body: { token: tokenOf(url), password } })
    const early = (await call('POST', `/api/v1/accounts/${id}/reset`)).body
    await at.identity.accounts.setGrants('cli', id, [{ role: 'leader', unitId: 'city' }])
    expect((await use(early['url'], `${PASSWORD} x`)).status).toBe(401)
    expect((await signIn(email)).status).toBe(200)
    const { url } = await at.identity.links.create(adminId, 'reset', id)
    const both = await Promise.all([use(url, `${PASSWORD} a`), use(url, `${PASSWORD} b`)])
    expect(both.map(({ status }) => status).sort()).toEqual([204, 401])
  })

  it('a link is not spent when the password could not be written', async () => {
    const { id } = await account('duty', 'north')
    const { url } = await at.identity.links.create('cli', 'reset', id)
    const use = () =>
      http.call('POST', '/api/v1/session/link', { body: { token: tokenOf(url), password: `${PASSWORD} x` } })
    await at.postgres.query(
      `CREATE FUNCTION cut_short() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cut short'; END $$`,
    )
    await at.postgres.query(
      'CREATE TRIGGER cut_short BEFORE INSERT OR UPDATE ON auth_account FOR EACH ROW EXECUTE FUNCTION cut_short()',
    )
    expect((await use()).status).toBe(500)
    await at.postgres.query('DROP TRIGGER cut_short ON auth_account')
    expect((await use()).status).toBe(204)
  })

  it('the own password is changed with the old one and ends the session', async () => {
    const { cookie, email } = await account('duty')
    const change = (current: string) =>
      http.call('PUT', '/api/v1/me/password', { cookie, body: { current, password: `${PASSWORD} neu` } })
    expect((await change('wrong')).status).toBe(403)
    expect((await change(PASSWORD)).status).toBe(204)
    expect((await http.call('GET', '/api/v1/me', { cookie })).status).toBe(401)
    expect((await signIn(email, `${PASSWORD} neu`)).status).toBe(200)
  })
})

describe('administration ends at the unit of the grant', () => {
  it('keys, tokens and accounts of another unit are not there', async () => {
    const { id: adminId, call } = await callerWith('sysadmin', 'north')
    const foreignKey = await at.identity.keys.create('cli', { source: 'south', unitId: 'south' })
    const foreignToken = await at.identity.tokens.create('cli', { name: 'x', scope: 'org' })
    const foreigner = await account('duty', 'south')
    expect((await call('GET', '/api/v1/keys')).text).not.toContain(foreignKey.id)
    expect((await call('DELETE', `/api/v1/keys/${foreignKey.id}`)).status).toBe(404)
    expect((await call('POST', `/api/v1/keys/${foreignKey.id}/rotation`, {})).status).toBe(404)
    expect((await call('POST', '/api/v1/keys', { source: 's', unitId: 'city' })).status).toBe(403)
    expect((await call('DELETE', `/api/v1/display-tokens/${foreignToken.id}`)).status).toBe(404)
    expect((await call('POST', '/api/v1/display-tokens', { name: 'x', scope: 'org' })).status).toBe(403)
    expect((await call('GET', '/api/v1/accounts')).text).not.toContain(foreigner.id)
    expect((await call('PATCH', `/api/v1/accounts/${foreigner.id}`, { disabled: true })).status).toBe(404)
    expect((await call('PATCH', `/api/v1/accounts/${adminId}`, { grants: [] })).status).toBe(403)
    const own = await account('duty', 'estate')
    expect(
      (await call('PATCH', `/api/v1/accounts/${own.id}`, { grants: [{ role: 'leader', unitId: 'city' }] }))
        .status,
    ).toBe(403)
    expect(
      (await call('PATCH', `/api/v1/accounts/${own.id}`, { grants: [{ role: 'leader', unitId: 'north' }] }))
        .status,
    ).toBe(200)
    const key = await call('POST', '/api/v1/keys', { source: 'mine', unitId: 'estate', days: 30 })
    expect(key.status).toBe(201)
    expect((await call('POST', `/api/v1/keys/${key.body['id']}/rotation`, { overlapHours: 1 })).status).toBe(
      201,
    )
    expect((await call('DELETE', `/api/v1/keys/${key.body['id']}`)).body).toMatchObject({ state: 'revoked' })
  })

  it('an account without roles is in the care of the organisation’s administrators only', async () => {
    const { call } = await callerWith('sysadmin', 'north')
    const { call: root } = await callerWith('sysadmin', 'city')
    const { id } = await account('duty', 'north')
    expect((await call('GET', '/api/v1/accounts')).text).toContain(id)
    expect((await call('PATCH', `/api/v1/accounts/${id}`, { grants: [] })).status).toBe(200)
    expect((await call('GET', '/api/v1/accounts')).text).not.toContain(id)
    expect((await call('POST', `/api/v1/accounts/${id}/reset`)).status).toBe(404)
    const regain = { grants: [{ role: 'duty', unitId: 'north' }] }
    expect((await call('PATCH', `/api/v1/accounts/${id}`, regain)).status).toBe(404)
    expect((await call('PATCH', `/api/v1/accounts/${id}`, { disabled: true })).status).toBe(404)
    const bare = { email: 'bare@city.example', name: 'N', grants: [] }
    expect((await call('POST', '/api/v1/accounts', bare)).status).toBe(403)
    expect((await root('GET', '/api/v1/accounts')).text).toContain(id)
    expect((await root('PATCH', `/api/v1/accounts/${id}`, regain)).status).toBe(200)
  })

  it('auditors are appointed by the organisation’s administrators only: they read the audit of all', async () => {
    const { call } = await callerWith('sysadmin', 'north')
    const { id } = await account('duty', 'north')
    const grants = [{ role: 'auditor', unitId: 'north' }]
    expect((await call('PATCH', `/api/v1/accounts/${id}`, { grants })).status).toBe(403)
    const spy = { email: 'spy@city.example', name: 'N', grants }
    expect((await call('POST', '/api/v1/accounts', spy)).status).toBe(403)
    const { call: root } = await callerWith('sysadmin', 'city')
    expect((await root('PATCH', `/api/v1/accounts/${id}`, { grants })).status).toBe(200)
    expect((await call('POST', `/api/v1/accounts/${id}/reset`)).status).toBe(404)
  })

  it('only auditors read the audit', async () => {
    for (const role of ['sysadmin', 'leader', 'duty', 'communications'] as const) {
      expect((await http.call('GET', '/api/v1/audit', { cookie: (await account(role)).cookie })).status).toBe(
        403,
      )
    }
    const { cookie } = await account('auditor')
    expect((await http.call('GET', '/api/v1/audit/check', { cookie })).body).toMatchObject({ ok: true })
    const page = (await http.call('GET', '/api/v1/audit?action=session&limit=2', { cookie }))
      .body as unknown as { entries: { seq: number }[]; next: number }
    expect(page.entries).toHaveLength(2)
    expect(page.next).toBe(page.entries[1]?.seq)
    expect((await http.call('GET', '/api/v1/accounts', { cookie })).status).toBe(403)
  })
})

describe('exports of the audit', () => {
  it('leave only when somebody else agreed, to the one who asked, and each is recorded', async () => {
    const auditor = await callerWith('auditor')
    const other = await callerWith('auditor')
    const leader = await callerWith('leader')
    const lowerLeader = await callerWith('leader', 'north')
    const asked = await auditor.call('POST', '/api/v1/audit/exports', {
      filter: { action: 'key' },
      reason: '季度检查',
    })
    expect(asked.body).toMatchObject({ state: 'waiting', own: true, requestedBy: auditor.id })
    const path = `/api/v1/audit/exports/${String(asked.body['id'])}`
    const decide = (who: typeof auditor, approve: boolean) =>
      who.call('POST', `${path}/decision`, { approve })
    expect((await auditor.call('GET', `${path}/file`)).status).toBe(409)
    expect((await decide(auditor, true)).status).toBe(403)
    expect((await decide(lowerLeader, true)).status).toBe(403)
    expect((await leader.call('GET', '/api/v1/audit/exports')).body).toMatchObject({
      exports: [{ own: false }],
    })
    expect((await decide(leader, true)).body).toMatchObject({ state: 'approved', decidedBy: leader.id })
    expect((await decide(other, false)).status).toBe(409)
    expect((await other.call('GET', `${path}/file`)).status).toBe(404)
    expect((await leader.call('GET', `${path}/file`)).status).toBe(403)
    const lines = (await auditor.call('GET', `${path}/file`)).text.trim().split('\n')
    const entries = lines.map((line) => JSON.parse(line) as { action: string; prevHash: string })
    expect(entries.length).toBeGreaterThan(3)
    expect(entries.every((entry) => entry.action.startsWith('key.') && entry.prevHash.length === 64)).toBe(
      true,
    )
    const trail = (await auditor.call('GET', '/api/v1/audit?action=audit')).body as unknown as {
      entries: { action: string; actor: string }[]
    }
    expect(trail.entries.map(({ action, actor }) => [action, actor])).toEqual([
      ['audit.export', auditor.id],
      ['audit.approve', leader.id],
      ['audit.request', auditor.id],
    ])
  })
})

describe('keys in rotation', () => {
  it('are two live ones that name each other until one ends', async () => {
    const { call } = await callerWith('sysadmin')
    const first = (await call('POST', '/api/v1/keys', { source: 'rotating', unitId: 'city' })).body
    at.clock.advance(1)
    const second = (await call('POST', `/api/v1/keys/${String(first['id'])}/rotation`, { overlapHours: 1 }))
      .body
    expect(second).toMatchObject({ replaces: first['id'], replacedBy: null })
    const both = async () =>
      ((await call('GET', '/api/v1/keys')).body as unknown as { keys: { source: string }[] }).keys.filter(
        (each) => each.source === 'rotating',
      )
    expect(await both()).toMatchObject([
      { id: first['id'], state: 'ok', replacedBy: second['id'] },
      { id: second['id'], state: 'ok', replaces: first['id'] },
    ])
    expect((await call('POST', `/api/v1/keys/${String(second['id'])}/rotation`, {})).status).toBe(409)
    await call('DELETE', `/api/v1/keys/${String(first['id'])}`)
    expect(await both()).toMatchObject([{ state: 'revoked', replacedBy: null }, { replaces: null }])
  })
})

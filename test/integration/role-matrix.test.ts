import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Role } from '@guanlan/contract/account'
import { administrationRoutes } from '@guanlan/server/http/routes/administration'
import { sessionRoutes } from '@guanlan/server/http/routes/session'
import type { Route } from '@guanlan/server/http/route'
import { createFindingsKeeper } from '@guanlan/server/register/findings-keeper'
import type { TestRegister } from '../helpers/register.ts'
import { startRegister } from '../helpers/register.ts'
import { serveRoutes } from '../helpers/register-http.ts'

const READERS: Role[] = ['duty', 'group-admin', 'unit-lead', 'communications', 'leader', 'sysadmin']
const EDITORS: Role[] = ['group-admin', 'unit-lead', 'communications', 'sysadmin']
const EVERYBODY: Role[] = [...Role.options]

/** Written out by hand: a route that is new, or whose roles change, fails until it is decided here too. */
const MATRIX: Record<string, Role[] | 'public'> = {
  signIn: 'public',
  signInSecondFactor: 'public',
  useLink: 'public',
  signOut: EVERYBODY,
  getMe: EVERYBODY,
  changeMe: EVERYBODY,
  getScopes: EVERYBODY,
  getTaxonomy: EVERYBODY,
  changePassword: EVERYBODY,
  setUpSecondFactor: EVERYBODY,
  confirmSecondFactor: EVERYBODY,
  removeSecondFactor: EVERYBODY,
  getOwnSecurity: EVERYBODY,
  endOwnSession: EVERYBODY,
  endOtherSessions: EVERYBODY,
  listKeys: ['sysadmin'],
  createKey: ['sysadmin'],
  rotateKey: ['sysadmin'],
  revokeKey: ['sysadmin'],
  listDisplayTokens: ['sysadmin'],
  createDisplayToken: ['sysadmin'],
  revokeDisplayToken: ['sysadmin'],
  listAccounts: ['sysadmin'],
  createAccount: ['sysadmin'],
  changeAccount: ['sysadmin'],
  resetAccount: ['sysadmin'],
  listGroups: READERS,
  getGroup: READERS,
  saveGroup: EDITORS,
  stepGroup: EDITORS,
  listFindings: READERS,
  followFinding: EDITORS,
  listGroupPolicies: READERS,
  setGroupPolicy: EDITORS,
  saveUnit: EDITORS,
  listUnits: READERS,
  getUnit: READERS,
  importRegister: EDITORS,
  exportRegister: READERS,
  getReturns: READERS,
  listAudit: ['auditor'],
  checkAudit: ['auditor'],
  exportAudit: ['auditor'],
}

let at: TestRegister
let http: Awaited<ReturnType<typeof serveRoutes>>
let routes: Route[]

beforeAll(async () => {
  at = await startRegister()
  const base = { ...at, today: () => new Date().toISOString().slice(0, 10) }
  const findings = createFindingsKeeper({ ...base, lastMessages: async () => undefined })
  routes = [...sessionRoutes(base), ...administrationRoutes({ ...base, findings })]
  http = await serveRoutes(at, routes)
})
afterAll(async () => {
  await http.close()
  await at.stop()
})

const pathOf = (path: string) =>
  path.replace(':id', 'x-none').replace(':code', 'silent').replace(':kind', 'staff')
/** Role checks come before the body is read, so an empty body tells a refusal (401, 403 without pointer) from the rest. */
async function knock(route: Route, who: { cookie?: string; bearer?: string }) {
  const { method, path, body } = route.endpoint
  const answer = await http.call(method.toUpperCase(), pathOf(path), {
    ...who,
    ...(body === undefined ? {} : { body: {} }),
  })
  return answer
}

describe('every route against every role', () => {
  it('has each route decided, and no route that is gone', () => {
    expect(routes.map((route) => route.endpoint.operationId).sort()).toEqual(Object.keys(MATRIX).sort())
  })

  it.each(EVERYBODY)('%s passes exactly where the matrix says', async (role) => {
    const email = `${role}@city.example`
    const password = 'vier blaue Kraniche im Regen'
    await at.identity.accounts.create('cli', {
      email,
      name: 'N',
      grants: [{ role, unitId: 'city' }],
      password,
    })
    const { cookies } = await at.identity.sessions.signIn(
      { email, password },
      { headers: {}, address: 'test' },
    )
    const cookie = cookies.map((each) => each.split(';')[0]).join('; ')
    const endsSession = (route: Route) => Number(route.endpoint.operationId === 'signOut')
    for (const route of [...routes].sort((a, b) => endsSession(a) - endsSession(b))) {
      const allowed = MATRIX[route.endpoint.operationId] ?? []
      const { status, text } = await knock(route, { cookie })
      const name = `${role} ${route.endpoint.operationId}: ${status} ${text.slice(0, 80)}`
      if (allowed === 'public' || allowed.includes(role)) expect(status, name).not.toBe(403)
      else expect(status, name).toBe(403)
      expect(status, name).toBeLessThan(500)
    }
  })

  it('nobody, a made-up cookie, a wrong bearer and an ingest key pass only what is public', async () => {
    const { secret } = await at.identity.keys.create('cli', { source: 's', unitId: 'city', mayRead: true })
    const strangers = [
      {},
      { cookie: 'guanlan.session_token=x.y' },
      { bearer: 'gld_wrong' },
      { bearer: secret },
    ]
    for (const who of strangers) {
      for (const route of routes.filter((each) => MATRIX[each.endpoint.operationId] !== 'public')) {
        expect([401, 403], route.endpoint.operationId).toContain((await knock(route, who)).status)
      }
    }
  })

  it('a revoked display token is used up everywhere', async () => {
    const token = await at.identity.tokens.create('cli', { name: 'x', scope: 'org' })
    expect((await http.call('GET', '/api/v1/me', { bearer: token.secret })).status).toBe(200)
    await at.identity.tokens.revoke('cli', token.id)
    expect((await http.call('GET', '/api/v1/me', { bearer: token.secret })).status).toBe(401)
  })
})

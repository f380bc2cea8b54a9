import { performance } from 'node:perf_hooks'
import { addDays } from '@guanlan/analytics/days'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '@guanlan/contract/account'
import type { GroupDetail } from '@guanlan/contract/register'
import { administrationRoutes } from '@guanlan/server/http/routes/administration'
import { rolesOf } from '@guanlan/server/http/route'
import { rolesWith } from '@guanlan/server/identity/access'
import { createFindingsKeeper } from '@guanlan/server/register/findings-keeper'
import { registerImport } from '@guanlan/server/register/register-import'
import type { RegisterImportResult } from '@guanlan/server/register/register-import'
import { addMonths } from '@guanlan/server/register/workflow'
import type { TestRegister } from '../helpers/register.ts'
import { startRegister } from '../helpers/register.ts'
import { administrationParts, serveRoutes } from '../helpers/register-http.ts'

const PASSWORD = 'vier blaue Kraniche im Regen'
const TODAY = new Date().toISOString().slice(0, 10)
let at: TestRegister
let http: Awaited<ReturnType<typeof serveRoutes>>
let routes: ReturnType<typeof administrationRoutes>
let lastMessages = new Map<string, string>()

beforeAll(async () => {
  at = await startRegister()
  const base = administrationParts(at, { today: () => TODAY })
  const findings = createFindingsKeeper({ ...base, lastMessages: async () => lastMessages })
  routes = administrationRoutes({ ...base, findings })
  http = await serveRoutes(at, routes)
})
afterAll(async () => {
  await http.close()
  await at.stop()
})

let made = 0
async function login(role: Role, unitId: string) {
  const email = `${role}${(made += 1)}@city.example`
  await at.identity.accounts.create('cli', {
    email,
    name: 'N',
    grants: [{ role, unitId }],
    password: PASSWORD,
  })
  const { cookies } = await at.identity.sessions.signIn(
    { email, password: PASSWORD },
    { headers: {}, address: 'test' },
  )
  const cookie = cookies.map((each) => each.split(';')[0]).join('; ')
  return (method: string, path: string, body?: unknown) =>
    http.call(method, path, { cookie, ...(body === undefined ? {} : { body }) })
}

const draft = {
  name: 'estate 居民群',
  kind: 'service',
  unitId: 'estate',
  platform: '微信',
  purpose: '停水停电通知与回应',
  informedOn: TODAY,
  informedHow: '群公告',
  realNamesConfirmedOn: TODAY,
  expiresOn: null,
  nextReviewOn: null,
  size: 120,
  administratorPosts: ['社区网格员'],
}

describe('filing', () => {
  it('goes from draft over return and approval to filed; nobody decides on what they submitted', async () => {
    const administrator = await login('group-admin', 'estate')
    const office = await login('communications', 'north')
    expect((await administrator('PUT', '/api/v1/groups/g-1', { ...draft, purpose: '' })).status).toBe(200)
    const step = (who: typeof office, name: string) => who('POST', '/api/v1/groups/g-1/steps', { step: name })
    expect((await step(administrator, 'submit')).body).toMatchObject({ pointer: '/purpose' })
    await administrator('PUT', '/api/v1/groups/g-1', draft)
    expect((await step(administrator, 'approve')).status).toBe(403)
    expect((await step(administrator, 'submit')).body).toMatchObject({
      group: { state: 'submitted', filedOn: null },
    })
    expect((await step(office, 'return')).body).toMatchObject({ group: { state: 'returned' } })
    expect((await step(office, 'submit')).status).toBe(200)
    expect((await step(office, 'approve')).status).toBe(403)
    const other = await login('unit-lead', 'north')
    const filed = (await step(other, 'approve')).body as unknown as GroupDetail
    expect(filed.group).toMatchObject({ state: 'filed', filedOn: TODAY, nextReviewOn: addMonths(TODAY, 6) })
    expect(filed.steps.map((each) => each.step)).toEqual(['submit', 'return', 'submit', 'approve'])
    // Accounts are named, not numbered: every account of this file is called N.
    expect(filed.steps.map((each) => each.actorName)).toEqual(['N', 'N', 'N', 'N'])
    expect(filed.steps.every((each) => each.actor !== 'N')).toBe(true)
    expect((await step(other, 'approve')).status).toBe(409)
    expect(at.directory.group('g-1')?.state).toBe('filed')
    expect((await step(administrator, 'dissolve')).body).toMatchObject({
      group: { state: 'dissolved', dissolvedOn: TODAY },
    })
    expect((await administrator('PUT', '/api/v1/groups/g-1', draft)).status).toBe(409)
  })

  it('files reported kinds at once, and policies are data', async () => {
    const lead = await login('unit-lead', 'city')
    await lead('PUT', '/api/v1/groups/g-2', { ...draft, kind: 'staff' })
    expect((await lead('POST', '/api/v1/groups/g-2/steps', { step: 'submit' })).body).toMatchObject({
      group: { state: 'filed' },
    })
    const policy = {
      filing: 'approve',
      dissolution: 'report',
      officeId: 'south',
      copyToId: null,
      sizeCap: 100,
      reviewMonths: null,
    }
    expect((await lead('PUT', '/api/v1/group-policies/staff', policy)).body).toEqual({
      kind: 'staff',
      ...policy,
    })
    expect(
      (await lead('PUT', '/api/v1/group-policies/staff', { ...policy, officeId: 'nowhere' })).status,
    ).toBe(422)
    expect(
      (await (await login('unit-lead', 'north'))('PUT', '/api/v1/group-policies/staff', policy)).status,
    ).toBe(403)
    await lead('PUT', '/api/v1/groups/g-3', { ...draft, kind: 'staff' })
    expect((await lead('POST', '/api/v1/groups/g-3/steps', { step: 'submit' })).body).toMatchObject({
      group: { state: 'submitted' },
    })
    const northern = await login('unit-lead', 'north')
    expect((await northern('POST', '/api/v1/groups/g-3/steps', { step: 'approve' })).status).toBe(403)
    const southern = await login('unit-lead', 'south')
    expect((await southern('POST', '/api/v1/groups/g-3/steps', { step: 'approve' })).status).toBe(404)
    expect(
      (await (await login('communications', 'city'))('POST', '/api/v1/groups/g-3/steps', { step: 'approve' }))
        .status,
    ).toBe(200)
    const returns = (await lead('GET', `/api/v1/register/returns?from=${TODAY}&to=${TODAY}`))
      .body as unknown as { offices: { officeId: string; groups: { id: string }[] }[] }
    expect(
      returns.offices.find((office) => office.officeId === 'south')?.groups.map((group) => group.id),
    ).toContain('g-3')
  })

  it('never opens days on which members were not informed', async () => {
    const lead = await login('unit-lead', 'city')
    const save = (informedOn: string | null) => lead('PUT', '/api/v1/groups/g-4', { ...draft, informedOn })
    const yesterday = addDays(TODAY, -1)
    expect((await save(addDays(TODAY, 1))).status).toBe(422)
    expect((await save(yesterday)).status).toBe(200)
    expect((await save(addDays(TODAY, -2))).status).toBe(422)
    // Taken back and given anew: each call alone looks harmless.
    expect((await save(null)).status).toBe(422)
    expect((await save(addDays(TODAY, -2))).status).toBe(422)
    expect((await save(TODAY)).status).toBe(200)
    expect((await save(yesterday)).status).toBe(422)
    const { group } = (await lead('GET', '/api/v1/groups/g-4')).body as unknown as GroupDetail
    expect(group.informedOn).toBe(TODAY)
  })

  it('opens closed days by an import of a system administrator only, and names the groups in the audit', async () => {
    const office = await login('communications', 'city')
    await office('PUT', '/api/v1/groups/g-opened', { ...draft, name: 'estate 二群' })
    const earlier = addDays(TODAY, -9)
    const files = (day: string) => ({
      preview: false,
      units: 'id,name,parent_id\n',
      groups: `id,name,kind,unit_id,informed_on\ng-opened,estate 二群,service,estate,${day}\n`,
    })
    const importing = async (who: typeof office, day: string) =>
      (await who('POST', '/api/v1/register/import', files(day))).body as unknown as RegisterImportResult
    expect((await importing(office, earlier)).problems.map(({ code }) => code)).toEqual(['informed_earlier'])
    const system = await login('sysadmin', 'city')
    expect((await importing(system, '')).problems.map(({ code }) => code)).toEqual(['informed_taken_back'])
    expect(await importing(system, earlier)).toMatchObject({ written: true })
    const [entry] = await at.identity.audit.list({ limit: 1, action: 'register.import' })
    expect(entry?.detail).toMatchObject({ opened: ['g-opened'], openedCount: 1 })
  })

  it('keeps earlier names, places and posts', async () => {
    const lead = await login('unit-lead', 'city')
    await lead('PUT', '/api/v1/groups/g-5', { ...draft, kind: 'temporary' })
    await lead('PUT', '/api/v1/groups/g-5', {
      ...draft,
      kind: 'temporary',
      name: 'south 抢修群',
      unitId: 'south',
      administratorPosts: ['抢修队长'],
    })
    const detail = (await lead('GET', '/api/v1/groups/g-5')).body as unknown as GroupDetail
    expect(detail.earlierNames.map((each) => each.name)).toEqual([draft.name])
    expect(detail.places.at(-1)).toEqual({ unitId: 'south', fromDay: TODAY, toDay: null })
    expect(detail.places[0]).toMatchObject({ unitId: 'estate', toDay: TODAY })
    expect(detail.administrators.filter((row) => row.toDay === null).map((row) => row.post)).toEqual([
      '抢修队长',
    ])
    expect((await lead('POST', '/api/v1/groups/g-5/steps', { step: 'submit' })).body).toMatchObject({
      pointer: '/expiresOn',
    })
  })
})

describe('reach', () => {
  it('a group of another unit is not there, whatever is asked', async () => {
    await (
      await login('unit-lead', 'city')
    )('PUT', '/api/v1/groups/g-north', { ...draft, unitId: 'north' })
    const foreign = await login('unit-lead', 'south')
    expect((await foreign('GET', '/api/v1/groups/g-north')).status).toBe(404)
    expect((await foreign('PUT', '/api/v1/groups/g-north', { ...draft, unitId: 'south' })).status).toBe(403)
    expect((await foreign('POST', '/api/v1/groups/g-north/steps', { step: 'submit' })).status).toBe(404)
    expect((await foreign('GET', '/api/v1/groups?unit=north')).body).toEqual({ groups: [], total: 0 })
    expect((await foreign('GET', '/api/v1/register/groups.csv')).text).not.toContain('g-north')
    expect((await foreign('PUT', '/api/v1/units/estate', { name: 'x', parentId: 'south' })).status).toBe(403)
    expect((await foreign('PUT', '/api/v1/units/city', { name: 'x', parentId: null })).status).toBe(403)
    expect((await foreign('PUT', '/api/v1/units/annex', { name: '附属', parentId: 'south' })).status).toBe(
      200,
    )
    expect((await foreign('PUT', '/api/v1/units/south', { name: 'x', parentId: 'annex' })).status).toBe(403)
  })

  it.each(['display', 'auditor'] as const)('%s reads nothing of the register', async (role) => {
    const call = await login(role, 'city')
    for (const { endpoint } of routes.filter(
      (route) => route.endpoint.tag === 'register' && route.endpoint.method === 'get',
    )) {
      expect((await call('GET', endpoint.path.replace(':id', 'g-1'))).status).toBe(403)
    }
  })

  it('the roles of every register route are those of the table', () => {
    for (const { endpoint } of routes.filter((route) => route.endpoint.tag === 'register')) {
      // Who may fill a post, and who looked at a group, is for those who answer for groups.
      const forEditors = ['listAdministratorAccounts', 'listGroupViews'].includes(endpoint.operationId)
      const right = endpoint.method === 'get' && !forEditors ? 'readRegister' : 'editRegister'
      expect([...rolesOf(endpoint.access)].sort()).toEqual(rolesWith(right).sort())
    }
  })
})

describe('findings', () => {
  it('open, are followed, and close once mended', async () => {
    const lead = await login('unit-lead', 'city')
    await lead('PUT', '/api/v1/group-policies/staff', {
      filing: 'report',
      dissolution: 'report',
      officeId: null,
      copyToId: null,
      sizeCap: 100,
      reviewMonths: 12,
    })
    await lead('PUT', '/api/v1/groups/g-6', { ...draft, kind: 'staff', realNamesConfirmedOn: null })
    const filed = (await lead('POST', '/api/v1/groups/g-6/steps', { step: 'submit' }))
      .body as unknown as GroupDetail
    expect(filed.findings.map((finding) => finding.code)).toEqual(['over_cap', 'real_names_unconfirmed'])
    expect(
      (
        await lead('PATCH', '/api/v1/groups/g-6/findings/over_cap', {
          state: 'in-progress',
          note: '将拆分为两个群',
        })
      ).status,
    ).toBe(204)
    const mended = (
      await lead('PUT', '/api/v1/groups/g-6', {
        ...draft,
        kind: 'staff',
        size: 100,
        realNamesConfirmedOn: null,
      })
    ).body as unknown as GroupDetail
    expect(mended.findings.map((finding) => finding.code)).toEqual(['real_names_unconfirmed'])
    expect(
      (await lead('PATCH', '/api/v1/groups/g-6/findings/over_cap', { state: 'open', note: '' })).status,
    ).toBe(404)
    const listed = (await lead('GET', '/api/v1/findings?code=real_names_unconfirmed')).body as unknown as {
      findings: { groupId: string }[]
      byCode: Record<string, number>
    }
    expect(listed.findings.map((finding) => finding.groupId)).toContain('g-6')
    expect(
      (
        (await lead('GET', '/api/v1/groups?finding=real_names_unconfirmed')).body as unknown as {
          total: number
        }
      ).total,
    ).toBe(listed.byCode['real_names_unconfirmed'])
  })

  it('silence is found by the daily look and closes with the next message', async () => {
    const keeper = createFindingsKeeper({
      ...at,
      today: () => '2099-01-01',
      lastMessages: async () => lastMessages,
    })
    lastMessages = new Map([['g-6', '2098-12-31']])
    await keeper.refresh()
    const silent = () =>
      at.postgres.query<{ group_id: string }>(
        "SELECT group_id FROM group_finding WHERE code = 'silent' AND closed_on IS NULL ORDER BY group_id",
      )
    expect((await silent()).map((row) => row.group_id)).toEqual(['g-2', 'g-3'])
    lastMessages = new Map([...lastMessages, ['g-2', '2098-12-31']])
    await keeper.refresh()
    expect((await silent()).map((row) => row.group_id)).toEqual(['g-3'])
  })
})

describe('export and import', () => {
  it('an export comes back unchanged', async () => {
    const lead = await login('unit-lead', 'city')
    const groups = (await lead('GET', '/api/v1/register/groups.csv')).text
    const answer = await lead('POST', '/api/v1/register/import', { units: 'id,name,parent_id\n', groups })
    expect(answer.body).toMatchObject({
      ok: true,
      written: false,
      groups: { added: 0, changed: 0, moved: 0 },
    })
  })
})

describe('burden', () => {
  it('says how much is written only to who sees figures', async () => {
    const lead = await login('unit-lead', 'south')
    await lead('PUT', '/api/v1/groups/g-burden', { ...draft, unitId: 'south', name: 'south 群', size: 10 })
    await at.postgres.query(`UPDATE chat_group SET state = 'filed', filed_on = $1 WHERE id = 'g-burden'`, [
      TODAY,
    ])
    await at.postgres.query(
      `INSERT INTO group_activity (group_id, tier, messages, days, day) VALUES ('g-burden', 'regular', 300, 30, $1)`,
      [TODAY],
    )
    const burdenOf = async (call: typeof lead) => {
      const { body } = await call('GET', '/api/v1/register/burden?unit=south')
      return (body as unknown as { units: { unitId: string }[] }).units.find(
        ({ unitId }) => unitId === 'south',
      )
    }
    expect(await burdenOf(lead)).toMatchObject({ groups: 1, messagesPerMemberDay: 1 })
    const system = await login('sysadmin', 'city')
    expect(await burdenOf(system)).toMatchObject({ groups: 1, messagesPerMemberDay: null })
  })
})

describe('a register of 20,000 groups', () => {
  it('lists, filters and finds', async () => {
    const units = ['id,name,parent_id']
    for (let n = 0; n < 2000; n += 1) units.push(`u${n},单位${n},city`)
    const groups = ['id,name,kind,unit_id,state,filed_on,informed_on,administrator_post,size']
    for (let n = 0; n < 20_000; n += 1)
      groups.push(
        `b-${n},单位${n % 2000}第${n}群,staff,u${n % 2000},filed,2026-01-10,${n % 3 === 0 ? '' : '2026-01-12'},网格员,${n % 200}`,
      )
    await registerImport(
      { ...at, today: () => TODAY },
      'cli',
      { units: units.join('\n'), groups: groups.join('\n') },
      { mayOpenDays: true },
    )
    lastMessages = new Map()
    const keeper = createFindingsKeeper({ ...at, today: () => TODAY, lastMessages: async () => lastMessages })
    const lead = await login('unit-lead', 'city')
    const times: string[] = []
    const time = async (name: string, work: () => Promise<unknown>) => {
      const start = performance.now()
      await work()
      times.push(`${name} ${Math.round(performance.now() - start)} ms`)
    }
    await time('all findings', () => keeper.refresh())
    await at.postgres.query('ANALYZE')
    await time('list', async () => expect((await lead('GET', '/api/v1/groups?limit=100')).status).toBe(200))
    await time('filter', async () =>
      expect((await lead('GET', '/api/v1/groups?unit=u7&kind=staff&finding=not_informed')).status).toBe(200),
    )
    await time('name', async () => {
      const found = (await lead('GET', `/api/v1/groups?limit=2&name=${encodeURIComponent('第7群')}`)).body
      expect(found).toMatchObject({ total: 1, groups: [{ id: 'b-7', name: '单位7第7群' }] })
    })
    const total = async (name: string) =>
      (await lead('GET', `/api/v1/groups?limit=1&name=${encodeURIComponent(name)}`)).body['total']
    // Taken as they are: no wildcards, no case, nothing that ends the statement.
    expect(await total('单位1999第')).toBe(10)
    expect([await total('%'), await total('第_群'), await total("' OR true --")]).toEqual([0, 0, 0])
    expect(await total('ESTATE')).toBe(await total('estate'))
    expect(await total('ESTATE')).toBeGreaterThan(0)
    expect((await lead('GET', '/api/v1/groups?name=%00')).status).toBe(400)
    await time('findings', async () =>
      expect((await lead('GET', '/api/v1/findings?code=not_informed')).status).toBe(200),
    )
    await time('one finding', () => keeper.refresh('b-3'))
    process.stdout.write(`20,000 groups over HTTP: ${times.join(', ')}\n`)
  })
})

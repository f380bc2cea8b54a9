import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GroupDetail, GroupHealth, GroupViews, UnitBurden } from '@guanlan/contract/register'
import { message, post } from '../helpers/events.ts'
import { accountWith, createCaller, signIn, subscribeOnce, TEST_PASSWORD } from '../helpers/http-client.ts'
import type { Call } from '../helpers/http-client.ts'
import type { TestServer } from '../helpers/server.ts'
import { startServer } from '../helpers/server.ts'
import { sheetOf, workbookOf } from '../helpers/workbook.ts'
import { zipBomb } from '../helpers/zip-bomb.ts'

const DAY_MS = 86_400_000
const localDay = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10)
const TODAY = localDay(Date.now())
const YESTERDAY = localDay(Date.now() - DAY_MS)

let server: TestServer
let anyone: Call
let admin: Call
let key = ''

beforeAll(async () => {
  server = await startServer({
    env: { GUANLAN_API_PER_MINUTE: '100000', GUANLAN_SIGN_IN_PER_MINUTE: '1000' },
  })
  anyone = createCaller(server.url)
})
afterAll(() => server.stop())

const draft = {
  name: '城市服务中心居民群',
  kind: 'service',
  unitId: 'city',
  platform: '微信',
  purpose: '停水停电通知与回应',
  informedOn: YESTERDAY,
  informedHow: '群公告',
  realNamesConfirmedOn: TODAY,
  expiresOn: null,
  nextReviewOn: null,
  size: 120,
  administratorPosts: ['社区网格员'],
}

describe('the first run', () => {
  it('makes organisation and first administrator with the link, once', async () => {
    const token = new URL(server.firstRun ?? '').hash.slice(1)
    expect((await anyone('GET', '/api/v1/session/options')).body).toEqual({
      firstRun: 'organisation',
      singleSignOn: null,
    })
    const account = { email: 'first@city.example', name: '系统管理员', password: TEST_PASSWORD }
    const organisation = { id: 'city', name: '城市服务中心' }
    const finish = (body: object) => anyone('POST', '/api/v1/first-run', body)
    expect((await finish({ token: `gll_${'0'.repeat(77)}`, organisation, account })).status).toBe(401)
    expect((await finish({ token, account })).body).toMatchObject({ status: 422, pointer: '/organisation' })
    const weak = { ...account, password: 'short' }
    expect((await finish({ token, organisation, account: weak })).status).toBe(422)
    expect((await anyone('GET', '/api/v1/session/options')).body).toMatchObject({ firstRun: 'organisation' })
    expect((await finish({ token, organisation, account })).status).toBe(204)
    expect((await finish({ token, organisation, account })).status).toBe(409)
    expect((await anyone('GET', '/api/v1/session/options')).body).toMatchObject({ firstRun: 'done' })
    admin = createCaller(server.url, { cookie: await signIn(server.url, account.email) })
    expect((await admin('GET', '/api/v1/me')).body).toMatchObject({
      grants: [{ role: 'sysadmin', unitId: 'city' }],
      home: null,
    })
  })

  it('shows the way from there to the first event', async () => {
    const steps = async () => (await admin('GET', '/api/v1/first-steps')).body
    expect(await steps()).toMatchObject({ units: 1, groups: 0, keys: 0, lastEventAt: null, walls: 0 })
    for (const [id, name, parentId] of [
      ['north', '北区', 'city'],
      ['south', '南区', 'city'],
    ])
      expect((await admin('PUT', `/api/v1/units/${id}`, { name, parentId, leadPost: '主任' })).status).toBe(
        200,
      )
    const made = (await admin('POST', '/api/v1/keys', { source: 'gate', unitId: 'city' })).body
    key = String(made['secret'])
    const event = message({ group: 'nowhere' })
    expect((await post(server.url, [event], { key })).body.rejected?.[0]?.code).toBe('unknown_group')
    await expect.poll(async () => (await steps())['refusedToday']).toEqual({ unknown_group: 1 })
    expect(await steps()).toMatchObject({ units: 3, keys: 1, lastEventAt: null })
  })

  it('takes a rule as decided once two people of the organisation have done so, not because some are shipped', async () => {
    const steps = async () => (await admin('GET', '/api/v1/first-steps')).body
    expect(await steps()).toMatchObject({ rules: expect.any(Number), ownRules: 0 })
    expect((await steps())['rules']).toBeGreaterThan(0)
    const one = await accountWith(server, 'communications', 'city')
    const other = await accountWith(server, 'leader', 'city')
    const { rules } = (await one.call('GET', '/api/v1/alerting/rules')).body as unknown as {
      rules: { rule: { id: string; enabled: boolean } }[]
    }
    const rule = { ...rules[0]!.rule, enabled: false }
    const at = `/api/v1/alerting/rules/${rule.id}`
    const before = Number((await steps())['rules'])
    const put = await one.call('PUT', at, { rule })
    expect(put.status).toBe(200)
    expect(await steps()).toMatchObject({ ownRules: 0 })
    const { version } = (put.body as unknown as { rule: { version: number } }).rule
    expect((await other.call('POST', `${at}/decision`, { approve: true, version })).status).toBe(204)
    expect(await steps()).toMatchObject({ rules: before - 1, ownRules: 1 })
  })
})

describe('units', () => {
  it('show who answers and which office is in charge; only those above name the office', async () => {
    const lead = await accountWith(server, 'unit-lead', 'north')
    const unit = { name: '北区', parentId: 'city' }
    expect((await lead.call('PUT', '/api/v1/units/north', { ...unit, officeId: 'north' })).status).toBe(403)
    expect((await admin('PUT', '/api/v1/units/north', { ...unit, officeId: 'nowhere' })).body).toMatchObject({
      pointer: '/officeId',
    })
    expect((await admin('PUT', '/api/v1/units/north', { ...unit, officeId: 'south' })).status).toBe(200)
    expect((await admin('GET', '/api/v1/units/north')).body).toMatchObject({
      unit: { leadPost: '主任', officeId: 'south', groups: 0 },
      places: [{ parentId: 'city', toDay: null }],
    })
    expect((await lead.call('GET', '/api/v1/units')).body).toMatchObject({ units: [{ id: 'north' }] })
    expect((await lead.call('GET', '/api/v1/units/south')).status).toBe(404)
    await admin('PUT', '/api/v1/units/north', { ...unit, officeId: null })
  })
})

describe('a group from draft to its end', () => {
  const step = (who: Call, id: string, name: string) =>
    who('POST', `/api/v1/groups/${id}/steps`, { step: name })
  const approveEnd = {
    ...{ filing: 'report', dissolution: 'approve', officeId: null, copyToId: null },
    ...{ sizeCap: 150, reviewMonths: 12 },
  }

  it('ends with its own filing where the policy asks for it', async () => {
    await admin('PUT', '/api/v1/group-policies/service', approveEnd)
    const { call: unitLead } = await accountWith(server, 'unit-lead', 'north')
    const { call: office } = await accountWith(server, 'communications', 'city')
    for (const id of ['g-1', 'g-2'])
      await unitLead('PUT', `/api/v1/groups/${id}`, { ...draft, name: `北区 ${id}`, unitId: 'north' })
    for (const id of ['g-1', 'g-2'])
      expect((await step(unitLead, id, 'submit')).body).toMatchObject({ group: { state: 'filed' } })
    expect((await step(office, 'g-2', 'approve-end')).status).toBe(409)
    expect((await step(unitLead, 'g-2', 'dissolve')).body).toMatchObject({
      group: { state: 'filed', dissolvingSince: TODAY },
    })
    expect((await step(unitLead, 'g-2', 'dissolve')).status).toBe(409)
    expect((await step(unitLead, 'g-2', 'approve-end')).status).toBe(403)
    expect((await step(office, 'g-2', 'return-end')).body).toMatchObject({
      group: { state: 'filed', dissolvingSince: null },
    })
    expect((await step(office, 'g-2', 'dissolve')).status).toBe(200)
    expect((await step(office, 'g-2', 'approve-end')).body).toMatchObject({ code: 'forbidden' })
    const { call: second } = await accountWith(server, 'unit-lead', 'city')
    const ended = (await step(second, 'g-2', 'approve-end')).body as unknown as GroupDetail
    expect(ended.group).toMatchObject({ state: 'dissolved', dissolvedOn: TODAY, dissolvingSince: null })
    expect(ended.steps.map((each) => each.step)).toEqual([
      ...['submit', 'dissolve', 'return-end', 'dissolve', 'approve-end'],
    ])
  })

  it('is tied to accounts that answer for it', async () => {
    const administrator = await accountWith(server, 'group-admin', 'north', '网格员甲')
    const stranger = await accountWith(server, 'duty', 'north')
    const edit = { ...draft, name: '北区 g-1', unitId: 'north' }
    const save = (accounts: Record<string, string | null>) =>
      admin('PUT', '/api/v1/groups/g-1', { ...edit, administratorAccounts: accounts })
    expect((await save({ 社区网格员: stranger.id })).body).toMatchObject({ status: 422 })
    expect((await save({ 站长: administrator.id })).body).toMatchObject({ pointer: '/administratorAccounts' })
    const saved = (await save({ 社区网格员: administrator.id })).body as unknown as GroupDetail
    expect(saved.administrators).toMatchObject([{ userId: administrator.id, accountName: '网格员甲' }])
    const candidates = await admin('GET', '/api/v1/units/north/administrators')
    expect(candidates.body).toMatchObject({
      accounts: expect.arrayContaining([{ id: administrator.id, name: '网格员甲' }]),
    })
    expect(candidates.text).not.toContain(stranger.id)
    expect((await administrator.call('GET', '/api/v1/me/groups')).body).toMatchObject({
      groups: [{ id: 'g-1', state: 'filed' }],
    })
    expect((await stranger.call('GET', '/api/v1/me/groups')).body).toEqual({ groups: [] })
  })
})

describe('figures of a small scope', () => {
  async function send(group: string, people: number, each = 2) {
    const events = Array.from({ length: people * each }, (_, index) =>
      message({ group, sender: `${group}-${index % people}` }),
    )
    const { body } = await post(server.url, events, { key })
    expect(body).toMatchObject({ accepted: people * each })
  }

  it('are noted with the role and the hour, once, and the administrator sees roles only', async () => {
    await send('g-1', 12)
    const { cookie, id } = await accountWith(server, 'leader', 'north')
    for (const panel of ['pulse', 'decisions', 'pulse'] as const)
      await subscribeOnce(server.url, { cookie }, panel, 'group:g-1')
    const { call: administrator } = await accountWith(server, 'group-admin', 'north')
    const seen = (await administrator('GET', '/api/v1/groups/g-1/views')).body as unknown as GroupViews
    expect(seen.views).toEqual([
      { at: expect.stringMatching(/:00:00\.000Z$/), roles: ['leader'], unitId: 'north', way: 'screen' },
    ])
    expect(JSON.stringify(seen)).not.toContain(id)
    const { call: auditor } = await accountWith(server, 'auditor', 'city')
    const entries = (await auditor('GET', `/api/v1/audit?action=figures.view&actor=${id}`)).body
    expect(entries['entries']).toMatchObject([
      { target: 'group:g-1', detail: { roles: ['leader'], way: 'screen' } },
    ])
    const { call: foreign } = await accountWith(server, 'group-admin', 'south')
    expect((await foreign('GET', '/api/v1/groups/g-1/views')).status).toBe(404)
    expect((await admin('GET', '/api/v1/groups/g-1/views')).status).toBe(200)
  })

  it('are in the health of a group only on days on which it may be shown, and never for who sees no figures', async () => {
    const { call: administrator } = await accountWith(server, 'group-admin', 'north')
    const health = (await administrator('GET', '/api/v1/groups/g-1/health')).body as unknown as GroupHealth
    expect(health).toMatchObject({ groupId: 'g-1', sizeCap: 150, size: 120, posts: ['社区网格员'] })
    expect(health.days).toHaveLength(30)
    expect(health.days.at(-1)).toMatchObject({ day: YESTERDAY, messages: null })
    const withoutFigures = (await admin('GET', '/api/v1/groups/g-1/health')).body as unknown as GroupHealth
    expect(withoutFigures.days.every((day) => day.messages === null)).toBe(true)
  })

  it('stay off a wall for counts only', async () => {
    const make = async (privacyClass: string) =>
      String(
        (await admin('POST', '/api/v1/display-tokens', { name: 'x', scope: 'org', privacyClass })).body[
          'secret'
        ],
      )
    const counts = await make('counts')
    const words = await make('words')
    for (const panel of ['words', 'topics', 'sentiment', 'risk'] as const) {
      expect(await subscribeOnce(server.url, { token: counts }, panel, 'org')).toMatchObject({
        code: 'forbidden',
      })
      expect((await subscribeOnce(server.url, { token: words }, panel, 'org')).ok, panel).toBe(true)
    }
    expect((await subscribeOnce(server.url, { token: counts }, 'pulse', 'org')).ok).toBe(true)
    const me = await createCaller(server.url, { bearer: counts })('GET', '/api/v1/me')
    expect(me.body).toMatchObject({ kind: 'display', privacyClass: 'counts' })
  })
})

describe('workbooks of the register', () => {
  const send = (workbook: string, preview = true) =>
    admin('POST', '/api/v1/register/workbook', { workbook, preview })

  it('come back unchanged', async () => {
    const { status, bytes, headers } = await admin('GET', '/api/v1/register/register.xlsx')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('spreadsheetml')
    expect((await sheetOf(bytes, 'units')).map((row) => row[0])).toEqual(['id', 'city', 'north', 'south'])
    expect((await send(Buffer.from(bytes).toString('base64'))).body).toMatchObject({
      ok: true,
      written: false,
      units: { added: 0, changed: 0, unchanged: 3 },
      groups: { added: 0, changed: 0, unchanged: 2 },
    })
  })

  it('are previewed with every problem in its row, and taken whole', async () => {
    const groups = [['id', 'name', 'kind', 'unit_id', 'filed_on', 'state']]
    const units = [
      ['id', 'name', 'parent_id'],
      ['east', '东区', 'city'],
    ]
    const wrong = await workbookOf({
      units,
      groups: [...groups, ['g-9', 'x', 'club', 'nowhere', 'soon', 'filed']],
    })
    const preview = (await send(wrong, false)).body
    expect(preview).toMatchObject({ ok: false, written: false, problemCount: 2 })
    expect(preview['problems']).toEqual([
      expect.objectContaining({ file: 'groups', line: 2, column: 'kind' }),
      expect.objectContaining({ file: 'groups', line: 2, column: 'filed_on' }),
    ])
    const right = await workbookOf({
      units,
      groups: [
        ...groups,
        ['g-9', '东区值班群', 'staff', 'east', new Date('2026-01-05T00:00:00Z') as never, 'filed'],
      ],
    })
    expect((await send(right, false)).body).toMatchObject({ ok: true, written: true, groups: { added: 1 } })
    expect((await admin('GET', '/api/v1/groups/g-9')).body).toMatchObject({
      group: { filedOn: '2026-01-05', unitId: 'east' },
    })
    const template = await admin('GET', '/api/v1/register/template.xlsx')
    expect((await sheetOf(template.bytes, 'groups'))[0]).toContain('administrator_post')
  })

  it('refuses what is no workbook, and what unpacks to too much', async () => {
    expect((await send(Buffer.from('PK not a zip at all, just some text').toString('base64'))).status).toBe(
      422,
    )
    expect((await send('not base64!')).status).toBe(400)
    const bomb = zipBomb(160 * 1024 * 1024)
    expect(bomb.length).toBeLessThan(300_000)
    expect((await send(bomb.toString('base64'))).body).toMatchObject({
      status: 422,
      detail: expect.stringContaining('unpacks'),
    })
  })
})

describe('returns and burden', () => {
  it('are counted by office, and come as a workbook', async () => {
    const query = `from=${TODAY}&to=${TODAY}`
    const { offices } = (await admin('GET', `/api/v1/register/returns?${query}`)).body as unknown as {
      offices: { officeId: string; byKind: object; groups: object[] }[]
    }
    expect(offices).toMatchObject([{ officeId: 'city', byKind: { service: { filed: 2, dissolved: 1 } } }])
    const book = await admin('GET', `/api/v1/register/returns.xlsx?${query}`)
    expect(await sheetOf(book.bytes, '汇总 summary')).toEqual([
      expect.anything(),
      ['city', '城市服务中心', 'service', '2', '1', TODAY, TODAY],
    ])
    expect((await sheetOf(book.bytes, '城市服务中心')).slice(1).map((row) => row[0])).toEqual(['g-1', 'g-2'])
    expect((await admin('GET', `/api/v1/register/returns?${query}&office=north`)).body).toMatchObject({
      offices: [],
    })
  })

  it('says how many groups and members the units have, the most groups first', async () => {
    const { units, total } = (await admin('GET', '/api/v1/register/burden')).body as unknown as {
      units: UnitBurden[]
      total: number
    }
    expect(total).toBe(4)
    expect(units[0]).toMatchObject({
      unitId: 'city',
      ownGroups: 0,
      groups: 2,
      members: 120,
      groupsWithoutSize: 1,
    })
    expect(units.find((unit) => unit.unitId === 'north')).toMatchObject({ ownGroups: 1, groups: 1 })
    const { call: lead } = await accountWith(server, 'unit-lead', 'south')
    expect((await lead('GET', '/api/v1/register/burden')).body).toMatchObject({
      units: [{ unitId: 'south' }],
      total: 1,
    })
  })
})

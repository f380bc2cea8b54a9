import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlertPage, AlertSummary, InAppPage } from '@guanlan/contract/alert'
import type { AlertMeasure, RuleView } from '@guanlan/contract/alert-measure'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { EscalationPolicy, Roster, WorkCalendar } from '@guanlan/contract/escalation'
import type { RosterView } from '@guanlan/contract/roster'
import type { SilenceView } from '@guanlan/contract/silence'
import { openAlertDesk, ruleOf, type AlertDesk, type Person } from '../helpers/alert-desk.ts'
import { message, post } from '../helpers/events.ts'
import { startMail, subjectOf, type TestMail } from '../helpers/mail.ts'
import { signIn, until } from '../helpers/story.ts'

// Who may see, raise, change and take what in alerting: each case is a way round it that once worked.
const HOUR = 3_600_000
const DAY = 24 * HOUR
const PASSWORD = 'correct horse battery staple'
let desk: AlertDesk
let mail: TestMail
/** Accounts besides those of the desk: name -> cookie. */
const cookies = new Map<string, string>()
const ids: Record<string, string> = {}

const join = async (name: string, ...grants: { role: string; unitId: string }[]) => {
  const email = `${name}@city.example`
  const request = { email, name, grants, password: PASSWORD }
  ids[name] = (await desk.server.admin<{ id: string }>('user.create', request)).id
  cookies.set(name, await signIn(desk.server, email, PASSWORD))
}
const by = async <T = Record<string, unknown>>(who: string, method: string, path: string, body?: object) => {
  const cookie = cookies.get(who)
  if (cookie === undefined) return desk.as<T>(who as Person, method, path, body)
  const answer = await fetch(`${desk.server.url}${path}`, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text.startsWith('{') ? JSON.parse(text) : text) as T }
}
const raise = (
  who: string,
  over: Partial<AlertSummary['subject']> & { level?: string; note?: string } = {},
) =>
  by<AlertSummary>(who, 'POST', '/api/v1/alerts', {
    ...{ unitId: 'north', groupId: null, category: null, level: 'yellow', note: '请核实' },
    ...over,
  })
const act = (who: string, id: string, path: string, body?: object) =>
  by<AlertSummary>(who, 'POST', `/api/v1/alerts/${id}/${path}`, body)
const end = (who: string, id: string) => act(who, id, 'resolution', { outcome: 'handled' })
const rulesOf = async (who: string) =>
  (await by<{ rules: RuleView[] }>(who, 'GET', '/api/v1/alerting/rules')).body.rules
const ruleNamed = async (who: string, id: string, state = 'active') =>
  (await rulesOf(who)).find((view) => view.rule.id === id && view.state === state)
const silencesOf = async (who: string) =>
  (await by<{ silences: SilenceView[] }>(who, 'GET', '/api/v1/alerting/silences')).body.silences
const harm = async (group: string, category: string) => {
  const time = new Date(desk.clock.now() - 500).toISOString()
  const moderation = { decision: 'removed', category, by: 'automated', decidedAt: time }
  await post(desk.server.url, [message({ group, time, moderation })], { key: desk.key })
}

beforeAll(async () => {
  mail = await startMail()
  desk = await openAlertDesk({ env: { GUANLAN_SMTP_URL: mail.url, GUANLAN_SIGN_IN_PER_MINUTE: '60' } })
  await join('keeper', { role: 'sysadmin', unitId: 'city' })
  await join('admin', { role: 'group-admin', unitId: 'south' })
  await join('night', { role: 'duty', unitId: 'north' })
  await join('deputy', { role: 'unit-lead', unitId: 'north' })
})
afterAll(async () => {
  await desk?.stop()
  await mail?.stop()
})

describe('signs of distress', () => {
  it('have no public counter: not in rules, not in silences, not in a preview', async () => {
    await harm('g-1', 'self-harm.concern')
    const quiet = await desk.alertOf('distress')
    expect(quiet.quiet).toBe(true)
    for (const who of ['office', 'chief', 'officer', 'admin', 'keeper'])
      expect(await ruleNamed(who, 'distress')).toMatchObject({ instances: null, firing: null })
    const wanted = {
      match: { unitId: 'north', groupId: null, category: null, ruleId: null },
      ...{ reason: '设备检修', until: desk.clock.now() + DAY },
    }
    const preview = await by<{ total: number }>(
      ...(['northern', 'POST', '/api/v1/alerting/silences/preview', { match: wanted.match }] as const),
    )
    expect(preview.body.total).toBe(0)
    const made = await by<SilenceView>('northern', 'POST', '/api/v1/alerting/silences', wanted)
    expect(made.body.muting).toBe(0)
    expect((await silencesOf('officer'))[0]?.muting).toBe(0)
    await by('northern', 'DELETE', `/api/v1/alerting/silences/${made.body.silence.id}`)
    expect((await end('officer', quiet.id)).status).toBe(200)
  })

  it('raised by hand go quietly to the care role, are seen by whoever raised them, and name no group', async () => {
    const distress = { category: 'self-harm.concern', note: '有人需要陪伴' }
    for (const category of ['self-harm.concern', 'minors.abuse', 'leak.privacy']) {
      const refused = await by<{ pointer: string }>('officer', 'POST', '/api/v1/alerts', {
        ...{ unitId: 'north', groupId: 'g-1', category, level: 'orange', note: '请核实' },
      })
      expect([category, refused.status, refused.body.pointer]).toEqual([category, 422, '/groupId'])
    }
    const { status, body } = await raise('deputy', distress)
    expect(status).toBe(201)
    expect(body.quiet).toBe(true)
    expect((await by('deputy', 'GET', `/api/v1/alerts/${body.id}`)).status).toBe(200)
    expect((await by('officer', 'GET', `/api/v1/alerts/${body.id}`)).status).toBe(200)
    // Neither the lead of the unit who did not raise it, nor the organisation, nor a wall.
    for (const who of ['northern', 'office', 'chief'])
      expect([who, (await by(who, 'GET', `/api/v1/alerts/${body.id}`)).status]).toEqual([who, 404])
    const { accounts } = (
      await by<{ accounts: { id: string }[] }>('officer', 'GET', `/api/v1/alerts/${body.id}/assignees`)
    ).body
    const able = accounts.map(({ id }) => id)
    expect(able).toEqual(expect.arrayContaining([desk.ids.officer, ids.night]))
    expect(able).not.toContain(desk.ids.office)
    expect(able).not.toContain(desk.ids.northern)
    await until(async () =>
      (await by<{ pages: InAppPage[] }>('night', 'GET', '/api/v1/me/pages')).body.pages.some(
        ({ alertId, quiet, because }) => alertId === body.id && quiet && because.policyId === 'care',
      )
        ? true
        : undefined,
    )
    expect((await end('officer', body.id)).status).toBe(200)
    // What came of it is pointed at from no other alert of the unit.
    const other = await raise('northern')
    const page = (await by<AlertPage>('northern', 'GET', `/api/v1/alerts/${other.body.id}`)).body
    expect([page.lastTime, page.sameKind]).toEqual([null, null])
    await end('officer', other.body.id)
  })
})

describe('counters', () => {
  it('of a rule count what the caller may see; below the floor and for a system administrator there is none', async () => {
    await desk.rule({
      ...{ id: 'any-harm', per: 'unit' },
      condition: {
        kind: 'register-finding',
        finding: 'no-administrator',
        levels: [{ level: 'blue', from: 0 }],
      },
    })
    await harm('g-3', 'violence.incite')
    const grave = await desk.alertOf('gravest-harm')
    for (const who of ['office', 'southern', 'admin'])
      expect(await ruleNamed(who, 'gravest-harm')).toMatchObject({ instances: null, firing: null })
    for (const view of await rulesOf('keeper'))
      expect([view.rule.id, view.instances, view.firing]).toEqual([view.rule.id, null, null])
    const seen = await ruleNamed('northern', 'any-harm')
    const all = await ruleNamed('office', 'any-harm')
    expect(seen?.instances).not.toBeNull()
    expect(seen?.instances ?? 0).toBeLessThanOrEqual(all?.instances ?? 0)
    await end('officer', grave.id)
  })

  it('of silences: each reader has those that touch their units; what they mute is counted as far as it is seen', async () => {
    const silence = async (match: object, reason: string) => {
      const whole = { unitId: null, groupId: null, category: null, ruleId: null, ...match }
      const wanted = { match: whole, reason, until: desk.clock.now() + DAY }
      const made = await by<SilenceView>('officer', 'POST', '/api/v1/alerting/silences', wanted)
      expect(made.status).toBe(201)
      return made.body.silence.id
    }
    const made = [
      await silence({ unitId: 'north' }, '北区检修'),
      await silence({ groupId: 'g-1' }, '群里在迁移'),
      await silence({ category: 'fraud' }, '全单位演练'),
    ]
    const [{ body: northern }, { body: southern }] = await Promise.all([
      raise('office', { category: 'fraud' }),
      raise('office', { unitId: 'south', category: 'fraud' }),
    ])
    const reasons = async (who: string) =>
      (await silencesOf(who)).map(({ silence: { reason } }) => reason).sort()
    expect(await reasons('northern')).toEqual(['全单位演练', '北区检修', '群里在迁移'].sort())
    expect(await reasons('southern')).toEqual(['全单位演练'])
    expect(await reasons('admin')).toEqual(['全单位演练'])
    const muting = async (who: string) =>
      (await silencesOf(who)).find(({ silence: { reason } }) => reason === '全单位演练')?.muting
    expect([await muting('office'), await muting('southern'), await muting('keeper')]).toEqual([2, 1, null])
    for (const id of made) await by('officer', 'DELETE', `/api/v1/alerting/silences/${id}`)
    for (const { id } of [northern, southern]) await end('officer', id)
  })

  it('of alerting itself tell no single turn: no span below four weeks, nothing of few, nothing to a system administrator', async () => {
    const measures = (who: string, query: string) =>
      by<{ measures: AlertMeasure[] }>(who, 'GET', `/api/v1/alerting/measures${query}`)
    expect((await measures('office', '?by=roster&days=1')).status).toBe(400)
    expect((await by('office', 'GET', '/api/v1/alerting/measures.csv?by=roster&days=7')).status).toBe(400)
    expect((await measures('keeper', '')).status).toBe(403)
    expect((await measures('northern', '')).status).toBe(403)
    const take = async (who: Person) => {
      desk.clock.advance(2 * 60_000)
      const { body } = await raise('office')
      await act(who, body.id, 'acknowledgement')
      await end('officer', body.id)
    }
    const row = async () =>
      (await measures('office', '?by=rule')).body.measures.find(({ key }) => key === 'by-hand')
    for (const who of ['officer', 'officer', 'officer', 'officer', 'second', 'officer'] as const)
      await take(who)
    expect(await row()).toMatchObject({
      acknowledgeMs: null,
      resolveMs: null,
      escalated: null,
      falseAlarms: null,
    })
    expect((await row())?.episodes).toBeGreaterThanOrEqual(6)
    await take('northern')
    expect((await row())?.acknowledgeMs).toBeGreaterThanOrEqual(0)
    expect((await row())?.falseAlarms).toBe(0)
  })
})

describe('rules', () => {
  const at = (id: string) => `/api/v1/alerting/rules/${id}`
  const propose = (who: string, rule: AlertRule) => by<RuleView>(who, 'PUT', at(rule.id), { rule })
  const decide = (who: string, id: string, version: number, approve = true) =>
    by(who, 'POST', `${at(id)}/decision`, { approve, version })
  const active = async (id: string) => (await ruleNamed('office', id))?.rule as AlertRule

  it('of the organisation are changed by nobody who holds a part of it, and displaced by none of their proposals', async () => {
    const rule = await active('gravest-harm')
    const off = { ...rule, enabled: false, where: { ...rule.where, units: ['north'] } }
    expect((await propose('northern', off)).status).toBe(403)
    const waits = await propose('office', { ...rule, keepFiringSeconds: 900 })
    expect(waits.status).toBe(200)
    expect((await propose('northern', off)).status).toBe(403)
    expect((await decide('deputy', rule.id, waits.body.rule.version)).status).toBe(403)
    // The office narrows it to a unit: of that unit's people nobody may approve that.
    const narrow = await propose('office', { ...off, enabled: true })
    expect((await decide('deputy', rule.id, narrow.body.rule.version)).status).toBe(403)
    expect((await decide('chief', rule.id, narrow.body.rule.version, false)).status).toBe(204)
    expect(await active(rule.id)).toEqual(rule)
  })

  it('of a unit stay with its people, who cannot stretch them either', async () => {
    const rule = ruleOf({
      ...{ id: 'north-only', per: 'unit', where: { units: ['north'], groupKinds: [], categories: [] } },
      condition: { kind: 'register-finding', finding: 'expired', levels: [{ level: 'blue', from: 0 }] },
    })
    const waits = await propose('northern', rule)
    expect(waits.status).toBe(200)
    expect((await decide('southern', rule.id, waits.body.rule.version)).status).toBe(403)
    expect((await decide('deputy', rule.id, waits.body.rule.version)).status).toBe(204)
    const wide = { ...rule, where: { ...rule.where, units: [] } }
    expect((await propose('northern', wide)).status).toBe(403)
    expect((await propose('southern', { ...rule, where: { ...rule.where, units: ['south'] } })).status).toBe(
      403,
    )
  })

  it('are approved as they were seen: another proposal in between is a conflict', async () => {
    const rule = await active('false-emergency')
    const first = await propose('office', { ...rule, keepFiringSeconds: 700 })
    const second = await propose('office', { ...rule, enabled: false })
    expect(second.body.rule.version).toBe(first.body.rule.version + 1)
    const late = await decide('chief', rule.id, first.body.rule.version)
    expect([late.status, late.body.pointer]).toEqual([409, '/version'])
    expect((await active(rule.id)).enabled).toBe(true)
    expect((await decide('chief', rule.id, second.body.rule.version, false)).status).toBe(204)
    expect((await decide('chief', rule.id, second.body.rule.version)).status).toBe(404)
  })
})

describe('documents', () => {
  it('are edited from a version: who comes second sees the first, and overwrites nothing', async () => {
    const roster: Roster = {
      ...{ id: 'twice', name: '两人同改', startDay: '2026-01-05', on: 'every-day', overrides: [] },
      ...{ rotation: { kind: 'daily', handoverMinute: 480 }, people: [desk.ids.second ?? ''] },
    }
    const path = '/api/v1/alerting/rosters/twice'
    const save = (name: string, version: number) =>
      by('office', 'PUT', path, { roster: { ...roster, name }, version })
    const made = await Promise.all([save('甲', 0), save('乙', 0), save('丙', 0)])
    expect(made.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect((await save('丁', 0)).status).toBe(409)
    expect((await save('丁', 1)).status).toBe(200)
    const now = desk.clock.now()
    const override = { from: now, until: now + HOUR, accountId: desk.ids.officer }
    const both = await Promise.all([1, 2].map(() => by('officer', 'POST', `${path}/overrides`, override)))
    const kept = both.filter(({ status }) => status === 201).length
    expect(both.every(({ status }) => status === 201 || status === 409)).toBe(true)
    const { body } = await by<{ rosters: RosterView[] }>('office', 'GET', '/api/v1/alerting/rosters')
    const view = body.rosters.find((each) => each.roster.id === 'twice')
    expect(view?.roster.overrides).toHaveLength(kept)
    expect(view?.version).toBe(2 + kept)
    const listed = await by<{ policies: { policy: EscalationPolicy; version: number }[] }>(
      ...(['office', 'GET', '/api/v1/alerting/policies'] as const),
    )
    expect(listed.body.policies.map(({ policy, version }) => policy.version === version)).not.toContain(false)
  })

  it('calendar: from a version, and for the whole organisation only', async () => {
    await join('district', { role: 'communications', unitId: 'north' })
    const path = '/api/v1/alerting/calendar'
    type Answer = { calendar: WorkCalendar; version: number }
    const { calendar, version } = (await by<Answer>('officer', 'GET', path)).body
    const next = { ...calendar, days: { ...calendar.days, '2026-12-30': 'holiday' as const } }
    expect((await by('district', 'PUT', path, { calendar: next, version })).status).toBe(403)
    const saved = await by<Answer>('office', 'PUT', path, { calendar: next, version })
    expect([saved.status, saved.body.version]).toEqual([200, version + 1])
    expect((await by('keeper', 'PUT', path, { calendar, version })).status).toBe(409)
  })

  it('hand-over notes: from the people of a roster and those who plan it, each in the audit', async () => {
    const path = '/api/v1/alerting/rosters/twice'
    const note = { text: '供水仍在抢修' }
    for (const who of ['southern', 'northern', 'night', 'district']) {
      expect([who, (await by(who, 'POST', `${path}/handover`, note)).status]).toEqual([who, 403])
      expect((await by(who, 'POST', `${path}/handover/read`)).status).toBe(403)
    }
    expect((await by('second', 'POST', `${path}/handover`, note)).status).toBe(201)
    expect((await by('officer', 'POST', `${path}/handover/read`)).status).toBe(204)
    const views = await Promise.all(
      ['night', 'officer'].map((who) =>
        by<{ rosters: RosterView[] }>(who, 'GET', '/api/v1/alerting/rosters'),
      ),
    )
    const may = views.map(({ body }) => body.rosters.find((each) => each.roster.id === 'twice')?.mayNote)
    expect(may).toEqual([false, true])
    await join('checker', { role: 'auditor', unitId: 'city' })
    const audit = await by<{ entries: { action: string; actor: string; target: string }[] }>(
      ...(['checker', 'GET', '/api/v1/audit?action=alerting.handover'] as const),
    )
    expect(JSON.stringify(audit.body)).toContain('alerting.handover')
    expect(JSON.stringify(audit.body)).not.toContain('供水')
  })
})

describe('links', () => {
  const linkIn = async (subject: (one: string) => boolean) =>
    until(async () => {
      const found = mail.taken.findLast((one) => subject(one))
      const text = found?.replaceAll('=\r\n', '').replaceAll('=3D', '=')
      const plain = /base64/i.test(found ?? '')
        ? Buffer.from(
            (found ?? '')
              .split(/\r?\n\r?\n/)
              .slice(1)
              .join(''),
            'base64',
          ).toString('utf8')
        : text
      return /\/a\/[^\s?]+\?k=[\w.-]+/.exec(plain ?? '')?.[0]
    })

  it('of notifications name the unit at the top, and end with the rights of the account and with the alert', async () => {
    const email = 'officer@city.example'
    await by('officer', 'PUT', '/api/v1/me/channels/email', { address: email, external: false })
    const code = await until(async () => /(\d{6})/.exec(subjectOf(mail.taken.at(-1)) ?? '')?.[1])
    const verified = await by('officer', 'POST', '/api/v1/me/channels/email/verification', { code })
    expect(verified.status).toBeLessThan(300)
    const roster: Roster = {
      ...{ id: 'desk', name: '值班台', startDay: '2026-01-05', on: 'every-day', overrides: [] },
      ...{ rotation: { kind: 'daily', handoverMinute: 480 }, people: [desk.ids.officer ?? ''] },
    }
    const known = (
      await by<{ rosters: RosterView[] }>('office', 'GET', '/api/v1/alerting/rosters')
    ).body.rosters.find((each) => each.roster.id === 'desk')
    const saved = await by('office', 'PUT', '/api/v1/alerting/rosters/desk', {
      ...{ roster, version: known?.version ?? 0 },
    })
    expect(saved.status).toBe(200)
    const raised = await raise('office', { unitId: 'north-1' })
    const path = await linkIn((one) => one.includes(email))
    expect(path).toContain(raised.body.id)
    const page = async (method = 'GET') => {
      const answer = await fetch(`${desk.server.url}${path}`, { method })
      return { status: answer.status, text: await answer.text() }
    }
    expect((await page()).status).toBe(200)
    // Whoever has the link reads it: what leaves on external channels, and no more.
    expect((await page()).text).toContain('<p>north</p>')
    expect((await page()).text).not.toMatch(/north-1|请核实/)
    const accounts = '/api/v1/accounts'
    const moved = await by('keeper', 'PATCH', `${accounts}/${desk.ids.officer}`, {
      grants: [{ role: 'duty', unitId: 'south' }],
    })
    expect(moved.status).toBeLessThan(300)
    for (const method of ['GET', 'POST']) expect((await page(method)).status).toBe(404)
    await by('keeper', 'PATCH', `${accounts}/${desk.ids.officer}`, {
      grants: [{ role: 'duty', unitId: 'city' }],
    })
    expect((await page()).status).toBe(200)
    expect((await end('office', raised.body.id)).status).toBe(200)
    expect((await page()).status).toBe(200)
    desk.clock.advance(25 * HOUR)
    expect((await page()).status).toBe(404)
  })
})

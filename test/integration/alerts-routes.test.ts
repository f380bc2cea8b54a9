import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlertPage, AlertSummary, InAppPage } from '@guanlan/contract/alert'
import type { AlertMeasure } from '@guanlan/contract/alert-measure'
import type { Roster } from '@guanlan/contract/escalation'
import type { PolicyGap } from '@guanlan/contract/policy'
import type { RosterView } from '@guanlan/contract/roster'
import { openAlertDesk, type AlertDesk, type Person } from '../helpers/alert-desk.ts'
import { message, post } from '../helpers/events.ts'
import { until } from '../helpers/story.ts'

const MINUTE = 60_000
const DAY = 86_400_000
let desk: AlertDesk
beforeAll(async () => void (desk = await openAlertDesk()))
afterAll(() => desk?.stop())

const raise = async (who: Person, unitId: string, level: string): Promise<AlertSummary> => {
  const manual = { unitId, groupId: null, category: null, level, note: '请核实' }
  const { status, body } = await desk.as<AlertSummary>(who, 'POST', '/api/v1/alerts', manual)
  expect(status).toBe(201)
  return body
}
const act = (who: Person, id: string, path: string, body?: object) =>
  desk.as<AlertSummary>(who, 'POST', `/api/v1/alerts/${id}/${path}`, body)
const pageOf = async (who: Person, id: string) =>
  (await desk.as<AlertPage>(who, 'GET', `/api/v1/alerts/${id}`)).body

describe('lifecycle', () => {
  it('ends red with two accounts only, and reopens it', async () => {
    const { id } = await raise('office', 'north', 'red')
    expect((await act('officer', id, 'acknowledgement')).body.status).toBe('acknowledged')
    expect((await act('officer', id, 'progress')).body.status).toBe('in-progress')
    const outcome = { outcome: 'answered-publicly' }
    expect((await act('officer', id, 'resolution', outcome)).body.firstConfirmedBy).toBe(desk.ids.officer)
    expect((await act('officer', id, 'resolution', outcome)).status).toBe(409)
    expect((await act('second', id, 'resolution', outcome)).body.status).toBe('resolved')
    expect((await act('southern', id, 'reopening')).status).toBe(404)
    expect((await act('northern', id, 'reopening')).body).toMatchObject({ status: 'open', episode: 1 })
    expect((await act('northern', id, 'reopening')).status).toBe(409)
    const codes = (await pageOf('northern', id)).timeline.map(({ code }) => code)
    expect(codes).toContain('first_confirmation')
    expect(codes).toContain('reopened')
    expect((await act('officer', id, 'resolution', outcome)).status).toBe(200)
    expect((await act('second', id, 'resolution', outcome)).body.status).toBe('resolved')
    const again = await raise('office', 'north', 'blue')
    // Two that one person took: the results are that person's.
    expect((await pageOf('office', again.id)).sameKind).toBeNull()
  })

  it('tells what came of alerts of one kind from five on that three people took', async () => {
    const takers = ['officer', 'second', 'officer', 'second', 'officer', 'office'] as const
    const results: AlertPage['sameKind'][] = []
    for (const who of takers) {
      const { id } = await raise('office', 'south', 'blue')
      results.push((await pageOf('office', id)).sameKind)
      expect((await act(who, id, 'acknowledgement')).status).toBe(200)
      expect((await act(who, id, 'resolution', { outcome: 'handled' })).status).toBe(200)
      desk.clock.advance(2 * MINUTE)
    }
    expect(results).toEqual(takers.map(() => null))
    const { id } = await raise('office', 'south', 'blue')
    expect((await pageOf('office', id)).sameKind).toMatchObject({
      ended: 6,
      outcomes: [{ outcome: 'handled', count: 6 }],
      resolveMs: expect.any(Number) as number,
    })
    await act('office', id, 'resolution', { outcome: 'handled' })
  })

  it('lets an acknowledgement run out into the next step after 30 minutes, red after 10', async () => {
    for (const [level, minutes] of [
      ['orange', 30],
      ['red', 10],
    ] as const) {
      const { id } = await raise('office', 'south', level)
      await act('officer', id, 'acknowledgement')
      desk.clock.advance((minutes - 1) * MINUTE)
      await desk.evaluate()
      expect((await pageOf('officer', id)).alert.status).toBe('acknowledged')
      desk.clock.advance(2 * MINUTE)
      await desk.evaluate()
      expect((await pageOf('officer', id)).alert.status).toBe('open')
      const { timeline } = await pageOf('officer', id)
      const expired = timeline.findIndex(({ code }) => code === 'take_expired')
      expect(expired).toBeGreaterThan(0)
      expect(timeline.slice(expired).some(({ code }) => ['paged', 'nobody_reached'].includes(code))).toBe(
        true,
      )
      for (const who of ['officer', 'second'] as const)
        await act(who, id, 'resolution', { outcome: 'handled' })
    }
  })

  it('reopens the alert of a rule within 24 hours of its end, and opens another one after', async () => {
    const fire = async () => {
      const time = new Date(desk.clock.now() - 500).toISOString()
      const moderation = {
        decision: 'removed',
        category: 'violence.incite',
        by: 'automated',
        decidedAt: time,
      }
      await post(desk.server.url, [message({ time, moderation })], { key: desk.key })
      return desk.alertOf('gravest-harm')
    }
    const first = await fire()
    await act('officer', first.id, 'resolution', { outcome: 'handled' })
    // The window of the rule is an hour, and it keeps firing ten minutes more.
    const quiet = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 40 * MINUTE) {
        desk.clock.advance(40 * MINUTE)
        const time = new Date(desk.clock.now() - 500).toISOString()
        const moderation = { decision: 'allowed', by: 'automated', decidedAt: time }
        await post(desk.server.url, [message({ time, moderation })], { key: desk.key })
        await desk.evaluate()
      }
    }
    await quiet(120 * MINUTE)
    expect(await fire()).toMatchObject({ id: first.id, episode: 1 })
    await act('officer', first.id, 'resolution', { outcome: 'handled' })
    await quiet(120 * MINUTE)
    desk.clock.advance(DAY)
    expect((await fire()).id).not.toBe(first.id)
  })

  it('rings for whom it is and is seen by them alone; the link shows on GET and acknowledges on POST', async () => {
    const { id } = await raise('office', 'city', 'yellow')
    const pagesOf = async (who: Person) =>
      (await desk.as<{ pages: InAppPage[] }>(who, 'GET', '/api/v1/me/pages')).body.pages.filter(
        (page) => page.alertId === id,
      )
    const who = await until(async () => {
      for (const each of ['officer', 'second', 'office'] as const)
        if ((await pagesOf(each)).length > 0) return each
      return undefined
    })
    const [page] = await pagesOf(who)
    expect(page?.because).toMatchObject({ policyId: 'standard', step: 0 })
    const other = who === 'officer' ? 'second' : 'officer'
    const seen = { ids: [page?.id ?? ''] }
    await desk.as(other, 'POST', '/api/v1/me/pages/seen', seen)
    expect(await pagesOf(who)).toHaveLength(1)
    expect((await desk.as(who, 'POST', '/api/v1/me/pages/seen', seen)).status).toBeLessThan(300)
    expect(await pagesOf(who)).toHaveLength(0)
    expect((await fetch(`${desk.server.url}/a/${id}?k=forged.key`)).status).toBe(404)
    expect((await desk.as('southern', 'GET', `/api/v1/alerts/${id}/assignees`)).status).toBe(404)
    expect((await act('southern', id, 'notes', { text: '无关' })).status).toBe(404)
  })
})

describe('setting up', () => {
  it('silences: listed, ended, and not beyond the units in one’s care', async () => {
    const match = { unitId: 'north', groupId: null, category: null, ruleId: null }
    const wanted = { match, reason: '设备检修', until: desk.clock.now() + DAY }
    expect((await desk.as('southern', 'POST', '/api/v1/alerting/silences', wanted)).status).toBe(403)
    expect((await desk.as('southern', 'POST', '/api/v1/alerting/silences/preview', { match })).status).toBe(
      403,
    )
    const made = await desk.as<{ silence: { id: string } }>(
      ...(['northern', 'POST', '/api/v1/alerting/silences', wanted] as const),
    )
    expect(made.status).toBe(201)
    const path = `/api/v1/alerting/silences/${made.body.silence.id}`
    const listed = () =>
      desk.as<{ silences: { silence: { id: string } }[] }>('officer', 'GET', '/api/v1/alerting/silences')
    expect((await listed()).body.silences.map(({ silence }) => silence.id)).toContain(made.body.silence.id)
    expect((await desk.as('southern', 'DELETE', path)).status).toBe(403)
    expect((await desk.as('northern', 'DELETE', path)).status).toBeLessThan(300)
    expect((await listed()).body.silences).toEqual([])
  })

  it('rosters: saved, overridden, swapped, handed over and fed to calendars', async () => {
    const roster: Roster = {
      ...{ id: 'night', name: '夜班', startDay: '2026-01-05', on: 'every-day', overrides: [] },
      rotation: { kind: 'daily', handoverMinute: 480 },
      people: [desk.ids.officer ?? '', desk.ids.second ?? ''],
    }
    const path = '/api/v1/alerting/rosters/night'
    const save = (who: Person, over: object = {}) =>
      desk.as(who, 'PUT', path, { roster: { ...roster, ...over }, version: 0 })
    expect((await save('northern')).status).toBe(403)
    expect((await save('office', { people: ['nobody'] })).status).toBe(422)
    expect((await save('office')).status).toBe(200)
    const view = async () =>
      (
        await desk.as<{ rosters: RosterView[] }>('officer', 'GET', '/api/v1/alerting/rosters')
      ).body.rosters.find((each) => each.roster.id === 'night')
    const before = await view()
    const on = before?.onDuty[0] ?? ''
    const off = on === desk.ids.officer ? desk.ids.second : desk.ids.officer
    const now = desk.clock.now()
    const override = { from: now - MINUTE, until: now + 3_600_000, accountId: off }
    expect((await desk.as('northern', 'POST', `${path}/overrides`, override)).status).toBe(403)
    expect((await desk.as('officer', 'POST', `${path}/overrides`, override)).status).toBe(201)
    expect((await view())?.onDuty).toEqual([off])
    const swapped = { first: now + 2 * DAY, second: now + 3 * DAY }
    const turnAt = async (at: number) =>
      (await view())?.turns.find((turn) => turn.from <= at && at < turn.until)?.accountId
    const was = [await turnAt(swapped.first), await turnAt(swapped.second)]
    expect((await desk.as('officer', 'POST', `${path}/swaps`, swapped)).status).toBe(201)
    expect([await turnAt(swapped.second), await turnAt(swapped.first)]).toEqual(was)
    expect((await desk.as('officer', 'POST', `${path}/handover`, { text: '电话 13800138000' })).status).toBe(
      422,
    )
    expect((await desk.as('officer', 'POST', `${path}/handover`, { text: '供水仍在抢修' })).status).toBe(201)
    expect((await view())?.handover?.readBy).toEqual([])
    expect((await desk.as('second', 'POST', `${path}/handover/read`)).status).toBeLessThan(300)
    expect((await view())?.handover?.readBy).toEqual([desk.ids.second])
    const feed = await fetch(`${desk.server.url}${before?.feed ?? ''}`)
    expect(await feed.text()).toContain('BEGIN:VEVENT')
    expect((await fetch(`${desk.server.url}${(before?.feed ?? '').slice(0, -4)}xxxx`)).status).toBe(404)
  })

  it('calendar: read by all, saved by the office alone', async () => {
    const path = '/api/v1/alerting/calendar'
    type Answer = { calendar: { days: Record<string, string> }; version: number }
    const { body } = await desk.as<Answer>('officer', 'GET', path)
    const days = { ...body.calendar.days, '2026-12-31': 'holiday' }
    const next = { calendar: { ...body.calendar, days }, version: body.version }
    expect((await desk.as('northern', 'PUT', path, next)).status).toBe(403)
    expect((await desk.as('office', 'PUT', path, next)).status).toBe(200)
    expect((await desk.as<Answer>('officer', 'GET', path)).body.calendar.days['2026-12-31']).toBe('holiday')
  })

  it('preflight names gaps without saving; a foreign unit’s lead may not save a policy', async () => {
    const { body } = await desk.as<{ policies: { policy: object }[] }>(
      'office',
      'GET',
      '/api/v1/alerting/policies',
    )
    const { policy } = body.policies[0] ?? {}
    const checked = await desk.as<{ gaps: unknown[] }>(
      ...(['office', 'POST', '/api/v1/alerting/policies/preflight', { policy }] as const),
    )
    expect(checked.body.gaps.length).toBeGreaterThan(0)
    // Somebody of the south is called everywhere and could take the alerts of the south only.
    const abroad = { ...policy, lastResort: [desk.ids.southern] }
    const { gaps, names } = (
      await desk.as<{ gaps: PolicyGap[]; names: Record<string, string> }>(
        ...(['office', 'POST', '/api/v1/alerting/policies/preflight', { policy: abroad }] as const),
      )
    ).body
    const cannot = gaps.find(({ reason, step }) => reason === 'cannot_take' && step === null)
    expect(cannot).toMatchObject({ accountId: desk.ids.southern })
    expect(cannot?.unitIds).toContain('north')
    expect(cannot?.unitIds).not.toContain('south')
    expect(names).toHaveProperty(desk.ids.southern ?? '')
    const saved = await desk.as('northern', 'PUT', '/api/v1/alerting/policies/standard', {
      policy,
      version: 1,
    })
    expect(saved.status).toBe(403)
  })

  it('drills walk the whole chain and are counted per roster, apart from what really happened', async () => {
    const drill = { policyId: 'standard', unitId: 'north' }
    expect((await desk.as('southern', 'POST', '/api/v1/alerting/drills', drill)).status).toBe(403)
    const { body } = await desk.as<{ alertId: string }>('office', 'POST', '/api/v1/alerting/drills', drill)
    desk.clock.advance(2 * MINUTE)
    expect((await act('officer', body.alertId, 'acknowledgement')).body.origin).toBe('drill')
    const { timeline, names } = await pageOf('office', body.alertId)
    expect(timeline[0]?.by).toBe(desk.ids.office)
    expect(names).toHaveProperty(desk.ids.office ?? '')
    await act('officer', body.alertId, 'resolution', { outcome: 'handled' })
    const measures = async (by: string) =>
      (await desk.as<{ measures: AlertMeasure[] }>('office', 'GET', `/api/v1/alerting/measures?by=${by}`))
        .body.measures
    const [row] = await measures('drill')
    expect(row).toMatchObject({ key: 'desk', episodes: 1 })
    // One drill is one person's time: nothing but the number.
    expect(row).toMatchObject({ acknowledgeMs: null, resolveMs: null, escalated: null, falseAlarms: null })
    const real = (await measures('roster')).find(({ key }) => key === 'desk')
    const rules = await measures('rule')
    const sum = rules.filter(({ key }) => key !== 'drill').reduce((n, { episodes }) => n + episodes, 0)
    expect(real?.episodes).toBe(sum)
    const csv = await desk.as<string>('office', 'GET', '/api/v1/alerting/measures.csv?by=rule')
    expect(csv.body.split('\r\n').filter(Boolean)).toHaveLength(rules.length + 1)
    expect(csv.body).not.toContain(desk.ids.officer)
    expect((await desk.as('northern', 'GET', '/api/v1/alerting/measures')).status).toBe(403)
  })

  it('answers nobody who is not signed in', async () => {
    for (const [method, path] of [
      ['GET', '/api/v1/alerts'],
      ['POST', '/api/v1/alerting/backtest'],
      ['GET', '/api/v1/me/channels'],
      ['GET', '/api/v1/alerting/measures.csv'],
    ] as const)
      expect((await desk.as('nobody', method, path, method === 'POST' ? {} : undefined)).status).toBe(401)
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AlertPage, AlertSummary, InAppPage } from '@guanlan/contract/alert'
import type { EscalationPolicy, Roster } from '@guanlan/contract/escalation'
import type { RosterView } from '@guanlan/contract/roster'
import { openAlertDesk, type AlertDesk, type Person } from '../helpers/alert-desk.ts'
import { until } from '../helpers/story.ts'

// A hand-over note has to be read before its reader takes anything, except what is red; unread, it is heard of.
const HOUR = 3_600_000
const MINUTE = 60_000
const ROSTER = '/api/v1/alerting/rosters/desk'
let desk: AlertDesk

const raise = async (level: string): Promise<string> => {
  const manual = { unitId: 'north', groupId: null, category: null, level, note: '请核实' }
  const { status, body } = await desk.as<AlertSummary>('office', 'POST', '/api/v1/alerts', manual)
  expect(status).toBe(201)
  return body.id
}
const act = (who: Person, id: string, path: string, body?: object) =>
  desk.as(who, 'POST', `/api/v1/alerts/${id}/${path}`, body)
const view = async () =>
  (await desk.as<{ rosters: RosterView[] }>('officer', 'GET', '/api/v1/alerting/rosters')).body.rosters.find(
    ({ roster }) => roster.id === 'desk',
  )
const told = async (who: Person) =>
  (await desk.as<{ pages: InAppPage[] }>(who, 'GET', '/api/v1/me/pages')).body.pages.filter(
    ({ kind }) => kind === 'handover',
  )
const unreadSteps = async (id: string) =>
  (await desk.as<AlertPage>('officer', 'GET', `/api/v1/alerts/${id}`)).body.timeline.filter(
    ({ code }) => code === 'handover_unread',
  )

/** `second` had the turn until a moment ago, `officer` has it now. */
beforeAll(async () => {
  desk = await openAlertDesk()
  const now = desk.clock.now()
  const turn = (id: string, from: number, to: number, who: Person) => ({
    ...{ id, from: now + from, until: now + to, accountId: desk.ids[who] ?? '' },
  })
  const roster: Roster = {
    ...{ id: 'desk', name: '值班台', startDay: '2026-01-05', on: 'every-day', people: [] },
    rotation: { kind: 'daily', handoverMinute: 480 },
    overrides: [turn('o-1', -8 * HOUR, MINUTE, 'second'), turn('o-2', MINUTE, 48 * HOUR, 'officer')],
  }
  expect((await desk.as('office', 'PUT', ROSTER, { roster, version: 1 })).status).toBe(200)
})
afterAll(() => desk?.stop())

it('holds up whoever comes on duty until the note is read, and a red alert never', async () => {
  expect((await desk.as('second', 'POST', `${ROSTER}/handover`, { text: '供水仍在抢修' })).status).toBe(201)
  const early = await raise('orange')
  expect((await act('officer', early, 'acknowledgement')).status).toBe(200)
  desk.clock.advance(2 * MINUTE)
  expect((await view())?.owedBy).toEqual([desk.ids.officer])

  const id = await raise('yellow')
  const deeds = [
    ['acknowledgement', undefined],
    ['progress', undefined],
    ['resolution', { outcome: 'handled' }],
  ] as const
  for (const [path, body] of deeds) {
    const refused = await act('officer', id, path, body)
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({ code: 'conflict', pointer: '/handover' })
    expect(refused.body.detail).toContain('值班台')
  }
  expect((await act('officer', early, 'assignment', { to: desk.ids.second })).body.pointer).toBe('/handover')
  expect((await act('officer', early, 'notes', { text: '已请供水科核实' })).status).toBeLessThan(300)
  // Somebody who is not on duty is not held up.
  expect((await act('northern', id, 'acknowledgement')).status).toBe(200)
  expect(await unreadSteps(id)).toEqual([])

  const red = await raise('red')
  expect((await act('officer', red, 'acknowledgement')).body.status).toBe('acknowledged')
  expect(await unreadSteps(red)).toMatchObject([{ by: desk.ids.officer, data: { rosterId: 'desk' } }])
  expect((await act('officer', red, 'resolution', { outcome: 'handled' })).status).toBe(409)
})

it('tells its author and the lead once after half an hour, and nobody else', async () => {
  desk.clock.advance(25 * MINUTE)
  await desk.evaluate()
  expect(await told('second')).toEqual([])
  desk.clock.advance(6 * MINUTE)
  const [page] = await until(async () => {
    const pages = await told('second')
    return pages.length > 0 ? pages : undefined
  })
  expect(page).toMatchObject({ alertId: 'desk', quiet: true, ruleName: '值班台' })
  expect(
    await until(async () => ((await told('office')).length > 0 ? told('office') : undefined)),
  ).toHaveLength(1)
  desk.clock.advance(10 * MINUTE)
  await desk.evaluate()
  expect(await told('second')).toHaveLength(1)
  for (const who of ['officer', 'chief', 'northern'] as const) expect(await told(who)).toEqual([])
})

it('lets everything go on once it is read', async () => {
  expect((await desk.as('officer', 'POST', `${ROSTER}/handover/read`)).status).toBeLessThan(300)
  expect((await view())?.owedBy).toEqual([])
  const id = await raise('yellow')
  expect((await act('officer', id, 'acknowledgement')).status).toBe(200)
  expect((await act('officer', id, 'resolution', { outcome: 'handled' })).body.status).toBe('resolved')
  expect(await unreadSteps(id)).toEqual([])
})

it('takes the note of a roster that the policy names, and of no other', async () => {
  const listed = await desk.as<{ policies: { policy: EscalationPolicy }[] }>(
    ...(['office', 'GET', '/api/v1/alerting/policies'] as const),
  )
  const standard = listed.body.policies.find(({ policy }) => policy.id === 'standard')?.policy
  expect(JSON.stringify(standard)).toContain('"rosterId":"desk"')
  const other: Roster = {
    ...{ id: 'other', name: '另一个值班表', startDay: '2026-01-05', on: 'every-day', overrides: [] },
    ...{ rotation: { kind: 'daily', handoverMinute: 480 }, people: [desk.ids.officer ?? ''] },
  }
  const path = '/api/v1/alerting/rosters/other'
  expect((await desk.as('office', 'PUT', path, { roster: other, version: 0 })).status).toBe(200)
  expect((await desk.as('second', 'POST', `${path}/handover`, { text: '钥匙在门卫处' })).status).toBe(201)
  expect((await act('officer', await raise('yellow'), 'acknowledgement')).status).toBe(200)
})

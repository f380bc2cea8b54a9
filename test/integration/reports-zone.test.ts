import type { Edition } from '@guanlan/contract/report'
import type { EditionPage } from '@guanlan/contract/report-work'
import type { Totals } from '@guanlan/contract/endpoints/totals'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { message, post, registerGroups } from '../helpers/events.ts'
import { accountWith, type Call } from '../helpers/http-client.ts'
import { startServer, type TestServer } from '../helpers/server.ts'
import { createDraw, createMovingClock, until } from '../helpers/story.ts'

// Reports where the clock is changed: Berlin goes from two hours ahead to one on Sunday 2026-10-25, the last day of week 43.

const ZONE = 'Europe/Berlin'
const HOUR = 3_600_000
const clock = createMovingClock(Date.parse('2026-11-03T09:00:00+01:00'))
const localDay = (ms: number) => new Date(ms).toLocaleDateString('sv-SE', { timeZone: ZONE })
const localHour = (ms: number) =>
  Number(new Date(ms).toLocaleTimeString('sv-SE', { timeZone: ZONE, hour: '2-digit' }))
/** Both hours that the clock shows as 02:00, and the edges of the week on both sides of the change. */
const SPECIAL = [
  ...['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2026-10-25T22:59:59.999Z'],
  ...['2026-10-25T23:00:00.000Z', '2026-10-18T21:59:59.999Z', '2026-10-18T22:00:00.000Z'],
]
const sent: { at: number; acted: boolean }[] = []
let server: TestServer
let call: Call

const draftOf = async (kind: string, period: string): Promise<Edition> => {
  const answer = await call('POST', '/api/v1/reports', { kind, scope: 'org', period })
  expect(answer.status, answer.text.slice(0, 300)).toBe(201)
  return (answer.body as unknown as EditionPage).edition
}
const violationsOf = (from: string, to: string) =>
  sent.filter(({ at, acted }) => acted && localDay(at) >= from && localDay(at) <= to).length

function generate(): Map<string, unknown[]> {
  const draw = createDraw(3)
  const days = new Map<string, unknown[]>()
  const put = (group: string, person: number, at: number, acted: boolean) => {
    const time = new Date(at).toISOString()
    const moderation = acted
      ? { decision: 'removed', category: 'fraud', by: 'automated', decidedAt: time }
      : { decision: 'allowed', by: 'automated', decidedAt: time }
    const event = message({
      time,
      group,
      sender: `${group}-${person}`,
      moderation,
      content: { kind: 'text' },
    })
    days.set(localDay(at), [...(days.get(localDay(at)) ?? []), event])
    sent.push({ at, acted })
  }
  const end = Date.parse('2026-11-01T23:00:00Z')
  for (let at = Date.parse('2026-10-04T22:00:00Z'); at < end; at += HOUR) {
    if (![9, 10, 11, 14].includes(localHour(at))) continue
    for (const group of ['g-1', 'g-2'])
      for (let person = 0; person < 12; person++)
        put(group, person, at + Math.floor(draw() * 3_599) * 1000, draw() < 0.1)
  }
  for (const edge of SPECIAL) put('g-1', 0, Date.parse(edge), true)
  return days
}

beforeAll(async () => {
  server = await startServer({ clock, env: { GUANLAN_TIMEZONE: ZONE } })
  await registerGroups(server, [
    { id: 'g-1', unit: 'north' },
    { id: 'g-2', unit: 'south' },
  ])
  call = (await accountWith(server, 'communications', 'city')).call
  const key = await server.createKey({ source: 'gate', unit: 'city' })
  for (const events of generate().values()) {
    const answer = await post(server.url, events, { key })
    expect(answer.body.accepted, JSON.stringify(answer.body).slice(0, 300)).toBe(events.length)
  }
  clock.advance(5_000)
  await until(async () => {
    const totals = await call('GET', '/api/v1/totals?from=2026-10-05&to=2026-11-01')
    return (totals.body as unknown as Totals).accepted === sent.length ? true : undefined
  })
})
afterAll(() => server.stop())

it('weeks on both sides of the change hold what was sent in them by the local clock', async () => {
  for (const [period, from, to] of [
    ['2026-W42', '2026-10-12', '2026-10-18'],
    ['2026-W43', '2026-10-19', '2026-10-25'],
    ['2026-W44', '2026-10-26', '2026-11-01'],
  ] as const) {
    const edition = await draftOf('week', period)
    expect(edition.period).toMatchObject({ from, to, timezone: ZONE })
    expect(edition.figures['violations.now']?.value, period).toBe(violationsOf(from, to))
    // Nothing was silent: the same hours by the clock, which are other hours of the world.
    expect(edition.dataQuality.gaps, period).toEqual([])
    expect(edition.dataQuality.silentSources, period).toEqual([])
  }
})

it('the day of the change has 25 hours, each where the clock shows it, beside the same hour of the day before', async () => {
  const edition = await draftOf('day', '2026-10-25')
  expect(edition.figures['violations.now']?.value).toBe(violationsOf('2026-10-25', '2026-10-25'))
  const charts = edition.sections.flatMap((section) => section.charts)
  const trend = charts.find(({ kind }) => kind === 'trend')
  if (trend?.kind !== 'trend') throw new Error('the daily brief has no trend')
  const { steps, illegal, previous } = trend.data
  const hours = steps.map((step) => Number(step.slice(11, 13)))
  expect(hours).toEqual([0, 1, 2, 2, ...Array.from({ length: 21 }, (_, i) => i + 3)])
  expect([illegal[2], illegal[3], illegal[24]]).toEqual([1, 1, 1])
  const countsOf = (day: string) =>
    hours.map((hour) =>
      sent.filter(({ at, acted }) => acted && localDay(at) === day && localHour(at) === hour),
    )
  const now = countsOf('2026-10-25').map((found, i) => ([2, 3].includes(i) ? 1 : found.length))
  expect(illegal.map((count) => count ?? 0)).toEqual(now)
  expect(previous.map((count) => count ?? 0)).toEqual(countsOf('2026-10-24').map((found) => found.length))
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlertPage } from '@guanlan/contract/alert'
import { BacktestResult } from '@guanlan/contract/alert-measure'
import { openAlertDesk, ruleOf, type AlertDesk } from '../helpers/alert-desk.ts'
import { message, post } from '../helpers/events.ts'
import { createDraw, STORY_GROUPS } from '../helpers/story.ts'

// Every kind of rule that counts fires from events accepted by a real server, through its floors and its stores.
const HOUR = 3_600_000
const DAYS = 20
let desk: AlertDesk

const acted = (
  at: number,
  over: { group?: string; sender?: string; category?: string; decidedAfter?: number },
) => {
  const time = new Date(at).toISOString()
  const { group = 'g-1', sender = 'u-1', category = 'ads', decidedAfter = 0 } = over
  const decidedAt = new Date(at + decidedAfter).toISOString()
  return message({
    ...{ time, group, sender },
    moderation: { decision: 'removed', category, by: 'automated', decidedAt },
  })
}

/** Three weeks in which a few advertisements an hour are usual, in all groups, by many people. */
async function history(): Promise<void> {
  const draw = createDraw(5)
  const now = desk.clock.now()
  const events: object[] = []
  for (let at = now - DAYS * 24 * HOUR; at < now; at += HOUR) {
    const count = 3 + Math.floor(draw() * 4)
    for (let i = 0; i < count; i++)
      for (const { id: group } of STORY_GROUPS)
        events.push(acted(at + i * 60_000, { group, sender: `u-${Math.floor(draw() * 60)}` }))
  }
  for (let i = 0; i < events.length; i += 5_000)
    await desk.server.admin('import.batch', { events: events.slice(i, i + 5_000), source: 'old' })
  await desk.server.admin('import.settle')
}

async function send(events: readonly object[]): Promise<void> {
  const answer = await post(desk.server.url, events, { key: desk.key })
  expect(answer.body).toMatchObject({ accepted: events.length })
}
/** The clock is about to jump over the second in which things land. */
const landed = () => desk.server.admin('import.settle')
const many = (count: number, of: (i: number) => object) => Array.from({ length: count }, (_, i) => of(i))

beforeAll(async () => {
  const groups = [...STORY_GROUPS, { id: 'g-9', unit: 'south', administratorFrom: '' }]
  desk = await openAlertDesk({ groups })
  await history()
  const levels = (from: number) => [{ level: 'yellow' as const, from }]
  await desk.rule({
    ...{ id: 'count', per: 'unit' },
    condition: { kind: 'threshold', counted: 'illegal', windowMinutes: 60, levels: levels(10) },
  })
  await desk.rule({
    ...{ id: 'share', per: 'org' },
    condition: {
      kind: 'rate',
      counted: 'illegal',
      windowMinutes: 60,
      leastMessages: 20,
      levels: levels(0.3),
    },
  })
  await desk.rule({
    ...{ id: 'rise', per: 'unit', where: { units: ['north'], groupKinds: [], categories: [] } },
    condition: { kind: 'surge', counted: 'conduct', leastCount: 5, levels: levels(2.35) },
  })
  await desk.rule({
    ...{ id: 'slow', per: 'unit' },
    condition: {
      ...{ kind: 'time-to-decision', tier: 'harmful', statistic: 'p90', windowMinutes: 120 },
      ...{ leastCount: 10, levels: levels(30) },
    },
  })
  await desk.rule({
    ...{ id: 'unanswered-post', per: 'group' },
    condition: { kind: 'register-finding', finding: 'no-administrator', levels: levels(0) },
  })
})
afterAll(() => desk?.stop())

describe('rules that count', () => {
  it('threshold and rate: many illegal messages of a unit, a large share of the organisation', async () => {
    await send(many(12, (i) => acted(desk.clock.now() - 500, { sender: `u-${i}`, category: 'fraud' })))
    await send(many(20, (i) => acted(desk.clock.now() - 400, { sender: `u-${i + 20}`, category: 'ads' })))
    expect((await desk.alertOf('count', ({ subject }) => subject.unitId === 'north')).subject).toMatchObject({
      ...{ groupId: null, category: null },
    })
    expect((await desk.alertOf('share')).subject.unitId).toBe('city')
    const counted = (await desk.unresolved('officer')).filter(({ ruleId }) => ruleId === 'count')
    expect(counted.map(({ subject }) => subject.unitId).sort()).toEqual(['city', 'north'])
  })

  it('shows the trend before and since, and what the figure is made of', async () => {
    const { id } = await desk.alertOf('count', ({ subject }) => subject.unitId === 'city')
    desk.clock.advance(6 * 60_000)
    const { body } = await desk.as<AlertPage>('officer', 'GET', `/api/v1/alerts/${id}`)
    expect(body.contribution).toEqual([{ code: 'fraud', count: 12 }])
    expect(body.places).toEqual([{ unitId: 'north', unitName: 'north', count: 12 }])
    expect(body.trend?.stepSeconds).toBe(300)
    expect(body.trend?.points.reduce((sum: number, each) => sum + (each ?? 0), 0)).toBe(12)
    expect(body.fired?.value).toBe(12)
  })

  it('time-to-decision: slow decisions of one tier, and of no other', async () => {
    const at = () => desk.clock.now() - 50 * 60_000
    await send(
      many(15, (i) => acted(at(), { sender: `u-${i}`, category: 'abuse.insult', decidedAfter: 45 * 60_000 })),
    )
    await landed()
    desk.clock.advance(61_000)
    expect((await desk.alertOf('slow', ({ subject }) => subject.unitId === 'north')).level).toBe('yellow')
  })

  it('threshold: messages sent before the window count once, when they are accepted', async () => {
    const where = { units: [], groupKinds: [], categories: ['gambling'] }
    const levels = [{ level: 'yellow' as const, from: 12 }]
    await desk.rule({
      ...{ id: 'late', per: 'org', where },
      condition: { kind: 'threshold', counted: 'illegal', windowMinutes: 15, levels },
    })
    const late = (from: number, count: number) =>
      send(
        many(count, (i) =>
          acted(desk.clock.now() - 20 * 60_000, { sender: `u-${from + i}`, category: 'gambling' }),
        ),
      )
    const minute = async () => {
      await landed()
      for (let i = 0; i < 5; i++) await desk.evaluate()
    }
    await late(0, 8)
    await minute()
    expect((await desk.unresolved('officer')).some(({ ruleId }) => ruleId === 'late')).toBe(false)
    await late(8, 4)
    await minute()
    const { id } = await desk.alertOf('late')
    const { body } = await desk.as<AlertPage>('officer', 'GET', `/api/v1/alerts/${id}`)
    expect(body.fired?.value).toBe(12)
  })

  it('distress: quietly, to the duty of the unit, without a figure', async () => {
    await send([acted(desk.clock.now() - 500, { category: 'self-harm.concern' })])
    const alert = await desk.alertOf('distress')
    expect(alert).toMatchObject({ quiet: true, subject: { unitId: 'north', groupId: null, category: null } })
    const { body } = await desk.as<AlertPage>('officer', 'GET', `/api/v1/alerts/${alert.id}`)
    expect(body).toMatchObject({ trend: null, contribution: [], places: [], fired: { value: null } })
    expect((await desk.unresolved('chief')).some(({ ruleId }) => ruleId === 'distress')).toBe(false)
  })

  it('register-finding: a group without an administrator', async () => {
    expect((await desk.alertOf('unanswered-post')).subject).toMatchObject({ unitId: 'south', groupId: 'g-9' })
  })

  it('surge: an hour far beyond the usual of its own series', async () => {
    // Shipped rules may have read who is shown before the history was there: ten minutes on the weeks are read anew.
    desk.clock.advance(11 * 60_000)
    await send(many(150, (i) => acted(desk.clock.now() - 500, { sender: `u-${i % 40}`, group: 'g-2' })))
    await landed()
    desk.clock.advance(HOUR + 4 * 60_000)
    const alert = await desk.alertOf('rise')
    expect(alert.subject).toMatchObject({ unitId: 'north', groupId: null })
  })

  it('silent-source: nothing for minutes from a source that used to send', async () => {
    desk.clock.advance(6 * 60_000)
    const alert = await desk.alertOf('silent-source', ({ subject }) => subject.source === 'gate')
    expect(alert.subject.unitId).toBe('city')
  })
})

describe('backtest', () => {
  const backtest = (rule: object, who: 'office' | 'northern' = 'office') =>
    desk.as<BacktestResult>(who, 'POST', '/api/v1/alerting/backtest', { rule })

  it('replays counts of four weeks: pages a week by unit and at night, agreeing with a count by hand', async () => {
    // Every group passes its floor on every day, each hour holds 3 to 6 in each of its two groups of the north.
    const rule = ruleOf({
      ...{ id: 'trial', per: 'group', where: { units: ['north'], groupKinds: [], categories: [] } },
      condition: {
        ...{ kind: 'threshold', counted: 'conduct', windowMinutes: 60 },
        levels: [{ level: 'yellow', from: 6 }],
      },
    })
    const { status, body } = await backtest(rule)
    expect(status).toBe(200)
    const result = BacktestResult.parse(body)
    expect(result.weeks).toBeGreaterThan(3.9)
    // Nothing older than the history, something in each full week of it, and nights among it.
    expect(result.byWeek[0]).toBeLessThan(result.byWeek[1] ?? 0)
    expect(result.byWeek.reduce((sum, each) => sum + each, 0)).toBeCloseTo(result.perWeek * result.weeks, -1)
    expect(result.nightPerWeek).toBeGreaterThan(0)
    expect(result.nightPerWeek).toBeLessThan(result.perWeek)
    expect(result.byUnit.map(({ unitId }) => unitId)).toEqual(['north'])
    expect(JSON.stringify(body)).not.toMatch(/g-[1-9]|"at"/)
  })

  it('plays a rule below the floor above it, replays surges and findings, and refuses what keeps no past', async () => {
    const rules = (
      await desk.as<{ rules: { rule: { id: string } }[] }>('office', 'GET', '/api/v1/alerting/rules')
    ).body.rules.map(({ rule }) => rule)
    const byId = (id: string) => rules.find((each) => each.id === id) ?? {}
    expect((await backtest(byId('gravest-harm'))).body).toMatchObject({ perWeek: 0, byUnit: [] })
    const surges = await backtest(byId('rise'))
    expect(surges.status).toBe(200)
    expect(surges.body.byWeek.at(-1)).toBeGreaterThan(0)
    expect((await backtest(byId('unanswered-post'))).body.byUnit).toMatchObject([{ unitId: 'south' }])
    expect((await backtest(byId('slow'))).body.byUnit.map(({ unitId }) => unitId).sort()).toEqual([
      'city',
      'north',
    ])
    expect((await backtest(byId('distress'))).status).toBe(422)
    expect((await backtest(byId('rise'), 'northern')).status).toBe(200)
    expect((await backtest(byId('count'), 'northern')).status).toBe(403)
  })
})

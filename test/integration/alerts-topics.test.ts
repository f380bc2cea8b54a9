import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AlertPage, AlertSummary } from '@guanlan/contract/alert'
import { openAlertDesk, type AlertDesk } from '../helpers/alert-desk.ts'
import { createTelling, type Telling, until } from '../helpers/story.ts'

// Rules on what was released: a planted story becomes a topic, and its risk and its mood raise alerts. No words are in them.
let desk: AlertDesk
let told: Telling

beforeAll(async () => {
  desk = await openAlertDesk()
  told = createTelling(desk.server, desk.key, desk.clock)
  await desk.rule({ id: 'topic-blue', per: 'topic', condition: { kind: 'topic-risk', atLeast: 'blue' } })
  const levels = [{ level: 'yellow' as const, from: 1 }]
  for (const per of ['topic', 'org'] as const)
    await desk.rule({
      ...{ id: `mood-${per}`, per },
      condition: { kind: 'sentiment-shift', leastMessages: 20, levels },
    })
})
afterAll(() => desk?.stop())

/** An alert of a rule, whether it stands or has ended by itself: a topic that stays negative is soon as negative as usual. */
const raisedBy = (ruleId: string, meanwhile?: () => Promise<void>): Promise<AlertSummary> =>
  until(async () => {
    await (meanwhile ?? desk.evaluate)()
    for (const status of ['unresolved', 'resolved']) {
      const path = `/api/v1/alerts?status=${status}`
      const { body } = await desk.as<{ alerts: AlertSummary[] }>('officer', 'GET', path)
      const found = body.alerts.find((alert) => alert.ruleId === ruleId)
      if (found !== undefined) return found
    }
    return undefined
  })

it('raises alerts of a topic’s risk and of a mood that turns, by opaque id', async () => {
  await told.pass(150)
  // Everybody complains in their own way of the same thing.
  const story = {
    ...{ word: '停水', every: 2 },
    with: [
      '太差了',
      '气死了',
      '糟糕透了',
      '投诉',
      '骗人',
      '没人管',
      '恶心',
      '崩溃',
      '供水',
      '物业',
      '愤怒',
      '垃圾',
    ],
  }
  await told.pass(40, story)
  const risk = await raisedBy('topic-blue', () => told.pass(2, story))
  expect(risk.subject).toMatchObject({ groupId: null, category: null, source: null })
  expect(risk.subject.topicId).toMatch(/^[A-Za-z0-9._:-]{1,64}$/)
  const mood = await raisedBy('mood-topic')
  expect(mood.subject).toMatchObject({ unitId: 'city', groupId: null })
  expect((await raisedBy('mood-org')).subject).toMatchObject({
    unitId: 'city',
    topicId: null,
  })
  const { body } = await desk.as<AlertPage>('officer', 'GET', `/api/v1/alerts/${risk.id}`)
  expect(JSON.stringify(body)).not.toContain('停水')
  // What was released of the topic: lower bounds in steps of five, and it appears in them before it raises an alert.
  expect(body).toMatchObject({ noTrend: null, trend: { of: 'released-messages', stepSeconds: 900 } })
  const figures = body.trend?.points.filter((point) => point !== null) ?? []
  expect(figures.length).toBeGreaterThan(0)
  for (const point of figures) expect(point % 5).toBe(0)
  expect(Math.max(...figures)).toBeGreaterThanOrEqual(5)
  for (const ruleId of ['mood-topic', 'mood-org']) {
    const { id } = await raisedBy(ruleId)
    const { body: page } = await desk.as<AlertPage>('officer', 'GET', `/api/v1/alerts/${id}`)
    expect(page).toMatchObject({ noTrend: null, trend: { of: 'released-negative' } })
    const shares = page.trend?.points.filter((point) => point !== null) ?? []
    expect(Math.max(...shares)).toBeGreaterThan(0)
    for (const share of shares) expect(share % 5 === 0 && share >= 0 && share <= 100).toBe(true)
  }
})

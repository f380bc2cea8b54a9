import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AlertPage } from '@guanlan/contract/alert'
import { openAlertDesk, type AlertDesk } from '../helpers/alert-desk.ts'
import { createTelling, type Telling } from '../helpers/story.ts'

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
}, 120_000)
afterAll(() => desk?.stop())

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
  const risk = await desk.alertOf('topic-blue', () => true, 40)
  expect(risk.subject).toMatchObject({ groupId: null, category: null, source: null })
  expect(risk.subject.topicId).toMatch(/^[A-Za-z0-9._:-]{1,64}$/)
  const mood = await desk.alertOf('mood-topic', () => true, 40)
  expect(mood.subject).toMatchObject({ unitId: 'city', groupId: null })
  expect((await desk.alertOf('mood-org', () => true, 40)).subject).toMatchObject({
    unitId: 'city',
    topicId: null,
  })
  const { body } = await desk.as<AlertPage>('officer', 'GET', `/api/v1/alerts/${risk.id}`)
  expect(JSON.stringify(body)).not.toContain('停水')
  expect(body.trend).toBeNull()
})

import { RiskExplanation, RiskReplay, type RiskFormula } from '@guanlan/contract/risk'
import type { Risk, Sentiment, Topics, Trend } from '@guanlan/contract/panels'
import type { Vocabulary } from '@guanlan/contract/gazetteer'
import type { Words } from '@guanlan/contract/panels'
import type { PanelName } from '@guanlan/contract/panels'
import { TopicDetail, TopicTimeline } from '@guanlan/contract/topic'
import type { Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerGroups } from '../helpers/events.ts'
import { startServer, type TestServer } from '../helpers/server.ts'
import {
  call,
  connectLive,
  createDraw,
  createMovingClock,
  createTelling,
  pastWednesday,
  signIn,
  STORY_GROUPS,
  subscribe,
  until,
  type Telling,
} from '../helpers/story.ts'

const PASSWORD = 'correct horse battery staple'
const clock = createMovingClock(pastWednesday())

let server: TestServer
let told: Telling
let socket: Socket
const cookies: Record<string, string> = {}

const account = async (name: string, role: string, unitId: string) => {
  const email = `${name}@city.example`
  await server.admin('user.create', { email, name, grants: [{ role, unitId }], password: PASSWORD })
  cookies[name] = await signIn(server, email, PASSWORD)
}
const as = (name: string, method: string, path: string, body?: unknown) =>
  call(server, cookies[name] ?? '', method, path, body)
/** Each look is a few seconds later, so that what a panel has read is old by then. */
async function panel<T>(name: PanelName, scope = 'org', range = 'day'): Promise<T | null> {
  clock.advance(5_000)
  const answer = await subscribe(socket, { panel: name, scope, range })
  if (!answer.ok) throw new Error(answer.code)
  return answer.snapshot.data as T | null
}

beforeAll(async () => {
  server = await startServer({ clock, env: { GUANLAN_TIMEZONE: 'Asia/Shanghai' } })
  await registerGroups(server, STORY_GROUPS)
  await account('office', 'communications', 'city')
  await account('deputy', 'communications', 'city')
  await account('northern', 'communications', 'north')
  await account('officer', 'duty', 'city')
  await account('auditor', 'auditor', 'city')
  socket = await connectLive(server, cookies['officer'] ?? '')
  const key = await server.createKey({ source: 'gate', unit: 'city' })
  told = createTelling(server, key, clock)
})

afterAll(async () => {
  socket?.disconnect()
  await server?.stop()
})

describe('a planted story', () => {
  let id = ''

  it('is nothing while people say everyday things; a new process says that it warms up', async () => {
    await told.pass(5)
    const early = await until(async () => {
      const topics = await panel<Topics>('topics')
      return topics !== null && topics.warmMinutes > 0 ? topics : undefined
    })
    expect(early.state).toBe('warming_up')
    await told.pass(150)
    const topics = await until(async () => {
      const each = await panel<Topics>('topics')
      return each?.state === 'ready' ? each : undefined
    })
    expect(topics.rows).toEqual([])
  })

  it('becomes a topic, rises, has an explained score and a place in history', async () => {
    // Everybody says it in their own way: the same sentence from many is an echo, not a topic.
    const story = {
      word: '停水',
      with: [
        '自来水',
        '抢修',
        '供水',
        '水管',
        '物业',
        '小区',
        '洗澡',
        '做饭',
        '楼上',
        '师傅',
        '阀门',
        '管道',
      ],
      every: 3,
    }
    await told.pass(25, story)
    const topics = await until(async () => {
      const each = await panel<Topics>('topics')
      return each !== null && each.rows.some((row) => (row.score ?? 0) > 0) ? each : undefined
    })
    const row = topics.rows[0]!
    id = row.id
    // The jittered floor may hide any one word of it.
    expect(row.words.filter((word) => [story.word, ...story.with].includes(word))).not.toEqual([])
    expect(row.status).toBe('rising')
    expect(row.people % 5).toBe(0)
    expect(row.people).toBeGreaterThanOrEqual(5)
    expect(row.answer).toBe('none')
    expect(row.spark.some((value) => value !== null && value > 0)).toBe(true)
    const answer = await as('officer', 'GET', `/api/v1/topics/${id}?scope=org`)
    const detail = TopicDetail.parse(answer.body)
    expect(detail.cells.length).toBeGreaterThan(0)
    const { points, score } = detail.explanation!
    expect(Object.values(points).reduce((sum, each) => sum + each, 0)).toBe(score)
    const timeline = TopicTimeline.parse(
      (await as('officer', 'GET', '/api/v1/topic-timeline?scope=org&range=hour')).body,
    )
    expect(timeline.topics.map((topic) => topic.id)).toContain(id)
    expect((await as('officer', 'GET', '/api/v1/topics/%E5%81%9C%E6%B0%B4')).status).toBe(400)
  })

  it('drives the risk of its unit; marks are taken; a group has no topics and no mood', async () => {
    const risk = await until(async () => {
      const each = await panel<Risk>('risk')
      return each !== null && (each.self?.score ?? 0) > 0 ? each : undefined
    })
    const { points, score } = risk.self!
    expect(Object.values(points).reduce((sum, each) => sum + each, 0)).toBe(score)
    expect(risk.rows.map((row) => row.score)).toEqual(risk.rows.map((row) => row.score).sort((a, b) => b - a))
    expect(await panel('topics', 'group:g-1')).toBeNull()
    expect(await panel('sentiment', 'group:g-1')).toBeNull()
    expect((await as('officer', 'GET', `/api/v1/topics/${id}?scope=group:g-1`)).status).toBe(403)
    const mark = { subject: `topic:${id}`, neededResponse: true }
    expect((await as('officer', 'POST', '/api/v1/risk/marks', mark)).status).toBe(204)
    const marks = (await as('officer', 'GET', '/api/v1/risk/calibration')).body
    expect(marks).toMatchObject({ marks: 1, needed: 1, curve: [], error: null })
    const mood = await panel<Sentiment>('sentiment')
    for (const point of mood!.points) expect(point.negative.low).toBeLessThanOrEqual(point.negative.high)
    const trend = await panel<Trend>('trend')
    expect(trend!.surge).toMatchObject({ phase: 'warming', learned: { of: 14 } })
    expect(trend!.marks).toEqual([])
  })

  it('is answered in public without contact data, and the score falls', async () => {
    const before = (await panel<Topics>('topics'))!.rows.find((row) => row.id === id)!
    expect(
      (await as('northern', 'POST', `/api/v1/topics/${id}/answers`, { scope: 'org', note: '' })).status,
    ).toBe(403)
    clock.advance(3_600_000)
    const answer = await as('officer', 'POST', `/api/v1/topics/${id}/answers`, {
      scope: 'org',
      note: '抢修完成，已恢复供水。咨询电话13812345678，谢谢。',
    })
    expect(answer.status).toBe(200)
    const detail = TopicDetail.parse(answer.body)
    expect(detail.topic.answer).toBe('answered')
    expect(detail.answers[0]!.note).toContain('已恢复供水')
    expect(detail.answers[0]!.note).not.toMatch(/\d{5}/)
    expect(detail.explanation!.points.unanswered).toBe(0)
    expect(detail.topic.score!).toBeLessThan(before.score!)
  })

  it('falls and is over when nobody says it any more; its score goes to zero', async () => {
    await told.pass(180)
    clock.advance(6 * 3_600_000)
    const row = await until(async () => {
      const each = (await panel<Topics>('topics'))!.rows.find((each) => each.id === id)
      return each?.score === 0 ? each : undefined
    })
    expect(row).toMatchObject({ status: 'over', score: 0, level: 'none' })
    const replay = await as('office', 'POST', '/api/v1/risk/replays', { version: 'topic-1' })
    expect(replay.body).toMatchObject({ kind: 'topic', disagree: 0 })
    expect((await as('northern', 'POST', '/api/v1/risk/replays', { version: 'topic-1' })).status).toBe(403)
  })

  it('another formula is switched on by two people, after a replay', async () => {
    const path = '/api/v1/risk/formulas/topic-2'
    expect((await as('office', 'POST', `${path}/proposal`)).status).toBe(409)
    const replay = await as('office', 'POST', '/api/v1/risk/replays', { version: 'topic-2', days: 1 })
    const { tracks, stepSeconds } = RiskReplay.parse(replay.body)
    expect(stepSeconds).toBe(1440)
    const track = tracks.find((each) => each.subject === `topic:${id}`)!
    expect(track.name.length).toBeGreaterThan(1)
    expect(track.inForce.filter((level) => level !== null).length).toBeGreaterThan(0)
    expect((await as('northern', 'POST', `${path}/proposal`)).status).toBe(403)
    expect((await as('office', 'POST', '/api/v1/risk/formulas/topic-1/proposal')).status).toBe(409)
    expect((await as('deputy', 'POST', `${path}/decision`, { decision: 'approve' })).status).toBe(404)
    expect((await as('office', 'POST', `${path}/proposal`)).status).toBe(201)
    expect((await as('office', 'POST', `${path}/decision`, { decision: 'approve' })).status).toBe(403)
    expect((await as('officer', 'POST', `${path}/decision`, { decision: 'approve' })).status).toBe(403)
    const decided = await as('deputy', 'POST', `${path}/decision`, { decision: 'approve' })
    expect(decided.body).toMatchObject({ state: 'on', own: false })
    const list = (await as('office', 'GET', '/api/v1/risk/formulas')).body as unknown as {
      versions: RiskFormula[]
    }
    const on = list.versions.filter((each) => each.on).map((each) => each.version)
    expect(on).toEqual(['unit-1', 'topic-2', 'group-1'])
    expect(list.versions.find((each) => each.version === 'topic-2')!.proposal).toMatchObject({
      ...{ state: 'on', own: true },
    })
    const audit = await as('auditor', 'GET', '/api/v1/audit?limit=200')
    const text = JSON.stringify(audit.body)
    for (const action of ['risk.replay', 'risk.propose', 'risk.switch']) expect(text).toContain(action)
  })
})

describe('a group', () => {
  it('has a score of its harm, to which an alert adds that nobody took yet', async () => {
    const fraud = (at: string) => ({
      moderation: { decision: 'removed', category: 'fraud', by: 'human', decidedAt: at },
    })
    const scam = { word: '中奖', with: ['返利', '刷单', '转账', '客服'], every: 2, over: fraud }
    const why = async () => {
      const answer = await as('officer', 'GET', '/api/v1/risk/explanation?scope=group:g-1')
      return answer.body === null ? null : RiskExplanation.parse(answer.body)
    }
    const scored = (unanswered: (points: number) => boolean) =>
      until(async () => {
        await told.pass(1, scam)
        const each = await why()
        return each !== null && each.score > 0 && unanswered(each.points.unanswered ?? 0) ? each : undefined
      })
    await told.pass(20, scam)
    const before = await scored(() => true)
    expect(before.points).toMatchObject({ unanswered: 0, negative: 0, reach: 0 })
    const alert = { unitId: 'north', groupId: 'g-1', category: 'fraud', level: 'orange', note: '请核实' }
    const raised = await as('officer', 'POST', '/api/v1/alerts', alert)
    expect(raised.status).toBe(201)
    clock.advance(40 * 60_000)
    await told.pass(20, scam)
    const waiting = await scored((points) => points > 0)
    const { points, score } = waiting
    expect(Object.values(points).reduce((sum, each) => sum + each, 0)).toBe(score)
    const { id } = raised.body as unknown as { id: string }
    expect((await as('officer', 'POST', `/api/v1/alerts/${id}/acknowledgement`)).status).toBe(200)
    await scored((points) => points === 0)
  })
})

describe('the organisation’s own words', () => {
  it('are in force once a second account approved them, and never by their own author', async () => {
    const entry = { kind: 'gazetteer', spelling: '蓝莓湾', type: 'place', synonyms: ['蓝莓湾小区'] }
    const proposed = await as('office', 'POST', '/api/v1/vocabulary', entry)
    expect(proposed.status).toBe(201)
    const { id } = proposed.body as unknown as { id: number }
    const decide = (who: string, decision: string) =>
      as(who, 'POST', `/api/v1/vocabulary/${id}/decision`, { decision })
    expect((await decide('office', 'approve')).status).toBe(403)
    expect((await decide('northern', 'approve')).status).toBe(403)
    expect((await decide('officer', 'approve')).status).toBe(403)
    expect((await as('office', 'POST', '/api/v1/vocabulary', entry)).status).toBe(409)
    expect(await decide('deputy', 'approve')).toMatchObject({
      status: 200,
      body: { state: 'active', own: false },
    })
    expect((await decide('deputy', 'refuse')).status).toBe(409)
    const list = await as('office', 'GET', '/api/v1/vocabulary')
    expect(list.body).toMatchObject({ entries: [{ spelling: '蓝莓湾', state: 'active', own: true }] })
    expect((await as('deputy', 'DELETE', `/api/v1/vocabulary/${id}`)).status).toBe(204)
  })

  it('are found among what people say: a new word waits for two people before it may be shown', async () => {
    const coined = '澜悦湾'
    const listed = async () => {
      const { body } = await as('office', 'GET', '/api/v1/vocabulary')
      return (body as unknown as Vocabulary).candidates.map((each) => each.spelling)
    }
    const shown = async () => {
      const topics = (await panel<Topics>('topics'))?.rows.flatMap((row) => row.words) ?? []
      return [...topics, ...((await panel<Words>('words'))?.rows.map((row) => row.word) ?? [])]
    }
    expect(await listed()).not.toContain(coined)
    const around = [...'在到去从给对跟和或为'].flatMap((a) =>
      [...'的了吗呢吧也都就还又'].map((b) => [a, b] as const),
    )
    let said = 0
    const story = {
      word: coined,
      with: ['停电', '抢修', '供电', '变压器', '跳闸', '应急', '照明', '电梯'],
      every: 3,
      around: () => around[said++ % around.length]!,
    }
    await told.pass(30, story)
    await until(async () => ((await listed()).includes(coined) ? true : undefined))
    expect(await shown()).not.toContain(coined)
    const proposed = await as('office', 'POST', '/api/v1/vocabulary', { kind: 'approved', spelling: coined })
    expect(proposed.status).toBe(201)
    await told.pass(12, story)
    expect(await listed()).not.toContain(coined)
    expect(await shown()).not.toContain(coined)
    const { id } = proposed.body as unknown as { id: number }
    const decision = `/api/v1/vocabulary/${id}/decision`
    expect((await as('office', 'POST', decision, { decision: 'approve' })).status).toBe(403)
    expect((await as('deputy', 'POST', decision, { decision: 'approve' })).status).toBe(200)
    await told.pass(15, story)
    await until(async () => {
      const topics = (await panel<Topics>('topics'))?.rows.flatMap((row) => row.words) ?? []
      return topics.includes(coined) ? true : undefined
    })
  })

  it('keep names out by a roster that cannot be read back', async () => {
    const put = await as('office', 'PUT', '/api/v1/vocabulary-roster', { names: ['王小明', '欧阳修远'] })
    expect(put.body).toMatchObject({ size: 2 })
  })

  it('calibrate mood from labelled samples of which only numbers stay', async () => {
    const sample = (i: number, bad: boolean) => ({
      sample: bad ? `太差了，第${i}次失望，态度恶劣` : `很好，第${i}次满意，服务周到`,
      label: bad ? 'negative' : 'positive',
    })
    const few = await as('office', 'POST', '/api/v1/sentiment-calibration', { samples: [sample(1, true)] })
    expect(few.status).toBe(422)
    const samples = Array.from({ length: 80 }, (_, i) => sample(i, i % 2 === 0))
    const made = await as('office', 'POST', '/api/v1/sentiment-calibration', { samples })
    expect(made.body).toMatchObject({ negatives: 40, others: 40 })
    expect((await as('office', 'GET', '/api/v1/sentiment-calibration')).body).toEqual(made.body)
    expect((await panel<Sentiment>('sentiment'))!.calibrated).toBe(true)
    expect((await as('office', 'DELETE', '/api/v1/sentiment-calibration')).status).toBe(204)
  })
})

describe('floors', () => {
  it('hold under random subscriptions and clock jumps', async () => {
    const draw = createDraw(99)
    const scopes = ['org', 'unit:north', 'unit:south', 'unit:north-1', 'group:g-1', 'group:g-4']
    for (let round = 0; round < 12; round++) {
      clock.advance(Math.floor((draw() - 0.3) * 4 * 3_600_000))
      if (draw() < 0.5) await told.pass(3).catch(() => undefined)
      const scope = scopes[Math.floor(draw() * scopes.length)]!
      const range = ['hour', 'day', 'week', 'month'][Math.floor(draw() * 4)]!
      const [topics, mood, risk] = [
        await panel<Topics>('topics', scope, range),
        await panel<Sentiment>('sentiment', scope, range),
        await panel<Risk>('risk', scope, range),
      ]
      if (scope.startsWith('group:')) expect([topics, mood]).toEqual([null, null])
      for (const row of topics?.rows ?? []) {
        expect(row.people).toBeGreaterThanOrEqual(5)
        expect([row.people % 5, row.messages % 5]).toEqual([0, 0])
        if (scope !== 'org') expect([row.sentiment, row.harm]).toEqual([null, []])
      }
      for (const point of mood?.points ?? []) expect(point.messages % 5).toBe(0)
      for (const row of risk?.rows ?? []) expect(row.scope).toMatch(/^(unit|group):/)
      for (const name of ['topics', 'sentiment', 'risk', 'words'] as const)
        await socket.timeout(60_000).emitWithAck('unsubscribe', { panel: name, scope, range })
    }
  })
})

import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BATCH_LIMIT, BODY_LIMIT_BYTES } from '@guanlan/contract/event'
import { correction, message, post, registerGroups } from '../helpers/events.ts'
import type { PostOptions } from '../helpers/events.ts'
import { startServer } from '../helpers/server.ts'
import type { TestServer } from '../helpers/server.ts'

const DAY = 86_400_000
const day = (offset: number) => new Date(Date.now() + offset * DAY + 8 * 3_600_000).toISOString().slice(0, 10)

let server: TestServer
let key = ''
const send = (body: unknown, options: PostOptions = {}) => post(server.url, body, { key, ...options })
const codes = (answer: { body: { rejected?: { code: string }[] } }) =>
  (answer.body.rejected ?? []).map(({ code }) => code)

beforeAll(async () => {
  server = await startServer()
  await registerGroups(server, [
    { id: 'g-1', unit: 'north-1' },
    { id: 'g-south', unit: 'south' },
    { id: 'g-draft', unit: 'north', state: 'draft', filedOn: '', informedOn: '', administratorFrom: '' },
    { id: 'g-alone', unit: 'north', filedOn: day(-60), administratorFrom: '' },
    // Tomorrow, so that midnight does not make them told.
    { id: 'g-new', unit: 'north', informedOn: day(1) },
    { id: 'g-gone', unit: 'north', state: 'dissolved', dissolvedOn: day(-3) },
  ])
  key = await server.createKey({ source: 'chat', unit: 'north', read: true })
})
afterAll(() => server.stop())

describe('answers', () => {
  it('takes one event, an array, lines, CloudEvents alone and in a batch, each also compressed', async () => {
    const cloud = () => {
      const { id, time, type: _, ...data } = message()
      return {
        specversion: '1.0',
        id,
        time,
        type: 'cn.guanlan.message.moderated.v1',
        source: 'chat',
        data,
        traceparent: 'x',
      }
    }
    const lines = () => [message(), message()].map((event) => JSON.stringify(event)).join('\r\n')
    const bodies: [string, () => string, number][] = [
      ['application/json', () => JSON.stringify(message()), 1],
      ['application/json; charset=utf-8', () => JSON.stringify([message(), message()]), 2],
      ['application/x-ndjson', lines, 2],
      ['application/cloudevents+json', () => JSON.stringify(cloud()), 1],
      ['application/cloudevents-batch+json', () => JSON.stringify([cloud(), cloud()]), 2],
    ]
    for (const [type, body, accepted] of bodies) {
      expect((await send(body(), { type })).body).toEqual({
        accepted,
        duplicates: 0,
        pending: 0,
        rejected: [],
      })
      const packed = await send(gzipSync(body()), { type, encoding: 'gzip' })
      expect(packed).toMatchObject({ status: 200, body: { accepted } })
    }
  })

  it('takes an empty array as a heartbeat', async () => {
    expect(await send([])).toMatchObject({
      status: 200,
      body: { accepted: 0, duplicates: 0, pending: 0, rejected: [] },
    })
  })

  it('takes a batch event by event', async () => {
    const first = message()
    const answer = await send([
      first,
      { ...message(), extra: 1 },
      first,
      message({ group: 'nowhere' }),
      message(),
    ])
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ accepted: 2, duplicates: 1, pending: 0 })
    expect(answer.body.rejected?.map(({ index, code }) => [index, code])).toEqual([
      [1, 'invalid_event'],
      [3, 'unknown_group'],
    ])
  })

  it('answers 422 with the reasons when nothing is usable', async () => {
    const answer = await send([message({ group: 'nowhere' })])
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'unprocessable', rejected: [{ index: 0, code: 'unknown_group' }] },
    })
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
  })

  it.each([
    ['cut short', '[{"id":"a"', {}, 400],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 400],
    ['a line cut short', '{"id":"a"}\n{"id"', { type: 'application/x-ndjson' }, 400],
    ['not gzip', 'plain', { encoding: 'gzip' }, 400],
    ['gzip cut short', gzipSync(JSON.stringify([message()])).subarray(0, 60), { encoding: 'gzip' }, 400],
    ['an array as one CloudEvent', '[]', { type: 'application/cloudevents+json' }, 400],
    ['another media type', '{}', { type: 'text/plain' }, 415],
    ['another character set', '{}', { type: 'application/json; charset=gbk' }, 415],
    ['another encoding', '{}', { encoding: 'br' }, 415],
    ['too many events', JSON.stringify(new Array(BATCH_LIMIT + 1).fill(0)), {}, 413],
    ['too many bytes', ' '.repeat(BODY_LIMIT_BYTES + 1), {}, 413],
    [
      'a small archive of a large body',
      gzipSync(Buffer.alloc(64 * 1024 * 1024, 32)),
      { encoding: 'gzip' },
      413,
    ],
  ] as [string, string | Uint8Array, PostOptions, number][])(
    'refuses %s',
    async (_, body, options, status) => {
      const answer = await send(body, options).catch(async (error: unknown) => {
        // The connection may be cut while a body that is too large is still being sent; the answer counts, asked for again.
        if (status !== 413) throw error
        return send(body, options)
      })
      expect(answer).toMatchObject({ status, body: { status } })
    },
  )

  it('asks for a key that is known, in force and may send', async () => {
    expect((await post(server.url, [])).status).toBe(401)
    expect((await post(server.url, [], { key: 'glk_nonsense' })).status).toBe(401)
    const made = await server.admin<{ id: string; secret: string }>('key.create', {
      source: 'gone',
      unit: 'city',
    })
    expect((await post(server.url, [], { key: made.secret })).status).toBe(200)
    await server.admin('key.revoke', { id: made.id })
    await expect.poll(async () => (await post(server.url, [], { key: made.secret })).status).toBe(401)
    const reader = await server.admin<{ secret: string }>('key.create', {
      source: 'reader',
      unit: 'city',
      ingest: false,
      read: true,
    })
    expect((await post(server.url, [], { key: reader.secret })).status).toBe(403)
    expect((await fetch(`${server.url}/api/v1/events`)).status).toBe(405)
  })

  it('answers 429 with a time to wait over the rate of a key', async () => {
    const slow = await server.admin<{ secret: string }>('key.create', {
      source: 'slow',
      unit: 'city',
      ratePerSecond: 10,
    })
    const batch = () => Array.from({ length: 3000 }, () => message())
    expect((await post(server.url, batch(), { key: slow.secret })).status).toBe(200)
    const answer = await post(server.url, batch(), { key: slow.secret })
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('answers on a kept connection, also after refusals and to a body that comes in pieces', async () => {
    const { Agent } = await import('node:http')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const once = (body: string) =>
      new Promise<{ status: number | undefined; port: number | undefined }>((resolve, reject) => {
        const req = request(`${server.url}/api/v1/events`, {
          ...{ method: 'POST', agent },
          headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        })
        req.on('response', (res) => {
          const port = res.socket.localPort
          res.resume().on('end', () => resolve({ status: res.statusCode, port }))
        })
        req.on('error', reject)
        req.write(body.slice(0, 10))
        setImmediate(() => req.end(body.slice(10)))
      })
    const answers = [
      await once(JSON.stringify(message())),
      await once('{"broken": tru'),
      await once(JSON.stringify(message())),
    ]
    agent.destroy()
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200])
    expect(new Set(answers.map(({ port }) => port)).size).toBe(1)
  })
})

describe('reasons to refuse an event', () => {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString()
  const fraud = { decision: 'removed', category: 'fraud', by: 'human', decidedAt: at(0) }
  it.each([
    ['invalid_event', '/moderation/category', message({ moderation: { ...fraud, category: undefined } })],
    ['invalid_event', '/moderation/category', message({ moderation: { ...fraud, decision: 'allowed' } })],
    [
      'time_in_future',
      '/moderation/decidedAt',
      message({ moderation: { ...fraud, decidedAt: at(26 * 3_600_000) } }),
    ],
    ['invalid_event', undefined, message({ name: 'someone' })],
    ['invalid_event', '/content', message({ content: { kind: 'text', html: 'x' } })],
    ['invalid_event', '/sender', message({ sender: '' })],
    ['invalid_event', '/time', message({ time: '2026-01-01T00:00:00' })],
    ['invalid_event', '/content/text', message({ content: { kind: 'text', text: 'x'.repeat(10_001) } })],
    ['invalid_event', '/id', message({ id: 'two words' })],
    ['invalid_event', undefined, 17],
    ['unknown_group', '/group', message({ group: 'nowhere' })],
    ['unknown_group', '/group', message({ group: 'g-south' })],
    ['group_not_filed', '/group', message({ group: 'g-draft' })],
    ['group_no_administrator', '/group', message({ group: 'g-alone' })],
    ['group_not_informed', '/time', message({ group: 'g-new' })],
    ['group_dissolved', '/time', message({ group: 'g-gone' })],
    ['unknown_category', '/moderation/category', message({ moderation: { ...fraud, category: 'opinion' } })],
    [
      'unknown_category',
      '/moderation/category',
      message({ moderation: { ...fraud, category: 'No such_thing' } }),
    ],
    // An hour: these events are made before the server has started.
    ['time_in_future', '/time', message({ time: at(3_600_000) })],
    ['time_too_old', '/time', message({ time: at(-182 * DAY) })],
  ])('%s at %s', async (code, pointer, event) => {
    const answer = await send([event])
    expect(answer.status).toBe(422)
    expect(answer.body.rejected).toMatchObject([{ index: 0, code }])
    expect(answer.body.rejected?.[0]?.pointer).toBe(pointer)
  })

  it('source_mismatch, and other faults of a CloudEvents envelope', async () => {
    const { id, time, type: _, ...data } = message()
    const cloud = {
      specversion: '1.0',
      id,
      time,
      type: 'cn.guanlan.message.moderated.v1',
      source: 'chat',
      data,
    }
    const type = 'application/cloudevents-batch+json'
    const faults = [
      { ...cloud, source: 'another' },
      { ...cloud, subject: 'u-1' },
      { ...cloud, type: 'cn.guanlan.other.v1' },
      { ...cloud, data: { ...data, time } },
      { ...cloud, data: { ...data, group: 'two words' } },
    ]
    const answer = await send(faults, { type })
    expect(answer.body.rejected?.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['source_mismatch', '/source'],
      ['invalid_event', undefined],
      ['invalid_event', '/type'],
      ['invalid_event', '/data'],
      ['invalid_event', '/data/group'],
    ])
  })

  it('repeats nothing of what was sent', async () => {
    const secret = 'canary7391'
    const events = [
      message({ [secret]: 1 }),
      message({ group: secret }),
      message({ id: `${secret} x` }),
      message({ type: secret }),
      message({ content: { kind: secret } }),
      message({ moderation: { ...fraud, category: secret } }),
      message({ content: { kind: 'text', text: secret, [secret]: secret } }),
    ]
    const answer = await send(events)
    expect(codes(answer)).toHaveLength(events.length)
    expect(JSON.stringify(answer.body)).not.toContain(secret)
    expect(JSON.stringify((await send(`[{"id":"${secret}" oops`)).body)).not.toContain(secret)
  })

  it('is safe against odd JSON', async () => {
    const text = JSON.stringify(message())
    const odd = [
      text.replace('{', '{"__proto__":{"x":1},'),
      text.replace('"content":{', '"content":{"constructor":{},'),
      '['.repeat(200_000) + ']'.repeat(200_000),
    ]
    for (const body of odd) expect([200, 422]).toContain((await send(body)).status)
    expect(({} as { x?: number }).x).toBeUndefined()
    const lone = await send(text.replace('今天小区又停水了', '\\ud800 half').replace(/m-\d+-\d+/, 'lone-1'))
    expect(lone).toMatchObject({ status: 200, body: { accepted: 1 } })
  })
})

describe('what is counted', () => {
  const settled = () => server.admin('import.settle')
  const health = async () =>
    (await (
      await fetch(`${server.url}/api/v1/source/health`, {
        headers: { Authorization: `Bearer ${key}` },
      })
    ).json()) as {
      accepted: number
      duplicates: number
      pending: number
    }

  it('counts repeats once: in a batch, in later batches, shuffled, and at the same moment', async () => {
    const events = Array.from({ length: 300 }, () => message())
    const shuffled = [...events].sort((a, b) =>
      String(a.id).split('').reverse().join('') < String(b.id).split('').reverse().join('') ? -1 : 1,
    )
    const parts = [
      events.slice(0, 200),
      shuffled.slice(0, 250),
      [...events, ...events],
      shuffled,
      events.slice(100),
    ]
    const answers = await Promise.all(parts.map((part) => send(part)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(answers.reduce((sum, { body }) => sum + (body.accepted ?? 0), 0)).toBe(events.length)
    const sent = parts.reduce((sum, part) => sum + part.length, 0)
    expect(answers.reduce((sum, { body }) => sum + (body.duplicates ?? 0), 0)).toBe(sent - events.length)
  })

  it('keeps ids of two sources apart', async () => {
    const other = await server.createKey({ source: 'other', unit: 'city' })
    const event = message()
    expect((await send([event])).body).toMatchObject({ accepted: 1 })
    expect((await post(server.url, [event], { key: other })).body).toMatchObject({
      accepted: 1,
      duplicates: 0,
    })
  })

  it('says of a correction whether its message is known', async () => {
    const first = message()
    const allowed = { decision: 'allowed' }
    const together = await send([correction(first.id, allowed), first])
    expect(together.body).toMatchObject({ accepted: 2, pending: 0 })
    const unknown = correction('never-seen', allowed)
    expect((await send([unknown])).body).toMatchObject({ accepted: 1, pending: 1 })
    expect((await send([unknown])).body).toMatchObject({ accepted: 0, duplicates: 1, pending: 0 })
    const ofCorrection = correction(unknown.id, allowed)
    expect((await send([ofCorrection])).body).toMatchObject({ accepted: 1, pending: 1 })
  })

  it('adds up in source health', async () => {
    await settled()
    const before = await health()
    await send([message(), message(), correction('nobody', { decision: 'allowed' })])
    await settled()
    const after = await health()
    expect(after.accepted - before.accepted).toBe(3)
    expect(after.pending - before.pending).toBe(1)
  })
})

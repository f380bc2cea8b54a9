import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '@guanlan/server/lib/logger'
import type { Answer, Channel } from '@guanlan/server/notify/channel'
import { createWorker, type Worker } from '@guanlan/server/notify/worker'
import { startPostgres, type TestPostgres } from '../helpers/postgres.ts'

// The outbox over a real database: what one destination does is nobody else's wait, and of several processes one sends.
const T0 = Date.UTC(2026, 10, 23, 2)
let db: TestPostgres
let clock: { at: number; now(): number }
let heard: { id: string; by: string; lane: string }[]
/** What a channel answers; it waits for `gate` first. */
let answers: Record<string, Answer>
let gate: Promise<void>

beforeAll(async () => void (db = await startPostgres()))
afterAll(() => db?.close())
beforeEach(async () => {
  await db.postgres.query('TRUNCATE alert_delivery, alert_lane, in_app_page, account_channel')
  clock = { at: T0, now: () => clock.at }
  heard = []
  answers = {}
  gate = Promise.resolve()
})

function workerOf(holder: string, limit: Partial<Pick<Channel, 'perMinute' | 'bundle'>> = {}): Worker {
  const channelOf = (name: string): Channel => ({
    ...{ name, perMinute: 60, bundle: 1, maxBytes: 10_000, problemOf: () => null, ...limit },
    async send({ id }, { accountId }) {
      heard.push({ id, by: holder, lane: `${name}:${accountId}` })
      await gate
      return answers[name] ?? { status: 200, retryAfterMs: null }
    },
  })
  return createWorker({
    ...{ postgres: db.postgres, clock, logger: silentLogger, random: () => 0.5, holder },
    channels: new Map(['in-app', 'email', 'webhook'].map((name) => [name, channelOf(name)])),
    compose: ([row]) =>
      row === undefined
        ? null
        : {
            message: {
              ...{ id: row.id, kind: row.kind, level: 'orange', title: 't', lines: [], link: 'l' },
              ...{ alertIds: [row.alertId], at: row.queuedAt },
            },
            target: { accountId: row.accountId, address: 'x', secret: '' },
          },
  })
}
async function queue(
  channel: string,
  account: string,
  count: number,
  over: { kind?: string; in?: number } = {},
) {
  await db.postgres.query(
    `INSERT INTO alert_delivery (id, alert_id, kind, lane, account_id, channel, payload, queued_at, next_at)
     SELECT $1 || ':' || n, 'a-' || n, $5, $1, $2, $3, '{"code":"123456"}', $4, $6 FROM generate_series(1, $7::int) AS n`,
    [
      ...[`${channel}:${account}`, account, channel, new Date(T0).toISOString(), over.kind ?? 'page'],
      ...[new Date(T0 + (over.in ?? 0)).toISOString(), count],
    ],
  )
}
const round = async (...workers: Worker[]) => {
  await Promise.all(workers.map((worker) => worker.tick()))
  await Promise.all(workers.map((worker) => worker.idle()))
}

describe('what waits', () => {
  it('for one dead destination holds nobody else up, however much it is', async () => {
    await queue('email', 'gone', 2_500, { in: 600_000 })
    await queue('in-app', 'duty', 1)
    await round(workerOf('one'))
    expect(heard).toEqual([{ id: 'in-app:duty:1', by: 'one', lane: 'in-app:duty' }])
  })

  it('for many dead destinations holds nobody else up either', async () => {
    for (let i = 0; i < 50; i += 1) await queue('email', `gone-${i}`, 50, { in: 600_000 })
    await queue('in-app', 'duty', 1)
    await round(workerOf('one'))
    expect(heard.map(({ id }) => id)).toEqual(['in-app:duty:1'])
  })

  it('leaves in the order in which it was queued, also behind a row that is tried again', async () => {
    await queue('webhook', 'duty', 3)
    answers.webhook = { status: 500, retryAfterMs: null }
    const worker = workerOf('one')
    await round(worker)
    answers = {}
    await round(worker)
    expect(heard.map(({ id }) => id)).toEqual(['webhook:duty:1'])
    for (clock.at = T0 + 60_000; heard.length < 4; clock.at += 1_000) await round(worker)
    expect(heard.map(({ id }) => id.slice(-1))).toEqual(['1', '1', '2', '3'])
  })
})

describe('of two processes', () => {
  it('one sends a message, and the next one only when that is settled', async () => {
    await queue('webhook', 'duty', 2)
    let open = () => {}
    gate = new Promise((resolve) => (open = resolve))
    const [one, two] = [workerOf('one'), workerOf('two')]
    await Promise.all([one.tick(), two.tick()])
    for (let i = 0; i < 3; i += 1) await Promise.all([one.tick(), two.tick()])
    expect(heard.map(({ id }) => id)).toEqual(['webhook:duty:1'])
    open()
    await Promise.all([one.idle(), two.idle()])
    await round(one, two)
    expect(heard.map(({ id }) => id)).toEqual(['webhook:duty:1', 'webhook:duty:2'])
  })

  it('each sends to some of many destinations, and every message leaves once', async () => {
    for (let i = 0; i < 20; i += 1) await queue('webhook', `p-${i}`, 3)
    const workers = [workerOf('one'), workerOf('two')]
    for (let i = 0; i < 5; i += 1) await round(...workers)
    expect(heard).toHaveLength(60)
    expect(new Set(heard.map(({ id }) => id)).size).toBe(60)
  })

  it('both keep to one limit of a destination', async () => {
    await queue('webhook', 'duty', 30)
    const workers = [workerOf('one', { perMinute: 4 }), workerOf('two', { perMinute: 4 })]
    for (let i = 0; i < 8; i += 1) await round(...workers)
    expect(heard).toHaveLength(4)
    clock.at += 61_000
    for (let i = 0; i < 8; i += 1) await round(...workers)
    expect(heard).toHaveLength(8)
  })

  it('the other takes over what a dead one held, after its claim has run out', async () => {
    await queue('webhook', 'duty', 1)
    gate = new Promise(() => {})
    const [dead, alive] = [workerOf('dead'), workerOf('alive')]
    await dead.tick()
    await alive.tick()
    expect(heard.map(({ by }) => by)).toEqual(['dead'])
    gate = Promise.resolve()
    await db.postgres.query(`UPDATE alert_lane SET until = '-infinity'`)
    await round(alive)
    expect(heard.map(({ by, id }) => [by, id])).toEqual([
      ['dead', 'webhook:duty:1'],
      ['alive', 'webhook:duty:1'],
    ])
  })
})

describe('what is settled', () => {
  it('keeps no code in clear, whether it arrived or not; one that still waits does', async () => {
    await queue('email', 'a', 1, { kind: 'code' })
    await queue('webhook', 'a', 1, { kind: 'code' })
    await queue('email', 'later', 1, { kind: 'code', in: 60_000 })
    answers.webhook = { status: 410, retryAfterMs: null }
    await round(workerOf('one'))
    const rows = await db.postgres.query<{ id: string; status: string; code: string | null }>(
      `SELECT id, status, payload->>'code' AS code FROM alert_delivery ORDER BY id`,
    )
    expect(rows.map(({ id, status, code }) => [id, status, code])).toEqual([
      ['email:a:1', 'sent', null],
      ['email:later:1', 'queued', '123456'],
      ['webhook:a:1', 'failed', null],
    ])
  })

  it('a channel that its receiver switched off is said to its owner, once', async () => {
    await db.postgres.query(
      `INSERT INTO auth_user (id, name, email, "emailVerified", locale, "createdAt", "updatedAt")
       VALUES ('duty', 'd', 'd@x.example', true, 'en', now(), now()) ON CONFLICT DO NOTHING`,
    )
    await db.postgres.query(
      `INSERT INTO account_channel (account_id, channel, address, verified_at) VALUES ('duty', 'webhook', 'x', now())`,
    )
    await queue('webhook', 'duty', 2)
    answers.webhook = { status: 410, retryAfterMs: null }
    const worker = workerOf('one')
    for (let i = 0; i < 4; i += 1) await round(worker)
    const told = heard.filter(({ lane }) => lane === 'in-app:duty')
    expect(told).toHaveLength(1)
    const [notice] = await db.postgres.query<{ payload: { origin: string; channel: string } }>(
      `SELECT payload FROM alert_delivery WHERE channel = 'in-app'`,
    )
    expect(notice?.payload).toMatchObject({ origin: 'channel', channel: 'webhook' })
  })
})

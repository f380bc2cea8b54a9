import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEvaluator, pagesByHand, type Evaluator } from '../helpers/alert-evaluator.ts'
import { openReceiver, type Receiver } from '../helpers/alert-receiver.ts'
import { startPostgres, type TestPostgres } from '../helpers/postgres.ts'

// What a destination does must neither lose a page nor repeat one that it took. Time is the test's own; the requests are real.
const T0 = Date.UTC(2026, 10, 23, 2)
const MINUTE = 60_000
let db: TestPostgres
let receiver: Receiver
let clock: { at: number; now(): number }
let value: number
let timeoutMs: number
let evaluator: Evaluator

beforeAll(async () => {
  db = await startPostgres()
  receiver = await openReceiver()
})
afterAll(async () => {
  await receiver?.close()
  await db?.close()
})
let names = 0
beforeEach(async () => {
  receiver.forget()
  receiver.mood = { status: 200 }
  await db.postgres.query(
    'TRUNCATE alert, alert_timeline, alert_note, alert_episode, alert_instance, alert_delivery',
  )
  await db.postgres.query(`UPDATE alert_evaluator SET until = '-infinity'`)
  clock = { at: T0, now: () => clock.at }
  value = 5
  timeoutMs = 60_000
  evaluator = createEvaluator({
    ...{ name: `d${(names += 1)}`, postgres: db.postgres, clock, url: receiver.url },
    ...{ value: () => value, timeoutMs: () => timeoutMs },
  })
})

async function pass(minutes: number, stepMs = 30_000): Promise<void> {
  for (const end = clock.at + minutes * MINUTE; clock.at < end; clock.at += stepMs) await evaluator.tick()
}
/** Attempts by webhook id, in the order in which the ids came first. */
function attempts() {
  const counts = new Map<string, { account: string; count: number }>()
  for (const { id, account } of receiver.heard) {
    const known = counts.get(id)
    counts.set(id, { account, count: (known?.count ?? 0) + 1 })
  }
  return [...counts.values()]
}
const byHand = (minutes: number) => pagesByHand(0, [], minutes).map(({ account }) => account)
const statuses = async () =>
  (await db.postgres.query<{ status: string }>('SELECT status FROM alert_delivery ORDER BY seq')).map(
    ({ status }) => status,
  )

describe('a destination', () => {
  it('down for an hour gets every page once it is back, each once, in order', async () => {
    await receiver.down()
    await pass(60)
    await receiver.up()
    await pass(20)
    const heard = attempts()
    expect(heard.every(({ count }) => count === 1)).toBe(true)
    const expected = byHand(79)
    for (const account of ['duty', 'lead', 'chief'])
      expect(heard.filter((each) => each.account === account)).toHaveLength(
        expected.filter((each) => each === account).length,
      )
    const sequence = await db.postgres.query<{ id: string }>(
      `SELECT id FROM alert_delivery WHERE account_id = 'chief' AND kind = 'page' ORDER BY seq`,
    )
    const order = receiver.heard.filter(({ account }) => account === 'chief').map(({ id }) => id)
    expect(order).toEqual(sequence.map(({ id }) => id))
    expect(new Set(await statuses())).toEqual(new Set(['sent']))
  })

  it('down while somebody takes the alert is told nothing any more', async () => {
    await receiver.down()
    await pass(5)
    const [alertId = ''] = evaluator.drive.world.alerts.keys()
    await evaluator.drive.run({ type: 'acknowledge', alertId, by: 'duty' })
    await receiver.up()
    await pass(20)
    expect(receiver.heard).toEqual([])
    expect(await statuses()).toEqual(['withdrawn'])
  })

  it('that is slow is waited for and told once', async () => {
    receiver.mood = { status: 200, after: 100 }
    await pass(5)
    expect(attempts()).toEqual([{ account: 'duty', count: 1 }])
  })

  it('that hangs is let go and told again under the same id', async () => {
    receiver.mood = { status: 200, after: Infinity }
    timeoutMs = 1_000
    await pass(2)
    const hung = receiver.heard.length
    expect(hung).toBeGreaterThanOrEqual(2)
    receiver.mood = { status: 200 }
    timeoutMs = 60_000
    await pass(5)
    expect(new Set(receiver.heard.map(({ id }) => id)).size).toBe(1)
    expect(receiver.heard).toHaveLength(hung + 1)
    expect(await statuses()).toEqual(['sent'])
  })

  it('that answers 429 is left alone as long as it asks', async () => {
    receiver.mood = { status: 429, headers: { 'retry-after': '240' } }
    await evaluator.tick()
    receiver.mood = { status: 200 }
    clock.at += 1_000
    await pass(3.9)
    expect(attempts()).toEqual([{ account: 'duty', count: 1 }])
    await pass(1)
    expect(attempts()).toEqual([{ account: 'duty', count: 2 }])
  })

  it('that answers 500 is tried again, later each time, until it takes it', async () => {
    receiver.mood = { status: 500 }
    const times: number[] = []
    for (let seen = 0; clock.at < T0 + 4 * MINUTE; clock.at += 1_000) {
      await evaluator.tick()
      if (receiver.heard.length > seen) times.push(clock.at)
      seen = receiver.heard.length
    }
    const waits = times.slice(1).map((at, i) => at - (times[i] ?? 0))
    expect(waits.length).toBeGreaterThanOrEqual(4)
    expect(waits).toEqual(waits.toSorted((a, b) => a - b))
    receiver.mood = { status: 200 }
    await pass(8)
    expect(attempts().filter(({ account }) => account === 'duty')).toEqual([
      { account: 'duty', count: times.length + 1 },
    ])
  })

  it('that answers 410 is told nothing again; the next step goes on', async () => {
    receiver.mood = { status: 410 }
    await pass(9)
    expect(attempts()).toEqual([{ account: 'duty', count: 1 }])
    receiver.mood = { status: 200 }
    await pass(3)
    expect(attempts()).toEqual([
      { account: 'duty', count: 1 },
      { account: 'lead', count: 1 },
    ])
    expect(await statuses()).toEqual(['failed', 'sent'])
  })
})

it('a clock that jumps an hour ahead runs each due step once, and one that jumps back repeats none', async () => {
  await pass(1)
  clock.at += 60 * MINUTE
  await pass(1)
  expect(attempts().map(({ account }) => account)).toEqual(['duty', 'lead'])
  clock.at -= 60 * MINUTE
  await pass(30)
  expect(attempts().map(({ account, count }) => `${account} ${count}`)).toEqual(['duty 1', 'lead 1'])
  await pass(45)
  expect(attempts().map(({ account }) => account)).toEqual(['duty', 'lead', 'chief'])
})

import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAcceptor } from '@guanlan/server/ingest/accept'
import type { Acceptor } from '@guanlan/server/ingest/accept'
import { openIdIndex } from '@guanlan/server/ingest/id-index'
import { createJudge } from '@guanlan/server/ingest/judge'
import { reconcile } from '@guanlan/server/ingest/reconcile'
import { createWriter } from '@guanlan/server/ingest/writer'
import { createLocalTime } from '@guanlan/server/lib/local-day'
import { silentLogger } from '@guanlan/server/lib/logger'
import type { ClickHouse } from '@guanlan/server/ports/clickhouse'
import type { Spool } from '@guanlan/server/ports/spool'
import { openSpool } from '@guanlan/server/store/spool-lmdb'
import { openTestClickHouse } from '../helpers/clickhouse.ts'
import { correction, message } from '../helpers/events.ts'
import { tempDir } from '../helpers/workspace.ts'

// The way in over a real spool and a real engine, without HTTP: failures of either can be put in between.
const temp = tempDir('guanlan-store-')
const time = createLocalTime('Asia/Shanghai')
const from = { source: 'chat', unitId: 'city', history: true }
const clock = { now: () => Date.now() }
let clickhouse: ClickHouse
let closeClickHouse: () => Promise<void>
let folder = 0

beforeAll(async () => {
  ;({ clickhouse, close: closeClickHouse } = await openTestClickHouse())
})
afterAll(async () => {
  await closeClickHouse()
  temp.remove()
})

interface Faults {
  append?: (value: Uint8Array, real: Spool) => Promise<number>
  insert?: () => Promise<void>
  /** Called after a real insert: an error here is an answer that got lost. */
  inserted?: () => Promise<void>
}

async function openWay(name = `way-${(folder += 1)}`, faults: Faults = {}, gatherMs = 10) {
  const dir = path.join(temp.path, name)
  const real = openSpool(path.join(dir, 'spool'), { maxBytes: 1e9, minFreeBytes: 0, clock })
  const spool: Spool = new Proxy(real, {
    get: (target, property) => {
      if (property === 'append')
        return (value: Uint8Array) => (faults.append ?? ((v, r) => r.append(v)))(value, target)
      return Reflect.get(target, property, target) as unknown
    },
  })
  const ids = await openIdIndex({ directory: path.join(dir, 'ids'), clock, time, onError: () => undefined })
  const unknown: string[] = []
  const writer = createWriter({
    ...{ spool, ids, clock, logger: silentLogger, newToken: () => crypto.randomUUID(), gatherMs },
    clickhouse: {
      query: (sql, params, options) => clickhouse.query(sql, params, options),
      async insertBlock(...block) {
        await faults.insert?.()
        await clickhouse.insertBlock(...block)
        await faults.inserted?.()
      },
    },
    onUnknown: (corrections) => unknown.push(...corrections.map(({ source }) => source)),
  })
  const directory = {
    admit: () => ({ ok: true as const, unitId: 'north' }),
    taxonomy: {
      get: (code: string) =>
        code === 'fraud' ? { tier: 'illegal' } : code === 'ads' ? { tier: 'conduct' } : undefined,
    },
  }
  const acceptor: Acceptor = createAcceptor({
    ...{
      spool,
      ids,
      clock,
      hashKey: new Uint8Array(32).fill(9),
      observe: () => undefined,
      onDurable: (events) => writer.wake(events),
    },
    judge: createJudge({ directory, time, rawDays: 20_000 }),
  })
  await writer.start()
  return {
    ...{ acceptor, writer, ids, spool, unknown, name },
    accept: (events: unknown[]) => acceptor.accept({ form: 'json', events }, from),
    async close() {
      await writer.stop()
      await ids.close()
      await real.close()
    },
  }
}

async function inGroup(group: string) {
  const [row] = await clickhouse.query<{ rows: number; messages: number; corrected: number; acted: number }>(
    `SELECT count() AS rows, sum(sign) AS messages, sum(sign * (revision > 0)) AS corrected,
       sum(sign * (decision != 'allowed')) AS acted FROM decision_raw WHERE group_id = {group:String}`,
    { group },
  )
  return {
    rows: Number(row?.rows),
    messages: Number(row?.messages),
    corrected: Number(row?.corrected),
    acted: Number(row?.acted),
  }
}
const differences = async () =>
  (
    await reconcile({
      ...{ clickhouse, repair: false, newToken: () => crypto.randomUUID(), progress: () => undefined },
      betweenBlocks: (work) => work(),
      firstDay: { raw: '1970-01-02', minute: '1970-01-02' },
    })
  ).differences

describe('from the spool into the store', () => {
  it('takes a batch over 104 months, more than the engine takes in one block', async () => {
    const way = await openWay()
    // Allowed messages: a month costs the engine a folder of files in four tables instead of six.
    const events = Array.from({ length: 104 }, (_, i) => {
      const at = new Date(Date.UTC(1990, (i * 7) % 104, 3, 5)).toISOString()
      const moderation = { decision: 'allowed', by: 'automated', decidedAt: at }
      return message({ group: 'g-months', time: at, moderation })
    })
    expect(await way.accept(events)).toMatchObject({ accepted: 104, rejected: [] })
    await way.writer.drained()
    const [months] = await clickhouse.query<{ months: number }>(
      `SELECT uniqExact(toYYYYMM(day)) AS months FROM decision_raw WHERE group_id = 'g-months'`,
    )
    expect(Number(months?.months)).toBe(104)
    expect(await inGroup('g-months')).toMatchObject({ rows: 104, messages: 104 })
    expect((await way.accept(events)).duplicates).toBe(104)
    await way.close()
    expect(await differences()).toEqual([])
  })

  it('counts once when the answer of an insert is lost, and when the store is away for a while', async () => {
    let calls = 0
    const fails = (when: (call: number) => boolean) => () =>
      when((calls += 1)) ? Promise.reject(new Error('away')) : Promise.resolve()
    const way = await openWay(undefined, {
      insert: fails((call) => call < 3),
      inserted: fails((call) => call < 6),
    })
    await way.accept(Array.from({ length: 50 }, () => message({ group: 'g-lost' })))
    await expect.poll(() => way.writer.stats().failing).toBe('the store takes no rows')
    expect(way.writer.backlog()).toBe(50)
    await way.writer.drained()
    expect(way.writer.stats().failing).toBeNull()
    expect(way.writer.backlog()).toBe(0)
    expect(await inGroup('g-lost')).toMatchObject({ rows: 50, messages: 50 })
    await way.close()
  })

  it('lands at once what a screen asks for, and lets it go while the store is away', async () => {
    let away = false
    const insert = () => (away ? Promise.reject(new Error('away')) : Promise.resolve())
    const way = await openWay(undefined, { insert }, 3_600_000)
    await way.writer.land()
    for (const rows of [10, 20, 30]) {
      await way.accept(Array.from({ length: 10 }, () => message({ group: 'g-land' })))
      await way.writer.land()
      expect((await inGroup('g-land')).rows).toBe(rows)
    }
    away = true
    await way.accept([message({ group: 'g-land' })])
    const asked = way.writer.land()
    await expect.poll(() => way.writer.stats().failing).toBe('the store takes no rows')
    await way.writer.land()
    away = false
    await asked
    expect((await inGroup('g-land')).rows).toBe(31)
    await way.close()
  })

  it('counts once over a restart in the middle of a block', async () => {
    let alive = true
    const away = () => (alive ? Promise.reject(new Error('gone')) : Promise.resolve())
    const faults: Faults = { inserted: away }
    const way = await openWay(undefined, faults)
    const events = Array.from({ length: 30 }, () => message({ group: 'g-restart' }))
    await way.accept(events)
    await expect.poll(async () => (await inGroup('g-restart')).rows).toBe(30)
    await way.close()
    alive = false
    const again = await openWay(way.name, faults)
    expect((await again.accept(events)).duplicates).toBe(30)
    await again.writer.drained()
    expect(await inGroup('g-restart')).toMatchObject({ rows: 30, messages: 30 })
    await again.close()
  })

  it('refuses with 503 what the disk refuses, remembers none of it, and keeps what it had accepted', async () => {
    let full = false
    const faults: Faults = {
      append: (value, real) => (full ? Promise.reject(new Error('no space left')) : real.append(value)),
    }
    const way = await openWay(undefined, faults)
    const first = [message({ group: 'g-full' })]
    const second = [message({ group: 'g-full' }), ...first]
    await way.accept(first)
    full = true
    await expect(way.accept(second)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 })
    full = false
    expect(await way.accept(second)).toMatchObject({ accepted: 1, duplicates: 1 })
    await way.writer.drained()
    expect(await inGroup('g-full')).toMatchObject({ messages: 2 })
    await way.close()
  })

  it('makes a repeat wait for the first of two that race, and fail with it', async () => {
    let release: (() => void) | undefined
    const faults: Faults = {
      append: (value, real) =>
        release === undefined
          ? new Promise((_, reject) => (release = () => reject(new Error('no space left'))))
          : real.append(value),
    }
    const way = await openWay(undefined, faults)
    const event = message({ group: 'g-race' })
    const winner = way.accept([event])
    const repeat = way.accept([event, message({ group: 'g-race' })])
    winner.catch(() => undefined)
    repeat.catch(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
    release?.()
    await expect(winner).rejects.toMatchObject({ code: 'unavailable' })
    await expect(repeat).rejects.toMatchObject({ code: 'unavailable' })
    expect(await way.accept([event])).toMatchObject({ accepted: 1 })
    await way.writer.drained()
    expect(await inGroup('g-race')).toMatchObject({ messages: 2 })
    await way.close()
  })
})

describe('corrections in the store', () => {
  it('come to the same sums whatever arrives first, over blocks and a restart', async () => {
    let way = await openWay()
    const now = Date.now()
    const at = (minutes: number) => ({ decidedAt: new Date(now + minutes * 60_000).toISOString() })
    const [one, two, late] = [1, 2, 3].map(() => message({ group: 'g-corrected' }))
    const allow = correction(one?.id, { decision: 'allowed', ...at(2) })
    expect((await way.accept([correction(late?.id, { decision: 'allowed', ...at(3) })])).pending).toBe(1)
    await way.accept([one, two])
    await way.writer.drained()
    await way.accept([allow, correction(one?.id, { decision: 'warned', category: 'ads', ...at(1) })])
    await way.writer.drained()
    await way.close()
    way = await openWay(way.name)
    await way.accept([late])
    await way.accept([allow, correction(two?.id, { decision: 'warned', category: 'ads', ...at(9) })])
    await way.writer.drained()
    expect(await inGroup('g-corrected')).toMatchObject({ messages: 3, corrected: 3, acted: 1 })
    expect(way.writer.stats().parked).toBe(0)
    await way.accept([correction(allow.id, { decision: 'removed', category: 'fraud', ...at(10) })])
    await way.writer.drained()
    expect(way.writer.stats().parked).toBe(1)
    expect(await inGroup('g-corrected')).toMatchObject({ messages: 3, corrected: 3, acted: 1 })
    await way.close()
    expect(await differences()).toEqual([])
  })
})

describe('reconcile', () => {
  it('finds a difference, mends it, and finds none after', async () => {
    const way = await openWay()
    await way.accept(Array.from({ length: 20 }, () => message({ group: 'g-mend' })))
    await way.writer.drained()
    const [row] = await clickhouse.query<Record<string, unknown>>(
      `SELECT toUnixTimestamp(hour) AS hour, toString(day) AS day FROM hour_group WHERE group_id = 'g-mend' LIMIT 1`,
    )
    const damage = [
      row?.hour,
      row?.day,
      'g-mend',
      'north',
      'illegal',
      'fraud',
      'removed',
      'automated',
      'removed',
      7,
      0,
    ]
    const columns =
      'hour,day,group_id,unit_id,tier,category,decision,decided_by,first_decision,events,corrected'
    await clickhouse.insertBlock(
      'hour_group',
      columns,
      Buffer.from(`${JSON.stringify(damage)}\n`),
      crypto.randomUUID(),
    )
    expect(await differences()).toEqual([{ table: 'hour_group', keys: 1, amount: 7 }])
    const options = {
      ...{
        clickhouse,
        newToken: () => crypto.randomUUID(),
        progress: () => undefined,
        betweenBlocks: way.writer.betweenBlocks,
      },
      firstDay: { raw: '1970-01-02', minute: '1970-01-02' },
    }
    expect(await reconcile({ ...options, repair: true })).toMatchObject({ repaired: true })
    expect(await differences()).toEqual([])
    await way.close()
  })
})

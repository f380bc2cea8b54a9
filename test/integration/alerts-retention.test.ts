import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLocalTime } from '@guanlan/server/lib/local-day'
import type { ClickHouse } from '@guanlan/server/ports/clickhouse'
import { createRetentionKeeper } from '@guanlan/server/protection/retention'
import { startRegister, type TestRegister } from '../helpers/register.ts'

// Alerts end with everything that was written about them, and the daily proof says so.
const DAY_MS = 86_400_000
const KEEP = { wordCellDays: 30, reportCellDays: 1825, alertDays: 365 }
const time = createLocalTime('Asia/Shanghai')
/** There is no event store here: the proof has the lines of the register's engine only. */
const clickhouse = { query: async () => [] } as unknown as ClickHouse
let at: TestRegister
beforeAll(async () => void (at = await startRegister()))
afterAll(() => at?.stop())

const ago = (days: number) => new Date(at.clock.now() - days * DAY_MS).toISOString()
/** An alert opened 400 days ago with all that belongs to it. */
async function store(id: string, endedDaysAgo: number | null): Promise<void> {
  const ended = endedDaysAgo === null ? null : ago(endedDaysAgo)
  const write = (sql: string, values: unknown[]) => at.postgres.query(sql, values)
  await write(
    `INSERT INTO alert (id, fingerprint, status, level, origin, unit_id, quiet, opened_at, resolved_at, state)
     VALUES ($1, $1, 'x', 'red', 'rule', 'city', false, $2, $3, '{}')`,
    [id, ago(400), ended],
  )
  await write(`INSERT INTO alert_note (id, alert_id, at, by, text) VALUES ($1, $1, $2, 'p', '已处理')`, [
    id,
    ago(400),
  ])
  await write(
    `INSERT INTO alert_timeline (alert_id, at, code, by, data) VALUES ($1, $2, 'opened', 'p', '{}')`,
    [...[id, ago(400)]],
  )
  await write(
    `INSERT INTO alert_episode (alert_id, episode, key, rosters, opened_at, resolved_at, steps) VALUES ($1, 0, 'r', '{}', $2, $3, 1)`,
    [id, ago(400), ended],
  )
}
const TABLES = ['alert', 'alert_note', 'alert_timeline', 'alert_episode'] as const
const idsIn = async (table: string, column = 'alert_id') =>
  (await at.postgres.query<{ id: string }>(`SELECT ${column} AS id FROM ${table} ORDER BY 1`)).map(
    ({ id }) => id,
  )

it('deletes what ended too long ago from every table, keeps what goes on, and proves both', async () => {
  await store('over', 366)
  await store('recent', 364)
  await store('open', null)
  for (const [id, days] of [
    ['over', 366],
    ['recent', 364],
  ] as const) {
    await at.postgres.query(
      `INSERT INTO alert_delivery (id, alert_id, kind, lane, account_id, channel, payload, queued_at, next_at, status, settled_at)
       VALUES ($1, $1, 'page', 'email:p', 'p', 'email', '{}', $2, $2, 'sent', $2)`,
      [id, ago(days)],
    )
    await at.postgres.query(
      `INSERT INTO in_app_page (id, account_id, alert_id, at) VALUES ($1, 'p', $1, $2)`,
      [...[id, ago(days)]],
    )
    await at.postgres.query(
      `INSERT INTO duty_handover (id, roster_id, by, at, text) VALUES ($1, 'desk', 'p', $2, 't')`,
      [...[id, ago(days)]],
    )
    await at.postgres.query(`INSERT INTO alert_silence (id, until, state) VALUES ($1, $2, '{}')`, [
      ...[id, ago(id === 'over' ? 2 : 0.5)],
    ])
    await at.postgres.query(`INSERT INTO alert_lane (lane, holder, until) VALUES ($1, 'h', $2)`, [
      ...[id, ago(id === 'over' ? 2 : 0.5)],
    ])
  }
  // Written long ago and still waiting: not settled, so not over.
  await at.postgres.query(
    `INSERT INTO alert_delivery (id, alert_id, kind, lane, account_id, channel, payload, queued_at, next_at)
     VALUES ('waits', 'open', 'page', 'email:p', 'p', 'email', '{}', $1, $1)`,
    [ago(400)],
  )
  const proof = await createRetentionKeeper({ ...at, clickhouse, time, keep: KEEP }).tick()
  for (const table of TABLES) {
    const column = table === 'alert' ? 'id' : 'alert_id'
    expect([table, await idsIn(table, column)]).toEqual([table, ['open', 'recent']])
  }
  expect(await idsIn('alert_delivery', 'id')).toEqual(['recent', 'waits'])
  for (const table of ['in_app_page', 'duty_handover', 'alert_silence'])
    expect([table, await idsIn(table, 'id')]).toEqual([table, ['recent']])
  expect(await idsIn('alert_lane', 'lane')).toEqual(['recent'])
  expect(proof?.kept).toBe(true)
  for (const table of [...TABLES, 'alert_delivery', 'in_app_page', 'duty_handover'])
    expect(proof?.lines.find((line) => line.table === table)).toMatchObject({
      keepDays: 365,
      deleted: 1,
      left: 0,
    })
})

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { composeEdition, contentHash } from '@guanlan/analytics/reporting/edition'
import { factsOf } from '@guanlan/analytics/reporting/testing'
import { insertReport } from '@guanlan/server/reports/report-store'
import { canonicalJson } from '@guanlan/analytics/canonical-json'
import { createLocalTime } from '@guanlan/server/lib/local-day'
import type { ClickHouse } from '@guanlan/server/ports/clickhouse'
import { createRetentionKeeper } from '@guanlan/server/protection/retention'
import { applyRetention } from '@guanlan/server/store/migrations'
import { openTestClickHouse, storeMessages } from '../helpers/clickhouse.ts'
import type { TestRegister } from '../helpers/register.ts'
import { startRegister } from '../helpers/register.ts'

const KEEP_DAYS = 200
const DAY_MS = 86_400_000
const TABLES = ['decision_raw', 'minute_unit', 'hour_group', 'hour_first', 'hour_source', 'hour_delay']
const time = createLocalTime('Asia/Shanghai')
// The engine ends rows by the clock of the machine, the keeper by its own: rows are fresh for the one and overdue for the
// other, so that it is the keeper's statement that deletes them and not a merge that happened to come first.
const NOW = Date.now()
const WRITTEN = time.dayOf(NOW)
const BEFORE = time.addDays(WRITTEN, -1)
let at: TestRegister
let clickhouse: ClickHouse
let close: () => Promise<void>

beforeAll(async () => {
  at = await startRegister()
  const opened = await openTestClickHouse()
  clickhouse = opened.clickhouse
  close = opened.close
  await applyRetention(clickhouse, {
    rawDays: KEEP_DAYS,
    minuteDays: KEEP_DAYS,
    hourDays: KEEP_DAYS,
    wordCellDays: KEEP_DAYS,
  })
  for (const [n, day] of [BEFORE, WRITTEN].entries()) await storeMessages(clickhouse, messagesOf(n, day), day)
  at.clock.set(new Date(NOW + KEEP_DAYS * DAY_MS).toISOString())
  const fresh = new Date(at.clock.now() - DAY_MS).toISOString()
  const late = new Date(at.clock.now() - 31 * DAY_MS).toISOString()
  for (const [subject, lastAt] of [
    ['overdue', late],
    ['fresh', fresh],
  ])
    await at.postgres.query('INSERT INTO sign_in_failure (subject, failures, last_at) VALUES ($1, 3, $2)', [
      subject,
      lastAt,
    ])
})
afterAll(async () => {
  await close()
  await at.stop()
})

function messagesOf(part: number, day: string) {
  const start = time.dayStart(day)
  return Array.from({ length: 24 }, (_, n) => ({
    ...{ id: part * 100 + n, minute: start + n * 60_000, hour: start, day, groupId: 'g-1', unitId: 'north' },
    ...{ tier: 'conduct', category: 'ads', decision: 'removed' },
  }))
}
const content = { ...composeEdition(factsOf()), auditHead: null }
const cell = {
  ...{ kind: 'topic' as const, key: 't-1', from: 1, to: 2, people: 12, messages: 40 },
  ...{ words: ['停水'], sentiment: null },
}
/** A report made (and issued, where it is) so many days ago. */
async function storeReport(id: string, state: string, daysAgo: number): Promise<void> {
  const when = new Date(at.clock.now() - daysAgo * DAY_MS)
  await insertReport(at.postgres, {
    ...{ id, kind: 'week', unitId: 'city', periodKey: '2026-W47', createdAt: when, createdBy: 'writer' },
    ...{ supersedes: null, correctionNote: null, content, contentHash: contentHash(content), cells: [cell] },
  })
  if (state === 'draft') return
  await at.postgres.query(
    `UPDATE report SET state = $2, approved_at = $3, approved_by = 'leader', issued_at = $3, issued_by = 'writer',
       year = 2026, sequence = (SELECT count(*) FROM report) WHERE id = $1`,
    [id, state, when],
  )
}

const daysIn = async (table: string) =>
  (
    await clickhouse.query<{ day: string }>(`SELECT DISTINCT toString(day) AS day FROM ${table} ORDER BY day`)
  ).map((row) => row.day)

it('deletes what is overdue from both engines, keeps what is not, and proves both', async () => {
  for (const table of TABLES) expect([table, await daysIn(table)]).toEqual([table, [BEFORE, WRITTEN]])
  const keeper = createRetentionKeeper({
    ...{ ...at, clickhouse, time, keep: { wordCellDays: 30, reportCellDays: 100, alertDays: 365 } },
  })
  const proof = await keeper.tick()
  const lineOf = (table: string) => proof?.lines.find((line) => line.table === table)
  for (const table of TABLES) {
    expect([table, await daysIn(table)]).toEqual([table, [WRITTEN]])
    expect(lineOf(table)).toMatchObject({
      keepDays: KEEP_DAYS,
      keepFrom: WRITTEN,
      left: 0,
      oldestDay: WRITTEN,
    })
    expect(lineOf(table)?.deleted).toBeGreaterThan(0)
  }
  expect(lineOf('decision_raw')?.deleted).toBe(24)
  expect(lineOf('released_cell')).toMatchObject({ deleted: 0, left: 0, oldestDay: null })
  expect(lineOf('sign_in_failure')).toMatchObject({ deleted: 1, left: 0 })
  expect(await at.postgres.query('SELECT subject FROM sign_in_failure')).toEqual([{ subject: 'fresh' }])

  expect(proof?.kept).toBe(true)
  const [entry] = await at.audit.list({ action: 'retention.proof', limit: 10 })
  const deleted = proof?.lines.reduce((sum, line) => sum + line.deleted, 0)
  const digest = createHash('sha256').update(canonicalJson(proof?.lines)).digest('hex')
  expect(entry).toMatchObject({
    seq: proof?.auditSeq,
    actor: 'system',
    detail: { kept: true, deleted, digest },
  })
  // As it is read back, its lines still give the digest that the audit holds.
  expect(await keeper.list(5)).toEqual([proof])
  expect(await keeper.tick()).toBeNull()

  at.clock.advance(DAY_MS)
  const next = await keeper.tick()
  expect(next?.lines.find((line) => line.table === 'decision_raw')).toMatchObject({
    deleted: 24,
    oldestDay: null,
  })
  expect(await daysIn('decision_raw')).toEqual([])
})

it('lets words of reports end: drafts go, editions keep what they state and lose the cells behind it', async () => {
  const stored = [
    ...([
      ['draft', 29],
      ['draft', 31],
      ['superseded', 29],
      ['superseded', 31],
    ] as const),
    ...([
      ['issued', 99],
      ['issued', 101],
    ] as const),
  ]
  for (const [state, days] of stored) await storeReport(`rep-${state}-${days}`, state, days)
  at.clock.advance(DAY_MS / 2)
  await at.postgres.query('DELETE FROM retention_proof')
  const keeper = createRetentionKeeper({
    ...{ ...at, clickhouse, time, keep: { wordCellDays: 30, reportCellDays: 100, alertDays: 365 } },
  })
  const proof = await keeper.tick()
  expect(
    await at.postgres.query(
      `SELECT id, cells IS NULL AS dropped, content ? 'sections' AS states FROM report ORDER BY id`,
    ),
  ).toEqual([
    { id: 'rep-draft-29', dropped: false, states: true },
    { id: 'rep-issued-101', dropped: true, states: true },
    { id: 'rep-issued-99', dropped: false, states: true },
    { id: 'rep-superseded-29', dropped: false, states: true },
    { id: 'rep-superseded-31', dropped: true, states: true },
  ])
  expect(proof?.lines.filter(({ table }) => table.startsWith('report'))).toMatchObject([
    { table: 'report (drafts)', keepDays: 30, deleted: 1, left: 0 },
    { table: 'report.cells (superseded)', keepDays: 30, deleted: 1, left: 0 },
    { table: 'report.cells (issued)', keepDays: 100, deleted: 1, left: 0 },
  ])
})

import { composeEdition, contentHash } from '@guanlan/analytics/reporting/edition'
import { factsOf } from '@guanlan/analytics/reporting/testing'
import { createLocalTime } from '@guanlan/server/lib/local-day'
import { silentLogger } from '@guanlan/server/lib/logger'
import { createReportPlans } from '@guanlan/server/reports/plans'
import type { ReportDeps } from '@guanlan/server/reports/report-deps'
import { insertReport } from '@guanlan/server/reports/report-store'
import { createReports, type Reports } from '@guanlan/server/reports/reports'
import { queueReport } from '@guanlan/server/reports/send'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createTestRandom } from '../helpers/random.ts'
import { startRegister, type TestRegister } from '../helpers/register.ts'

let at: TestRegister
let deps: ReportDeps
let made = 0
const content = { ...composeEdition(factsOf()), auditHead: null }
const newReport = (id: string) => ({
  ...{ id, kind: 'week' as const, unitId: 'city', periodKey: '2026-W47', createdBy: 'plan' },
  ...{ createdAt: new Date(at.clock.now()), supersedes: null, correctionNote: null },
  ...{ content, contentHash: contentHash(content), cells: [] },
})
/** Reads nothing: this is about what is written, and when. */
const compose: Reports['compose'] = async () => {
  const id = `rep-00000000000000000${(made += 1)}`
  return async (sql) => {
    await insertReport(sql, newReport(id))
    return id
  }
}
const plansWith = (own: Pick<Reports, 'compose'>) => createReportPlans(deps, own)
const drafts = () => at.postgres.query<{ id: string }>('SELECT id FROM report ORDER BY id')
const queued = (kind: string) =>
  at.postgres.query<{ id: string }>(`SELECT id FROM alert_delivery WHERE payload->>'step' = $1 ORDER BY id`, [
    kind,
  ])

beforeAll(async () => {
  at = await startRegister({ now: '2026-11-18T02:00:00Z' })
  await at.identity.accounts.create('cli', {
    ...{ email: 'leader@city.example', name: 'L', password: 'vier blaue Kraniche im Regen' },
    grants: [{ role: 'leader', unitId: 'city' }],
  })
  deps = {
    ...{ ...at, accounts: at.identity.accounts, logger: silentLogger, random: createTestRandom('reports') },
    time: createLocalTime('Asia/Shanghai'),
    calendar: () => ({
      utcOffsetMinutes: 480,
      weekdays: [1, 2, 3, 4, 5],
      hours: { from: 540, to: 1080 },
      days: {},
    }),
    channelsOf: () => [{ channel: 'mail', lane: 'mail' }],
    categoryFloor: 3,
  } as unknown as ReportDeps
  const user = { kind: 'user', id: 'writer', name: 'W', grants: [], locale: 'zh-CN' } as const
  const plan = { kind: 'week', enabled: true, at: '08:00', workdays: false, approver: 'leader' } as const
  await plansWith({ compose }).set(user as never, 'city', plan as never)
})
afterAll(() => at.stop())
afterEach(async () => {
  await at.postgres.query('DELETE FROM alert_delivery')
})

it('a scheduled draft that is cut short is made at the next tick', async () => {
  at.clock.advance(7 * 86_400_000)
  const cut = plansWith({
    async compose(actor, request) {
      const write = await compose(actor, request)
      return async (sql) => {
        await write(sql)
        throw new Error('killed')
      }
    },
  })
  await cut.tick()
  expect(await drafts()).toEqual([])
  await plansWith({ compose }).tick()
  expect(await drafts()).toHaveLength(1)
  expect(await queued('preview')).toHaveLength(1)
  await plansWith({ compose }).tick()
  expect(await drafts()).toHaveLength(1)
})

it('two nodes at once make one draft', async () => {
  at.clock.advance(7 * 86_400_000)
  await Promise.all([1, 2].map(() => plansWith({ compose }).tick()))
  expect(await drafts()).toHaveLength(2)
  expect(await queued('preview')).toHaveLength(1)
})

it('each instruction of a report is a message of its own, and none is sent twice', async () => {
  const [report] = await drafts()
  const send = (number: string) =>
    queueReport(
      at.postgres,
      deps,
      {
        ...{ reportId: report?.id ?? '', reportKind: 'week', unitId: 'city', periodKey: '2026-W47' },
        ...{ step: 'action', number },
      },
      ['user-1'],
    )
  expect([await send('act-1'), await send('act-2'), await send('act-2')]).toEqual([1, 1, 0])
  expect(await queued('action')).toHaveLength(2)
})

it('an issued edition prints the head of the audit with its own issue in it', async () => {
  const reports = createReports(deps)
  const [report] = await drafts()
  const id = report?.id ?? ''
  await reports.approve('leader', id, contentHash(content))
  await at.audit.append('system', 'session.end', 'x')
  await reports.issue('leader', id)
  const [entry] = await at.audit.list({ limit: 1 })
  expect(entry).toMatchObject({ action: 'report.issue', target: id })
  const rows = await at.postgres.query<{ head: unknown }>(
    `SELECT content->'auditHead' AS head FROM report WHERE id = $1`,
    [id],
  )
  expect(rows).toEqual([{ head: { seq: entry?.seq, hash: entry?.hash } }])
})

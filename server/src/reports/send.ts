import { REPORT_READERS } from '@guanlan/contract/endpoints/reports'
import type { AccountInfo } from '../identity/accounts.ts'
import type { Sql } from '../ports/postgres.ts'
import { holds } from './access.ts'
import type { ReportDeps } from './report-deps.ts'
import type { ReportRow } from './report-store.ts'

/** What an outbox entry of a report holds: enough for its title, nothing of its content. */
export interface ReportPayload {
  readonly reportId: string
  readonly reportKind: string
  readonly unitId: string
  readonly periodKey: string
  readonly number: string
  /** issued: it can be read; preview: a draft waits for approval */
  readonly step: 'issued' | 'preview' | 'action'
}

/** Queues one message a channel of each account, in the transaction of the step. The outbox retries for a day. */
export async function queueReport(
  sql: Sql,
  deps: Pick<ReportDeps, 'channelsOf' | 'clock'>,
  payload: ReportPayload,
  accounts: readonly string[],
): Promise<number> {
  const now = new Date(deps.clock.now())
  // A report raises several actions: each is a message of its own.
  const step = payload.step === 'action' ? `action-${payload.number}` : payload.step
  let queued = 0
  for (const accountId of new Set(accounts)) {
    for (const { channel, lane } of deps.channelsOf(accountId)) {
      const rows = await sql.query<{ id: string }>(
        `INSERT INTO alert_delivery (id, alert_id, kind, lane, account_id, channel, payload, queued_at, next_at)
         VALUES ($1, $2, 'report', $3, $4, $5, $6, $7, $7) ON CONFLICT (id) DO NOTHING RETURNING id`,
        [
          `${payload.reportId}.${step}.${accountId}.${channel}`,
          ...[payload.reportId, lane, accountId, channel, JSON.stringify(payload), now],
        ],
      )
      queued += rows.length
    }
  }
  return queued
}

/** Who gets an issued report: subscribers who may still read it, and the circulation list. */
export async function recipientsOf(
  sql: Sql,
  row: Pick<ReportRow, 'id' | 'kind' | 'unitId'>,
  accounts: readonly AccountInfo[],
  view: Parameters<typeof holds>[3],
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT account_id AS id FROM report_subscription WHERE kind = $1 AND unit_id = $2
     UNION SELECT account_id FROM report_reader WHERE report_id = $3`,
    [row.kind, row.unitId, row.id],
  )
  const wanted = new Set(rows.map(({ id }) => id))
  return accounts
    .filter(
      (account) =>
        wanted.has(account.id) && !account.disabled && holds(account, REPORT_READERS, row.unitId, view),
    )
    .map(({ id }) => id)
}

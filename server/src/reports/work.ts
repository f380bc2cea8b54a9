import { withoutContactData } from '../insight/answers.ts'
import { addDays } from '@guanlan/analytics/days'
import type { Role } from '@guanlan/contract/account'
import { appError } from '@guanlan/contract/errors'
import type { ReportKind } from '@guanlan/contract/report'
import type { ReportAction, ReportComment, ReportReader } from '@guanlan/contract/report-work'
import type { AccountInfo } from '../identity/accounts.ts'
import type { Sql } from '../ports/postgres.ts'
import { holds, type UserActor } from './access.ts'
import { newId, payloadOf } from './reports.ts'
import type { ReportDeps } from './report-deps.ts'
import type { ReportRow } from './report-store.ts'
import { queueReport } from './send.ts'

const MOST_DUE_DAYS = 366

/** What people do with an edition; none of it changes what the edition says. */
export interface ReportWork {
  comments(id: string): Promise<ReportComment[]>
  comment(actor: UserActor, id: string, text: string): Promise<void>
  readers(id: string): Promise<ReportReader[]>
  circulate(actor: UserActor, row: ReportRow, accounts: readonly string[]): Promise<void>
  read(actor: UserActor, id: string): Promise<void>
  receipt(actor: UserActor, row: ReportRow): Promise<void>
  actions(filter: ActionFilter): Promise<StoredAction[]>
  act(actor: UserActor, row: ReportRow, request: ActionRequest): Promise<StoredAction>
  close(
    actor: UserActor,
    id: string,
    closing: { state: 'closed' | 'dropped'; outcome: string },
  ): Promise<StoredAction>
  subscriptions(accountId: string): Promise<{ kind: ReportKind; unitId: string }[]>
  subscribe(actor: UserActor, wanted: readonly { kind: ReportKind; unitId: string }[]): Promise<void>
}

/** An action as it is for everybody. */
export type StoredAction = Omit<ReportAction, 'assigned' | 'raised'>

export interface ActionFilter {
  readonly id?: string
  readonly reportId?: string
  readonly units?: readonly string[]
  readonly state?: ReportAction['state'] | undefined
}

export interface ActionRequest {
  readonly unitId: string
  readonly role: Role
  readonly accountId: string | null
  readonly text: string
  readonly dueOn: string
}

interface ActionRow {
  id: string
  reportId: string | null
  scopeUnit: string
  unitId: string
  role: Role
  accountId: string | null
  text: string
  dueOn: string
  state: ReportAction['state']
  createdAt: Date
  createdBy: string
  closedAt: Date | null
  closedBy: string | null
  outcome: string | null
}

const ACTION = `SELECT id, report_id AS "reportId", scope_unit AS "scopeUnit", unit_id AS "unitId", role, account_id AS "accountId",
  text, due_on::text AS "dueOn", state, created_at AS "createdAt", created_by AS "createdBy", closed_at AS "closedAt",
  closed_by AS "closedBy", outcome FROM report_action`
const FILTER = `WHERE ($1::text IS NULL OR id = $1) AND ($2::text IS NULL OR report_id = $2) AND ($3::text[] IS NULL OR unit_id = ANY ($3))
  AND ($4::text IS NULL OR state = $4) ORDER BY state <> 'open', due_on, id LIMIT 500`

export function createReportWork(deps: ReportDeps): ReportWork {
  const { postgres, audit, clock } = deps
  const now = () => new Date(clock.now())
  return {
    ...actionsOf(deps),
    ...subscriptionsOf(deps),
    async comments(id) {
      const rows = await postgres.query<{ id: string; at: Date; by: string; text: string }>(
        'SELECT id, at, by, text FROM report_comment WHERE report_id = $1 ORDER BY at, id',
        [id],
      )
      return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
    },
    async comment(actor, id, text) {
      await postgres.transaction(async (sql) => {
        await sql.query(
          'INSERT INTO report_comment (id, report_id, at, by, text) VALUES ($1, $2, $3, $4, $5)',
          [...[newId(deps, 'com'), id, now(), actor.id, withoutContactData(text)]],
        )
        await audit.append(actor.id, 'report.comment', id, {}, sql)
      })
    },
    async readers(id) {
      const rows = await postgres.query<{
        accountId: string
        addedAt: Date
        readAt: Date | null
        receiptAt: Date | null
      }>(
        `SELECT account_id AS "accountId", added_at AS "addedAt", read_at AS "readAt", receipt_at AS "receiptAt"
         FROM report_reader WHERE report_id = $1 ORDER BY added_at, account_id`,
        [id],
      )
      return rows.map((row) => ({
        accountId: row.accountId,
        addedAt: row.addedAt.toISOString(),
        readAt: row.readAt?.toISOString() ?? null,
        receiptAt: row.receiptAt?.toISOString() ?? null,
      }))
    },
    async circulate(actor, row, wanted) {
      const known = await reachable(deps, row.unitId)
      const stranger = wanted.find((id) => !known.some((account) => account.id === id))
      if (stranger !== undefined)
        throw appError('unprocessable', 'an account that may not read this report', {
          pointer: '/body/accounts',
        })
      await postgres.transaction(async (sql) => {
        for (const id of wanted)
          await sql.query(
            'INSERT INTO report_reader (report_id, account_id, added_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
            [row.id, id, now()],
          )
        const number = row.sequence === null ? '' : `${row.year}-${row.sequence}`
        await queueReport(sql, deps, payloadOf(row, 'issued', number), wanted)
        await audit.append(actor.id, 'report.circulate', row.id, { accounts: [...wanted] }, sql)
      })
    },
    async read(actor, id) {
      await mark(postgres, actor.id, id, now(), false)
    },
    async receipt(actor, row) {
      if (row.kind !== 'flash') throw appError('conflict', 'only a flash brief is acknowledged')
      await postgres.transaction(async (sql) => {
        await mark(sql, actor.id, row.id, now(), true)
        await audit.append(actor.id, 'report.receipt', row.id, {}, sql)
      })
    },
  }
}

/** The first moment stands: a second look changes nothing. */
async function mark(sql: Sql, accountId: string, id: string, at: Date, receipt: boolean): Promise<void> {
  await sql.query(
    `INSERT INTO report_reader (report_id, account_id, added_at, read_at, receipt_at) VALUES ($1, $2, $3, $3, $4)
     ON CONFLICT (report_id, account_id) DO UPDATE SET read_at = coalesce(report_reader.read_at, $3),
       receipt_at = coalesce(report_reader.receipt_at, $4)`,
    [id, accountId, at, receipt ? at : null],
  )
}

const READING: readonly Role[] = ['unit-lead', 'communications', 'leader']

/** Accounts that may read reports of a unit. */
export async function reachable(deps: ReportDeps, unitId: string): Promise<AccountInfo[]> {
  const view = { directory: deps.directory, today: deps.time.dayOf(deps.clock.now()) }
  const accounts = await deps.accounts.list()
  return accounts.filter((account) => !account.disabled && holds(account, READING, unitId, view))
}

function actionsOf(deps: ReportDeps): Pick<ReportWork, 'actions' | 'act' | 'close'> {
  const { postgres, audit, clock, directory, time } = deps
  const today = () => time.dayOf(clock.now())
  const toAction = (row: ActionRow): StoredAction => ({
    ...{ id: row.id, reportId: row.reportId, unitId: row.unitId, role: row.role, accountId: row.accountId },
    scope: row.scopeUnit === directory.root ? 'org' : `unit:${row.scopeUnit}`,
    unitName: directory.unit(row.unitId)?.name ?? row.unitId,
    ...{ text: row.text, dueOn: row.dueOn, state: row.state, outcome: row.outcome },
    overdue: row.state === 'open' && row.dueOn < today(),
    ...{ createdAt: row.createdAt.toISOString(), createdBy: row.createdBy },
    ...{ closedAt: row.closedAt?.toISOString() ?? null, closedBy: row.closedBy },
  })
  const actions: ReportWork['actions'] = async ({ id, reportId, units, state }) => {
    const values = [id ?? null, reportId ?? null, units ?? null, state ?? null]
    return (await postgres.query<ActionRow>(`${ACTION} ${FILTER}`, values)).map(toAction)
  }
  const one = async (id: string) => {
    const [action] = await actions({ id })
    if (action === undefined) throw appError('not_found', 'no such action')
    return action
  }
  return {
    actions,
    async act(actor, row, request) {
      const { unitId, role, accountId, dueOn } = request
      const day = today()
      if (directory.unit(unitId) === undefined || !directory.tree.isWithinOn(unitId, row.unitId, day))
        throw appError('unprocessable', 'the unit is not of this report', { pointer: '/body/unitId' })
      if (dueOn < day || dueOn > addDays(day, MOST_DUE_DAYS))
        throw appError('unprocessable', 'due today at the earliest, within a year', {
          pointer: '/body/dueOn',
        })
      const view = { directory, today: day }
      const accounts = (await deps.accounts.list()).filter(
        (account) => !account.disabled && holds(account, [role], unitId, view),
      )
      if (accountId !== null && !accounts.some(({ id }) => id === accountId))
        throw appError('unprocessable', 'the account does not hold that role there', {
          pointer: '/body/accountId',
        })
      const id = newId(deps, 'act')
      await postgres.transaction(async (sql) => {
        await sql.query(
          `INSERT INTO report_action (id, report_id, scope_unit, unit_id, role, account_id, text, due_on, created_at, created_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
          [
            ...[id, row.id, row.unitId, unitId, role, accountId, withoutContactData(request.text), dueOn],
            ...[new Date(clock.now()), actor.id],
          ],
        )
        const assigned = accountId === null ? accounts.map((account) => account.id) : [accountId]
        const payload = payloadOf(row, 'action')
        await queueReport(sql, deps, { ...payload, step: 'action', number: id }, assigned)
        await audit.append(actor.id, 'report.act', id, { report: row.id, unit: unitId, role }, sql)
      })
      return one(id)
    },
    async close(actor, id, { state, outcome }) {
      await postgres.transaction(async (sql) => {
        const rows = await sql.query(
          `UPDATE report_action SET state = $2, outcome = $3, closed_at = $4, closed_by = $5 WHERE id = $1 AND state = 'open' RETURNING id`,
          [id, state, withoutContactData(outcome), new Date(clock.now()), actor.id],
        )
        if (rows.length === 0) throw appError('conflict', 'the action is not open')
        await audit.append(actor.id, 'report.close-action', id, { state }, sql)
      })
      return one(id)
    },
  }
}

function subscriptionsOf({ postgres, audit }: ReportDeps): Pick<ReportWork, 'subscriptions' | 'subscribe'> {
  return {
    subscriptions: (accountId) =>
      postgres.query<{ kind: ReportKind; unitId: string }>(
        'SELECT kind, unit_id AS "unitId" FROM report_subscription WHERE account_id = $1 ORDER BY kind, unit_id',
        [accountId],
      ),
    async subscribe(actor, wanted) {
      await postgres.transaction(async (sql) => {
        await sql.query('DELETE FROM report_subscription WHERE account_id = $1', [actor.id])
        for (const { kind, unitId } of wanted)
          await sql.query(
            'INSERT INTO report_subscription (account_id, kind, unit_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
            [actor.id, kind, unitId],
          )
        await audit.append(actor.id, 'report.subscribe', actor.id, { subscriptions: wanted.length }, sql)
      })
    },
  }
}

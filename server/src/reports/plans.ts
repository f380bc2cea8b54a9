import { planned } from '@guanlan/analytics/reporting/schedule'
import type { Role } from '@guanlan/contract/account'
import type { ReportKind } from '@guanlan/contract/report'
import type { ReportPlan, ReportPlanState } from '@guanlan/contract/report-work'
import { describeError } from '../lib/logger.ts'
import { holds, type UserActor } from './access.ts'
import type { ReportDeps } from './report-deps.ts'
import { payloadOf, type Reports } from './reports.ts'
import { queueReport } from './send.ts'
import { reachable } from './work.ts'

type PlanKind = 'week' | 'month' | 'day'

interface PlanRow {
  kind: PlanKind
  unitId: string
  enabled: boolean
  at: string
  workdays: boolean
  approver: ReportPlan['approver']
  done: string
  lastId: string | null
}

/** Author of a scheduled draft: no account, so that whoever approves is somebody else. */
const PLAN_AUTHOR = 'plan'
const DEFAULT_APPROVER: Role = 'leader'
const PLANS = `SELECT kind, unit_id AS "unitId", enabled, at, workdays, approver, done, last_id AS "lastId" FROM report_plan`

export interface ReportPlans {
  list(units: readonly string[]): Promise<ReportPlanState[]>
  set(actor: UserActor, unitId: string, plan: ReportPlan): Promise<void>
  approverOf(kind: ReportKind, unitId: string): Promise<Role>
  /** Makes the drafts that are due and tells those who approve. To be called every half minute. */
  tick(): Promise<void>
}

const minuteOf = (at: string) => Number(at.slice(0, 2)) * 60 + Number(at.slice(3, 5))

export function createReportPlans(deps: ReportDeps, reports: Pick<Reports, 'compose'>): ReportPlans {
  const { postgres, audit, clock, time, directory, logger } = deps
  const localNow = () => {
    const day = time.dayOf(clock.now())
    return { day, minute: Math.floor((clock.now() - time.dayStart(day)) / 60_000) }
  }
  const planOf = (row: PlanRow) =>
    planned({ kind: row.kind, minute: minuteOf(row.at), workdays: row.workdays }, localNow(), deps.calendar())

  return {
    async list(units) {
      const rows = await postgres.query<PlanRow>(`${PLANS} WHERE unit_id = ANY ($1) ORDER BY kind, unit_id`, [
        units,
      ])
      return rows.map((row) => {
        const { due, next } = planOf(row)
        const day = row.done < due.key ? time.dayOf(clock.now()) : next.day
        const at = time.dayStart(day) + minuteOf(row.at) * 60_000
        return {
          ...{ kind: row.kind, enabled: row.enabled, at: row.at, workdays: row.workdays },
          ...{ approver: row.approver, lastReportId: row.lastId },
          scope: row.unitId === directory.root ? 'org' : `unit:${row.unitId}`,
          nextAt: row.enabled ? new Date(at).toISOString() : null,
        }
      })
    },
    async set(actor, unitId, plan) {
      // What was due before the plan was set is not made up for.
      const { due } = planned(
        { kind: plan.kind, minute: minuteOf(plan.at), workdays: plan.workdays },
        localNow(),
        deps.calendar(),
      )
      await postgres.transaction(async (sql) => {
        await sql.query(
          `INSERT INTO report_plan (kind, unit_id, enabled, at, workdays, approver, done, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (kind, unit_id) DO UPDATE SET enabled = $3, at = $4, workdays = $5, approver = $6, done = greatest(report_plan.done, $7), set_at = $8`,
          [
            ...[plan.kind, unitId, plan.enabled, plan.at, plan.workdays, plan.approver, due.key],
            new Date(clock.now()),
          ],
        )
        const { kind, enabled, at, workdays, approver } = plan
        await audit.append(actor.id, 'report.plan', unitId, { kind, enabled, at, workdays, approver }, sql)
      })
    },
    async approverOf(kind, unitId) {
      const rows = await postgres.query<{ approver: Role }>(
        'SELECT approver FROM report_plan WHERE kind = $1 AND unit_id = $2',
        [kind, unitId],
      )
      return rows[0]?.approver ?? DEFAULT_APPROVER
    },
    async tick() {
      const rows = await postgres.query<PlanRow>(`${PLANS} WHERE enabled`)
      for (const row of rows) {
        const { due } = planOf(row)
        if (row.done >= due.key) continue
        await draft(deps, reports, row, due.key).catch((error: unknown) =>
          logger.error(
            { kind: row.kind, unit: row.unitId, error: describeError(error) },
            'a scheduled report failed and is tried again',
          ),
        )
      }
    },
  }
}

/**
 * Makes a draft and tells those who approve. Claim, draft and messages are one transaction: of two nodes one writes, and
 * whatever is cut short is made at the next tick.
 */
async function draft(
  deps: ReportDeps,
  reports: Pick<Reports, 'compose'>,
  row: PlanRow,
  period: string,
): Promise<void> {
  const { postgres, clock, time, directory } = deps
  const { kind, unitId } = row
  const write = await reports.compose(PLAN_AUTHOR, { kind, unitId, period })
  const view = { directory, today: time.dayOf(clock.now()) }
  const approvers = (await reachable(deps, unitId)).filter((account) =>
    holds(account, [row.approver], unitId, view),
  )
  await postgres.transaction(async (sql) => {
    const claimed = await sql.query(
      'UPDATE report_plan SET done = $3 WHERE kind = $1 AND unit_id = $2 AND done = $4 AND enabled RETURNING kind',
      [kind, unitId, period, row.done],
    )
    if (claimed.length === 0) return
    const id = await write(sql)
    await sql.query('UPDATE report_plan SET last_id = $3 WHERE kind = $1 AND unit_id = $2', [
      kind,
      unitId,
      id,
    ])
    const to = approvers.map((account) => account.id)
    await queueReport(sql, deps, payloadOf({ id, kind, unitId, periodKey: period }, 'preview'), to)
  })
}

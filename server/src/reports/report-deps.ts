import type { WorkCalendar } from '@guanlan/contract/escalation'
import type { AlertFiguresOfSpan } from '../alerts/alert-figures.ts'
import type { Audit } from '../identity/audit.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { CalibrationInForce } from '../insight/mood.ts'
import type { Clock } from '../lib/clock.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { Logger } from '../lib/logger.ts'
import type { Random } from '../lib/random.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Directory } from '../register/directory.ts'

/** What reports need of the rest. Alerts, mood and channels come as plain functions, so that tests can bring their own. */
export interface ReportDeps {
  readonly clickhouse: ClickHouse
  readonly postgres: Postgres
  readonly directory: Directory
  readonly accounts: Pick<Accounts, 'list'>
  readonly audit: Audit
  readonly time: LocalTime
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly retention: { readonly rawDays: number; readonly hourDays: number; readonly wordCellDays: number }
  readonly decideWithinMs: number
  /** Events of a category before a group tells it, 3 or more. */
  readonly categoryFloor: number
  readonly calibration: () => CalibrationInForce
  /** Alerts raised in [from, to) by the units named. */
  readonly alertFigures: (from: number, to: number, units: readonly string[]) => Promise<AlertFiguresOfSpan>
  /** Labels of alert rules by id. */
  readonly ruleNames: () => Readonly<Record<string, string>>
  readonly calendar: () => WorkCalendar
  /** Verified channels of an account besides in-app, and the lane of each. */
  readonly channelsOf: (accountId: string) => readonly { readonly channel: string; readonly lane: string }[]
}

const QUERY_SECONDS = 60

/** Reads on the lane of long reports, which never holds up a screen. */
export const readerOf =
  ({ clickhouse }: Pick<ReportDeps, 'clickhouse'>) =>
  <T>(sql: string, params: Record<string, unknown>): Promise<T[]> =>
    clickhouse.query<T>(sql, params, { lane: 'reader', timeoutSeconds: QUERY_SECONDS })

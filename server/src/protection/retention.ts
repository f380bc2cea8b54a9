import { createHash } from 'node:crypto'
import type { RetentionLine, RetentionProof } from '@guanlan/contract/protection'
import { canonicalJson } from '@guanlan/analytics/canonical-json'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import { clickHouseTables, keepDaysOf } from './holdings.ts'

export interface RetentionKeeper {
  /** Once a local day: deletes what is past its time, looks what is left, writes the proof. Resolves with it, or null when today has one. */
  tick(): Promise<RetentionProof | null>
  list(limit: number): Promise<RetentionProof[]>
}

interface RetentionDeps {
  readonly clickhouse: ClickHouse
  readonly postgres: Postgres
  readonly audit: Audit
  readonly clock: Clock
  readonly time: LocalTime
  readonly keep: {
    readonly wordCellDays: number
    readonly reportCellDays: number
    /** After the end of an alert; of deliveries, pages and hand-over notes after their own day. */
    readonly alertDays: number
  }
}

/** When the alert of a row ended. What belongs to an alert goes before it, so that the proof counts it. */
const END_OF_ALERT = '(SELECT resolved_at FROM alert WHERE alert.id = alert_id)'

/** Rows of the register's engine that end by themselves: which, by what instant, and how long after it. */
const ENDING = [
  { table: 'auth_session', past: '"expiresAt"', keepDays: 0 },
  { table: 'auth_verification', past: '"expiresAt"', keepDays: 0 },
  { table: 'one_time_link', past: 'expires_at', keepDays: 30 },
  { table: 'sign_in_failure', past: 'last_at', keepDays: 30 },
  { table: 'alert_silence', past: 'until', keepDays: 1 },
  { table: 'alert_lane', past: 'until', keepDays: 1 },
  { table: 'alert_note', past: END_OF_ALERT, keepDays: 'alerts' },
  { table: 'alert_timeline', past: END_OF_ALERT, keepDays: 'alerts' },
  { table: 'alert_episode', past: END_OF_ALERT, keepDays: 'alerts' },
  { table: 'alert', past: 'resolved_at', keepDays: 'alerts' },
  { table: 'alert_delivery', past: 'settled_at', keepDays: 'alerts' },
  { table: 'in_app_page', past: 'at', keepDays: 'alerts' },
  { table: 'duty_handover', past: 'at', keepDays: 'alerts' },
] as const

interface ReportWords {
  readonly table: string
  /** Days after `since`. */
  readonly days: (keep: RetentionDeps['keep']) => number
  readonly since: string
  /** Rows that still hold words. */
  readonly holding: string
  readonly clear: string
}

/** Words that reports copied: a draft goes whole, an edition keeps what it states and loses the cells behind it. */
const DROP_CELLS = 'UPDATE report SET cells = NULL'
const REPORT_WORDS: readonly ReportWords[] = [
  {
    ...{ table: 'report (drafts)', days: (keep) => keep.wordCellDays, since: 'made_at' },
    ...{ holding: `state IN ('draft', 'approved')`, clear: 'DELETE FROM report' },
  },
  {
    ...{ table: 'report.cells (superseded)', days: (keep) => keep.wordCellDays, since: 'issued_at' },
    ...{ holding: `state = 'superseded' AND cells IS NOT NULL`, clear: DROP_CELLS },
  },
  {
    ...{ table: 'report.cells (issued)', days: (keep) => keep.reportCellDays, since: 'issued_at' },
    ...{ holding: `state = 'issued' AND cells IS NOT NULL`, clear: DROP_CELLS },
  },
]

/** Deletions are whole when the statement returns, so that what is counted afterwards is what is left. */
const TIMEOUT_SECONDS = 600

async function clearTable(
  clickhouse: ClickHouse,
  table: string,
  keepDays: number,
  keepFrom: string,
): Promise<RetentionLine> {
  const read = async () => {
    const rows = await clickhouse.query<{ late: number; oldest: string }>(
      `SELECT countIf(day < {keepFrom:Date}) AS late, if(count() = 0, '', toString(min(day))) AS oldest FROM ${table}`,
      { keepFrom },
      { lane: 'reader', timeoutSeconds: TIMEOUT_SECONDS },
    )
    return rows[0] ?? { late: 0, oldest: '' }
  }
  const before = await read()
  if (before.late > 0)
    await clickhouse.command(
      `ALTER TABLE ${table} DELETE WHERE day < {keepFrom:Date} SETTINGS mutations_sync = 1`,
      {
        keepFrom,
      },
    )
  const after = before.late > 0 ? await read() : before
  return {
    table,
    keepDays,
    keepFrom,
    deleted: before.late - after.late,
    left: after.late,
    oldestDay: after.oldest === '' ? null : after.oldest,
  }
}

async function clearPostgres(deps: RetentionDeps): Promise<RetentionLine[]> {
  const lines: RetentionLine[] = []
  for (const { table, past, keepDays: days } of ENDING) {
    const keepDays = days === 'alerts' ? deps.keep.alertDays : days
    lines.push(
      await clearRows(deps, {
        ...{ label: table, table, keepDays, since: past, clear: `DELETE FROM ${table}`, holding: 'true' },
      }),
    )
  }
  for (const { table, days, ...rest } of REPORT_WORDS)
    lines.push(await clearRows(deps, { ...rest, label: table, table: 'report', keepDays: days(deps.keep) }))
  return lines
}

/** Clears rows `keepDays` after the instant in `since`, and looks what is left. */
async function clearRows(
  { postgres, clock, time }: RetentionDeps,
  rows: Pick<ReportWords, 'since' | 'holding' | 'clear'> & {
    readonly label: string
    readonly table: string
    readonly keepDays: number
  },
): Promise<RetentionLine> {
  const { label, table, keepDays, since, holding, clear } = rows
  const until = new Date(clock.now() - keepDays * 86_400_000).toISOString()
  const gone = await postgres.query(`${clear} WHERE ${holding} AND ${since} < $1 RETURNING 1`, [until])
  const left = await postgres.query<{ late: number; oldest: Date | null }>(
    `SELECT count(*) FILTER (WHERE ${since} < $1) AS late, min(${since}) AS oldest FROM ${table} WHERE ${holding}`,
    [until],
  )
  const oldest = left[0]?.oldest ?? null
  return {
    ...{ table: label, keepDays, keepFrom: time.dayOf(Date.parse(until)), deleted: gone.length },
    ...{ left: left[0]?.late ?? 0, oldestDay: oldest === null ? null : time.dayOf(oldest.getTime()) },
  }
}

interface ProofRow extends Omit<RetentionProof, 'at' | 'lines' | 'auditSeq'> {
  readonly at: Date
  readonly lines: RetentionLine[]
  readonly audit_seq: number
}

export function createRetentionKeeper(deps: RetentionDeps): RetentionKeeper {
  const { clickhouse, postgres, audit, clock, time } = deps

  async function clear(today: string): Promise<RetentionLine[]> {
    const lines: RetentionLine[] = []
    for (const { name, definition } of await clickHouseTables(clickhouse)) {
      const keepDays = keepDaysOf(definition)
      if (keepDays !== null)
        lines.push(await clearTable(clickhouse, name, keepDays, time.addDays(today, -keepDays)))
    }
    return [...lines, ...(await clearPostgres(deps))]
  }
  async function write(day: string, lines: RetentionLine[]): Promise<RetentionProof> {
    const digest = createHash('sha256').update(canonicalJson(lines)).digest('hex')
    const kept = lines.every((line) => line.left === 0)
    const deleted = lines.reduce((sum, line) => sum + line.deleted, 0)
    const at = new Date(clock.now()).toISOString()
    const auditSeq = await postgres.transaction(async (sql) => {
      const { seq } = await audit.append('system', 'retention.proof', day, { kept, deleted, digest }, sql)
      await sql.query(
        'INSERT INTO retention_proof (day, at, kept, lines, digest, audit_seq) VALUES ($1, $2, $3, $4, $5, $6)',
        [day, at, kept, JSON.stringify(lines), digest, seq],
      )
      return seq
    })
    return { day, at, kept, lines, digest, auditSeq }
  }
  return {
    async tick() {
      const today = time.dayOf(clock.now())
      const known = await postgres.query('SELECT 1 FROM retention_proof WHERE day = $1', [today])
      return known.length > 0 ? null : write(today, await clear(today))
    },
    async list(limit) {
      const rows = await postgres.query<ProofRow>(
        'SELECT day::text, at, kept, lines, digest, audit_seq FROM retention_proof ORDER BY day DESC LIMIT $1',
        [limit],
      )
      return rows.map(({ audit_seq, at, ...proof }) => ({
        ...proof,
        at: at.toISOString(),
        auditSeq: audit_seq,
      }))
    },
  }
}

import { appError } from '@guanlan/contract/errors'
import type { AuditExport, AuditExportFilter, AuditExportState } from '@guanlan/contract/endpoints/audit'
import type { Clock } from '../lib/clock.ts'
import type { Random } from '../lib/random.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Audit, AuditEntry } from './audit.ts'

/** A request that nobody decided on, and a file that nobody took, end after a week. */
const LIFE_MS = 7 * 86_400_000

/** Files of the audit leave only when somebody else agreed. */
export interface AuditExports {
  list(me: string): Promise<AuditExport[]>
  request(me: string, filter: AuditExportFilter, reason: string): Promise<AuditExport>
  /** @throws appError forbidden for one's own, conflict when it was decided or has ended */
  decide(me: string, id: string, approve: boolean): Promise<AuditExport>
  /** Entries for the one who asked, oldest first, up to now. @throws appError as long as nobody agreed */
  take(me: string, id: string): Promise<AsyncGenerator<AuditEntry[]>>
}

interface Row {
  id: string
  filter: AuditExportFilter
  reason: string
  state: Exclude<AuditExportState, 'ended'>
  requested_by: string
  requested_by_name: string | null
  requested_at: Date
  decided_by: string | null
  decided_at: Date | null
  ends_at: Date
}

const SELECT = `SELECT e.*, u.name AS requested_by_name FROM audit_export AS e LEFT JOIN auth_user AS u ON u.id = e.requested_by`

function toExport(row: Row, me: string, now: number): AuditExport {
  const ended = row.state !== 'refused' && row.ends_at.getTime() <= now
  return {
    id: row.id,
    filter: row.filter,
    reason: row.reason,
    state: ended ? 'ended' : row.state,
    requestedBy: row.requested_by,
    requestedByName: row.requested_by_name ?? row.requested_by,
    requestedAt: row.requested_at.toISOString(),
    decidedBy: row.decided_by,
    decidedAt: row.decided_at?.toISOString() ?? null,
    endsAt: row.state === 'refused' ? null : row.ends_at.toISOString(),
    own: row.requested_by === me,
  }
}

export function createAuditExports(deps: {
  readonly postgres: Postgres
  readonly audit: Audit
  readonly clock: Clock
  readonly random: Random
}): AuditExports {
  const { postgres, audit, clock, random } = deps
  const iso = (ms: number) => new Date(ms).toISOString()
  async function read(id: string): Promise<Row> {
    const rows = await postgres.query<Row>(`${SELECT} WHERE e.id = $1`, [id])
    if (rows[0] === undefined) throw appError('not_found', 'no export has this id')
    return rows[0]
  }
  return {
    async list(me) {
      const rows = await postgres.query<Row>(`${SELECT} ORDER BY e.requested_at DESC, e.id LIMIT 200`)
      return rows.map((row) => toExport(row, me, clock.now()))
    },
    async request(me, filter, reason) {
      const id = `export-${random(9).toString('hex')}`
      const now = clock.now()
      await postgres.transaction(async (sql) => {
        await sql.query(
          'INSERT INTO audit_export (id, filter, reason, requested_by, requested_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)',
          [id, JSON.stringify(filter), reason, me, iso(now), iso(now + LIFE_MS)],
        )
        await audit.append(me, 'audit.request', id, { filter: JSON.stringify(filter) }, sql)
      })
      return toExport(await read(id), me, clock.now())
    },
    async decide(me, id, approve) {
      const now = clock.now()
      await postgres.transaction(async (sql) => {
        const rows = await sql.query<Row>('SELECT * FROM audit_export WHERE id = $1 FOR UPDATE', [id])
        const row = rows[0]
        if (row === undefined) throw appError('not_found', 'no export has this id')
        if (row.requested_by === me) throw appError('forbidden', 'somebody else agrees to what you asked for')
        if (row.state !== 'waiting' || row.ends_at.getTime() <= now)
          throw appError('conflict', 'this export was decided on, or has ended')
        await sql.query(
          'UPDATE audit_export SET state = $2, decided_by = $3, decided_at = $4, ends_at = $5 WHERE id = $1',
          [id, approve ? 'approved' : 'refused', me, iso(now), iso(now + LIFE_MS)],
        )
        await audit.append(me, approve ? 'audit.approve' : 'audit.refuse', id, { for: row.requested_by }, sql)
      })
      return toExport(await read(id), me, clock.now())
    },
    async take(me, id) {
      const row = await read(id)
      // Another's export looks as if it were not there: agreeing to a file is not a way to get it.
      if (row.requested_by !== me) throw appError('not_found', 'no export has this id')
      const { state } = toExport(row, me, clock.now())
      if (state !== 'approved') throw appError('conflict', `this export is ${state}`)
      const { seq } = await audit.append(me, 'audit.export', id, { agreedBy: row.decided_by })
      const { from, to, actor, action, target } = row.filter
      return audit.pages(seq, {
        ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
        ...(to === undefined ? {} : { toMs: Date.parse(to) }),
        ...(actor === undefined ? {} : { actor }),
        ...(action === undefined ? {} : { action }),
        ...(target === undefined ? {} : { target }),
      })
    },
  }
}

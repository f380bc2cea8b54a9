import { canonicalJson } from '@guanlan/analytics/canonical-json'
import { createHash } from 'node:crypto'
import type { AuditAction } from '@guanlan/contract/audit-actions'
import type { Clock } from '../lib/clock.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'

export type AuditValue =
  string | number | boolean | null | readonly AuditValue[] | { readonly [key: string]: AuditValue }
export type AuditDetail = { readonly [key: string]: AuditValue }

export interface AuditHead {
  readonly seq: number
  readonly hash: string
}

export interface AuditEntry extends AuditHead {
  /** ms since epoch */
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly target: string
  readonly detail: AuditDetail
  readonly prevHash: string
}

export type AuditVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: AuditHead }
  | {
      readonly ok: false
      readonly seq: number
      readonly problem: 'changed' | 'removed' | 'reordered' | 'cut' | 'rewritten'
      readonly detail: string
    }

export interface AuditFilter {
  readonly beforeSeq?: number
  readonly fromMs?: number
  readonly toMs?: number
  readonly actor?: string
  readonly action?: string
  readonly target?: string
  readonly limit: number
}

export interface Audit {
  /**
   * Adds one entry. Inside `sql` it commits or rolls back with the change that it records.
   * `detail` never holds message text, words, senders or secrets.
   */
  append(
    actor: string,
    action: AuditAction,
    target: string,
    detail?: AuditDetail,
    sql?: Sql,
  ): Promise<AuditHead>
  head(sql?: Sql): Promise<AuditHead>
  /** Walks the whole chain; heads remembered elsewhere show a cut tail or a rewritten past. */
  verify(remembered?: readonly AuditHead[]): Promise<AuditVerdict>
  list(filter: AuditFilter): Promise<AuditEntry[]>
  /** Oldest first, up to and with `lastSeq`, in pages. */
  pages(lastSeq: number, filter?: Omit<AuditFilter, 'limit' | 'beforeSeq'>): AsyncGenerator<AuditEntry[]>
}

/** Head of an empty chain. */
export const AUDIT_START: AuditHead = { seq: 0, hash: '0'.repeat(64) }
/** Any number that no other advisory lock of the product uses: 'audit' in ASCII. */
const AUDIT_LOCK = 0x6175646974
const PAGE = 5000

/** hash = SHA-256(hash before it, line feed, canonical JSON of seq, at (ISO, ms), actor, action, target, detail). */
export function auditHash(entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, at, actor, action, target, detail, prevHash } = entry
  const body = canonicalJson({ seq, at: new Date(at).toISOString(), actor, action, target, detail })
  return createHash('sha256').update(`${prevHash}\n${body}`).digest('hex')
}

const COLUMNS = 'seq, at, actor, action, target, detail, prev_hash AS "prevHash", hash'
type AuditRow = Omit<AuditEntry, 'at'> & { readonly at: Date }
const toEntry = (row: AuditRow): AuditEntry => ({ ...row, at: row.at.getTime() })

async function headOf(sql: Sql): Promise<AuditHead> {
  const rows = await sql.query<AuditHead>('SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1')
  return rows[0] ?? AUDIT_START
}

async function appendIn(
  sql: Sql,
  fields: Pick<AuditEntry, 'at' | 'actor' | 'action' | 'target' | 'detail'>,
): Promise<AuditHead> {
  // Held until the transaction ends: two appends can never take the same predecessor.
  await sql.query('SELECT pg_advisory_xact_lock($1)', [AUDIT_LOCK])
  const previous = await headOf(sql)
  const entry = { ...fields, seq: previous.seq + 1, prevHash: previous.hash }
  const hash = auditHash(entry)
  await sql.query(
    'INSERT INTO audit_entry (seq, at, actor, action, target, detail, prev_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
    [
      entry.seq,
      new Date(entry.at).toISOString(),
      entry.actor,
      entry.action,
      entry.target,
      JSON.stringify(entry.detail),
      entry.prevHash,
      hash,
    ],
  )
  return { seq: entry.seq, hash }
}

/** What is wrong with `entry` as the successor of `previous`, or undefined. */
function problemOf(previous: AuditHead, entry: AuditEntry): Extract<AuditVerdict, { ok: false }> | undefined {
  const wrong = (problem: 'changed' | 'removed' | 'reordered', detail: string) =>
    ({ ok: false, seq: entry.seq, problem, detail }) as const
  if (entry.seq !== previous.seq + 1) {
    return wrong('removed', `entries ${previous.seq + 1} to ${entry.seq - 1} are missing`)
  }
  const isItself = auditHash(entry) === entry.hash
  if (entry.prevHash !== previous.hash) {
    return isItself
      ? wrong('reordered', `entry ${entry.seq} does not follow entry ${previous.seq}`)
      : wrong('changed', `entry ${entry.seq} is not what was written`)
  }
  return isItself ? undefined : wrong('changed', `entry ${entry.seq} is not what was written`)
}

async function verifyIn(sql: Sql, remembered: readonly AuditHead[]): Promise<AuditVerdict> {
  const expected = new Map(remembered.map((head) => [head.seq, head.hash]))
  let previous = AUDIT_START
  for (;;) {
    const rows = await sql.query<AuditRow>(
      `SELECT ${COLUMNS} FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT ${PAGE}`,
      [previous.seq],
    )
    for (const entry of rows.map(toEntry)) {
      const problem = problemOf(previous, entry)
      if (problem !== undefined) return problem
      const known = expected.get(entry.seq)
      if (known !== undefined && known !== entry.hash) {
        return {
          ok: false,
          seq: entry.seq,
          problem: 'rewritten',
          detail: `entry ${entry.seq} differs from the head remembered`,
        }
      }
      previous = { seq: entry.seq, hash: entry.hash }
    }
    if (rows.length < PAGE) break
  }
  const last = Math.max(0, ...expected.keys())
  if (last > previous.seq) {
    return {
      ok: false,
      seq: previous.seq + 1,
      problem: 'cut',
      detail: `the chain ends at ${previous.seq}, it reached ${last} before`,
    }
  }
  return { ok: true, entries: previous.seq, head: previous }
}

const MATCHES = `($1::timestamptz IS NULL OR at >= $1) AND ($2::timestamptz IS NULL OR at < $2)
  AND ($3::text IS NULL OR actor = $3) AND ($4::text IS NULL OR action = $4 OR action LIKE $4 || '.%') AND ($5::text IS NULL OR target = $5)`

/** Values of MATCHES, in its order. */
function matchValues({ fromMs, toMs, actor, action, target }: Omit<AuditFilter, 'limit'>): unknown[] {
  const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString())
  return [iso(fromMs), iso(toMs), actor ?? null, action ?? null, target ?? null]
}

async function listIn(sql: Sql, filter: AuditFilter): Promise<AuditEntry[]> {
  const rows = await sql.query<AuditRow>(
    `SELECT ${COLUMNS} FROM audit_entry WHERE ${MATCHES} AND ($6::bigint IS NULL OR seq < $6) ORDER BY seq DESC LIMIT $7`,
    [...matchValues(filter), filter.beforeSeq ?? null, Math.min(filter.limit, 1000)],
  )
  return rows.map(toEntry)
}

export function createAudit(postgres: Postgres, clock: Clock): Audit {
  return {
    append(actor, action, target, detail = {}, sql) {
      const fields = { at: clock.now(), actor, action, target, detail }
      return sql === undefined ? postgres.transaction((own) => appendIn(own, fields)) : appendIn(sql, fields)
    },
    head: (sql) => headOf(sql ?? postgres),
    verify: (remembered = []) =>
      postgres.transaction(async (sql) => {
        await sql.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
        return verifyIn(sql, remembered)
      }),
    list: (filter) => listIn(postgres, filter),
    async *pages(lastSeq, filter = {}) {
      for (let after = 0; after < lastSeq;) {
        const rows = await postgres.query<AuditRow>(
          `SELECT ${COLUMNS} FROM audit_entry WHERE ${MATCHES} AND seq > $6 AND seq <= $7 ORDER BY seq LIMIT ${PAGE}`,
          [...matchValues(filter), after, lastSeq],
        )
        if (rows.length === 0) return
        yield rows.map(toEntry)
        after = rows.at(-1)?.seq ?? lastSeq
      }
    },
  }
}

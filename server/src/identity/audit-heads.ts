import { Webhook } from 'standardwebhooks'
import type { AuditDayHead, AuditHeads } from '@guanlan/contract/endpoints/audit'
import type { Clock } from '../lib/clock.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Audit, AuditHead } from './audit.ts'

/** Posts one body; `status` null: nobody answered. Given by notify, which never follows redirects nor reaches private addresses. */
export type PostHead = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
) => Promise<{ readonly status: number | null }>

export interface AuditHeadsKeeper {
  /** Keeps the head of today, once; sends what waits. Resolves with how many the receiver took now. */
  tick(): Promise<number>
  /** Heads kept here: what `Audit.verify` compares with. */
  kept(): Promise<AuditHead[]>
  status(): Promise<AuditHeads>
}

interface Row {
  day: string
  seq: number
  hash: string
  kept_at: Date
  received_at: Date | null
  attempts: number
}

const COLUMNS = 'day::text, seq, hash, kept_at, received_at, attempts'
const MINUTE_MS = 60_000
const LONGEST_WAIT_MS = 6 * 3_600_000
const AT_ONCE = 20
const SHOWN_DAYS = 400

const toDay = (row: Row): AuditDayHead => ({
  day: row.day,
  seq: row.seq,
  hash: row.hash,
  keptAt: row.kept_at.toISOString(),
  receivedAt: row.received_at?.toISOString() ?? null,
  attempts: row.attempts,
})

/**
 * Remembers the head of the chain each day and tells it to a receiver outside: who later rewrites the chain, or cuts its
 * tail, cannot take back what the receiver has. Nothing but day, sequence number and hash leaves.
 */
export function createAuditHeads(deps: {
  readonly postgres: Postgres
  readonly audit: Audit
  readonly clock: Clock
  readonly today: () => string
  readonly receiver: { readonly url: string; readonly secret: string } | undefined
  readonly post: PostHead
}): AuditHeadsKeeper {
  const { postgres, audit, clock, today, receiver, post } = deps
  const iso = (ms: number) => new Date(ms).toISOString()

  async function keepToday(): Promise<void> {
    const { seq, hash } = await audit.head()
    if (seq === 0) return
    await postgres.query(
      'INSERT INTO audit_head (day, seq, hash, kept_at, next_at) VALUES ($1, $2, $3, $4, $4) ON CONFLICT (day) DO NOTHING',
      [today(), seq, hash, iso(clock.now())],
    )
  }
  async function send(row: Row, to: { url: string; secret: string }): Promise<boolean> {
    const seconds = Math.floor(clock.now() / 1000)
    const id = `audit-head-${row.day}`
    const data = { day: row.day, seq: row.seq, hash: row.hash }
    const body = JSON.stringify({ type: 'audit.head', timestamp: iso(seconds * 1000), data })
    const { status } = await post(to.url, body, {
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': new Webhook(to.secret).sign(id, new Date(seconds * 1000), body),
    })
    const taken = status !== null && status >= 200 && status < 300
    const wait = Math.min(MINUTE_MS * 2 ** row.attempts, LONGEST_WAIT_MS)
    await postgres.query(
      'UPDATE audit_head SET attempts = attempts + 1, received_at = $2, next_at = $3 WHERE day = $1',
      [row.day, taken ? iso(clock.now()) : null, iso(clock.now() + wait)],
    )
    return taken
  }
  return {
    async tick() {
      await keepToday()
      if (receiver === undefined) return 0
      const rows = await postgres.query<Row>(
        `SELECT ${COLUMNS} FROM audit_head WHERE received_at IS NULL AND next_at <= $1 ORDER BY day LIMIT ${AT_ONCE}`,
        [iso(clock.now())],
      )
      let taken = 0
      for (const row of rows) if (await send(row, receiver)) taken += 1
      return taken
    },
    kept: () => readKeptHeads(postgres),
    async status() {
      const rows = await postgres.query<Row>(
        `SELECT ${COLUMNS} FROM audit_head ORDER BY day DESC LIMIT ${SHOWN_DAYS}`,
      )
      return {
        head: await audit.head(),
        receiver: receiver === undefined ? null : new URL(receiver.url).host,
        waiting: receiver === undefined ? 0 : rows.filter((row) => row.received_at === null).length,
        days: rows.map(toDay),
      }
    },
  }
}

export function readKeptHeads(postgres: Pick<Postgres, 'query'>): Promise<AuditHead[]> {
  return postgres.query<AuditHead>('SELECT seq, hash FROM audit_head ORDER BY seq')
}

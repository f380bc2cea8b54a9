import type { Delivery } from '@guanlan/analytics/alerting/outbox'
import { sendable, settleAttempt } from '@guanlan/analytics/alerting/outbox'
import type { Clock } from '../lib/clock.ts'
import { describeError, type Logger } from '../lib/logger.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import type { Answer, Channel, Outgoing, Target } from './channel.ts'
import { NO_ANSWER } from './channel.ts'

export interface QueueRow {
  readonly id: string
  readonly alertId: string
  readonly kind: Outgoing['kind']
  readonly lane: string
  readonly seq: number
  readonly accountId: string
  readonly channel: string
  readonly payload: Record<string, unknown>
  readonly queuedAt: number
  readonly attempts: number
  readonly nextAt: number
}

export interface WorkerDeps {
  readonly postgres: Postgres
  readonly clock: Clock
  readonly logger: Logger
  readonly channels: ReadonlyMap<string, Channel>
  /** Where and what to send; null when the account has no such channel any more. */
  readonly compose: (rows: readonly QueueRow[]) => { message: Outgoing; target: Target } | null
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
  /** Called at each step that a test may interrupt. */
  readonly step?: (name: 'sending' | 'sent' | 'settled') => void
}

/** Sends what is queued, lane by lane, at least once, in order in each lane. */
export interface Worker {
  /** Starts whatever may leave now; resolves when it has been started, not when it has arrived. */
  tick(): Promise<void>
  /** Waits for messages under way. */
  idle(): Promise<void>
}

const QUEUED = `
  SELECT id, alert_id AS "alertId", kind, lane, seq::float8 AS seq, account_id AS "accountId", channel, payload,
         (extract(epoch FROM queued_at) * 1000)::float8 AS "queuedAt", attempts,
         (extract(epoch FROM next_at) * 1000)::float8 AS "nextAt"
  FROM alert_delivery WHERE status = 'queued' AND NOT lane = ANY ($1) ORDER BY seq LIMIT 2000`

const MINUTE = 60_000

export function createWorker(deps: WorkerDeps): Worker {
  const { postgres, clock, logger } = deps
  const underWay = new Map<string, Promise<void>>()
  const left = new Map<string, number[]>()
  const channelOf = (lane: string) => deps.channels.get(lane.slice(0, lane.indexOf(':')))

  async function attempt(rows: readonly QueueRow[]): Promise<Answer> {
    const [first] = rows
    const channel = first === undefined ? undefined : deps.channels.get(first.channel)
    const composed = deps.compose(rows)
    // Not configured now may be configured again: it is tried for a day. A destination that is gone wants nothing more.
    if (channel === undefined) return NO_ANSWER
    if (composed === null) return { status: 410, retryAfterMs: null }
    try {
      return await channel.send(composed.message, composed.target)
    } catch (error) {
      logger.warn({ channel: channel.name, error: describeError(error) }, 'a channel failed')
      return NO_ANSWER
    }
  }
  async function send(lane: string, rows: readonly QueueRow[]): Promise<void> {
    deps.step?.('sending')
    const answer = await attempt(rows)
    deps.step?.('sent')
    const now = clock.now()
    left.set(lane, [...(left.get(lane) ?? []).filter((at) => at > now - MINUTE), now])
    await postgres.transaction(async (sql) => {
      for (const row of rows) await settle(sql, row, answer, now, deps.random())
    })
    deps.step?.('settled')
  }
  return {
    async tick() {
      const now = clock.now()
      const rows = await postgres.query<QueueRow>(QUEUED, [[...underWay.keys()]])
      const byId = new Map(rows.map((row) => [row.id, row]))
      const queue = rows.map((row): Delivery => ({
        ...row,
        kind: row.kind === 'page' ? 'page' : 'resolved',
        status: 'queued',
      }))
      const messages = sendable(
        queue,
        (lane) => channelOf(lane) ?? { perMinute: 60, bundle: 1 },
        (lane) => left.get(lane) ?? [],
        now,
      )
      for (const { lane, deliveries } of messages) {
        if (underWay.has(lane)) continue
        const sent = send(lane, bundleOf(deliveries.flatMap(({ id }) => byId.get(id) ?? [])))
          .catch((error: unknown) =>
            logger.warn({ error: describeError(error) }, 'the end of a delivery could not be stored'),
          )
          .finally(() => underWay.delete(lane))
        underWay.set(lane, sent)
      }
    },
    async idle() {
      await Promise.all(underWay.values())
    },
  }
}

/** What goes in one message is for one account: a link in it belongs to that account alone. */
function bundleOf(rows: readonly QueueRow[]): QueueRow[] {
  const [first] = rows
  const end = rows.findIndex(({ accountId, kind }) => accountId !== first?.accountId || kind !== first.kind)
  return rows.slice(0, end < 0 ? rows.length : end)
}

async function settle(sql: Sql, row: QueueRow, answer: Answer, now: number, random: number): Promise<void> {
  const settled = settleAttempt({ ...row, kind: 'page', status: 'queued' }, answer, now, random)
  const { status, attempts, nextAt } = settled.delivery
  const over = status === 'queued' ? null : new Date(now).toISOString()
  await sql.query(
    `UPDATE alert_delivery SET status = CASE WHEN status = 'queued' THEN $2 ELSE status END, attempts = $3, next_at = $4, settled_at = $5
     WHERE id = $1`,
    [row.id, status, attempts, new Date(nextAt).toISOString(), over],
  )
  if (status === 'queued') return
  await sql.query(
    `INSERT INTO alert_timeline (alert_id, at, code, by, data)
     SELECT id, $2, $3, NULL, $4 FROM alert WHERE id = $1`,
    [
      row.alertId,
      new Date(now).toISOString(),
      status === 'sent' ? 'delivered' : 'delivery_failed',
      JSON.stringify({ channel: row.channel, accountId: row.accountId, attempts, status: answer.status }),
    ],
  )
  if (settled.disable)
    await sql.query(
      'UPDATE account_channel SET disabled_at = $3 WHERE account_id = $1 AND channel = $2 AND disabled_at IS NULL',
      [row.accountId, row.channel, new Date(now).toISOString()],
    )
}

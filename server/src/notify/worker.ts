import type { Delivery } from '@guanlan/analytics/alerting/outbox'
import { sendable, settleAttempt } from '@guanlan/analytics/alerting/outbox'
import type { Clock } from '../lib/clock.ts'
import { describeError, type Logger } from '../lib/logger.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import type { Answer, Channel, Outgoing, QueueRow, Target } from './channel.ts'
import { NO_ANSWER } from './channel.ts'
import { createLanes } from './lanes.ts'

export interface WorkerDeps {
  readonly postgres: Postgres
  readonly clock: Clock
  readonly logger: Logger
  readonly channels: ReadonlyMap<string, Channel>
  /** This process, unlike any other on the database. */
  readonly holder: string
  /** Where and what to send; null when the account has no such channel any more. */
  readonly compose: (rows: readonly QueueRow[]) => { message: Outgoing; target: Target } | null
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
  /** Called at each step that a test may interrupt. */
  readonly step?: (name: 'sending' | 'sent' | 'settled') => void
}

/**
 * Sends what is queued, lane by lane, at least once, in order in each lane. A lane is claimed before it is read, so that of
 * several processes one sends to a destination at a time.
 */
export interface Worker {
  /** Starts whatever may leave now; resolves when it has been started, not when it has arrived. */
  tick(): Promise<void>
  /** Waits for messages under way. */
  idle(): Promise<void>
}

const MINUTE = 60_000

export function createWorker(deps: WorkerDeps): Worker {
  const { postgres, clock, logger } = deps
  const lanes = createLanes(postgres, deps.holder)
  const underWay = new Map<string, Promise<void>>()
  let looking: Promise<unknown> = Promise.resolve()
  const limitOf = (lane: string) =>
    deps.channels.get(lane.slice(0, lane.indexOf(':'))) ?? { perMinute: 60, bundle: 1 }
  const sentOf = (sent: readonly number[] | undefined, now: number) =>
    (sent ?? []).filter((at) => at > now - MINUTE && at <= now)

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
  async function send(lane: string, rows: readonly QueueRow[], sent: readonly number[]): Promise<void> {
    deps.step?.('sending')
    const answer = await attempt(rows)
    deps.step?.('sent')
    const now = clock.now()
    await postgres.transaction(async (sql) => {
      for (const row of rows) await settle(sql, row, answer, now, deps.random())
      await lanes.release(sql, [lane], [...sentOf(sent, now), now])
    })
    deps.step?.('settled')
  }
  async function look(): Promise<void> {
    const now = clock.now()
    const busy = [...underWay.keys()]
    await lanes.renew(busy)
    const { rows, sent } = await lanes.claim(now, busy)
    if (sent.size === 0) return
    const byId = new Map(rows.map((row) => [row.id, row]))
    const queue = rows.map((row): Delivery => ({
      ...row,
      kind: row.kind === 'page' ? 'page' : 'resolved',
      status: 'queued',
    }))
    const messages = sendable(queue, limitOf, (lane) => sentOf(sent.get(lane), now), now)
    for (const { lane, deliveries } of messages) {
      const one = send(
        lane,
        bundleOf(deliveries.flatMap(({ id }) => byId.get(id) ?? [])),
        sent.get(lane) ?? [],
      )
        .catch((error: unknown) =>
          logger.warn({ error: describeError(error) }, 'the end of a delivery could not be stored'),
        )
        .finally(() => underWay.delete(lane))
      underWay.set(lane, one)
    }
    const full = [...sent.keys()].filter((lane) => !messages.some((message) => message.lane === lane))
    if (full.length > 0) await lanes.release(postgres, full, null)
  }
  return {
    tick() {
      // One look after the other: the second would find what the first is about to send.
      const mine = looking.then(look)
      looking = mine.catch(() => undefined)
      return mine
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
  // A code is needed until it has been sent, or until it will not be: it is a secret as long as it is kept.
  await sql.query(
    `UPDATE alert_delivery SET status = CASE WHEN status = 'queued' THEN $2 ELSE status END, attempts = $3, next_at = $4,
       settled_at = $5, payload = CASE WHEN $5::timestamptz IS NULL THEN payload ELSE payload - 'code' END
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
  if (settled.disable) await switchOff(sql, row, now)
}

/** The receiver wants nothing more: its owner, who alone can set the channel again, is told in the product. */
async function switchOff(sql: Sql, { id, accountId, channel }: QueueRow, now: number): Promise<void> {
  const at = new Date(now).toISOString()
  const off = await sql.query(
    `UPDATE account_channel SET disabled_at = $3 WHERE account_id = $1 AND channel = $2 AND disabled_at IS NULL
     RETURNING channel`,
    [accountId, channel, at],
  )
  if (off.length === 0) return
  const payload = {
    ...{ level: 'blue', quiet: true, origin: 'channel', ruleId: null, unitId: '', channel, drill: false },
    because: { policyId: '', step: 0, lastResort: false },
  }
  await sql.query(
    `INSERT INTO alert_delivery (id, alert_id, kind, lane, account_id, channel, payload, queued_at, next_at)
     VALUES ($1, $2, 'reminder', $3, $4, 'in-app', $5, $6, $6) ON CONFLICT (id) DO NOTHING`,
    [`${id}:off`, channel, `in-app:${accountId}`, accountId, JSON.stringify(payload), at],
  )
}

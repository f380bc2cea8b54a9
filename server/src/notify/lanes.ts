import type { Postgres, Sql } from '../ports/postgres.ts'
import type { QueueRow } from './channel.ts'

/** The destinations that have something to send, each claimed by one process at a time. */
export interface Lanes {
  /**
   * Claims the lanes whose oldest waiting row is due at `now` and that no other process holds. A lane that waits for its
   * next try is not looked into, however much waits in it.
   * @param except lanes that are left alone
   */
  claim(now: number, except: readonly string[]): Promise<Claimed>
  /** Holds on to lanes whose messages are under way. */
  renew(lanes: readonly string[]): Promise<void>
  /** Lets lanes go; `sent`: times of messages that left in the last minute, the same for all of them; null: as before. */
  release(sql: Sql, lanes: readonly string[], sent: readonly number[] | null): Promise<void>
}

interface Claimed {
  /** The oldest rows of each claimed lane. */
  readonly rows: readonly QueueRow[]
  /** Lane -> times at which messages left it. */
  readonly sent: ReadonlyMap<string, readonly number[]>
}

/** More than any message bundles and any limit lets through a minute for channels that bundle. */
const ROWS = 120

/** One step along the index for each lane: what waits behind the first row of a lane costs nothing. */
const DUE = `
  WITH RECURSIVE lanes AS (
    (SELECT lane FROM alert_delivery WHERE status = 'queued' ORDER BY lane LIMIT 1)
    UNION ALL
    SELECT (SELECT lane FROM alert_delivery WHERE status = 'queued' AND lane > before.lane ORDER BY lane LIMIT 1)
    FROM lanes AS before WHERE before.lane IS NOT NULL
  )
  SELECT lanes.lane FROM lanes
  CROSS JOIN LATERAL (
    SELECT next_at FROM alert_delivery WHERE status = 'queued' AND lane = lanes.lane ORDER BY seq LIMIT 1
  ) AS head
  WHERE head.next_at <= $1 AND NOT lanes.lane = ANY ($2) ORDER BY lanes.lane`

/** In the order of their names, so that two processes never wait for each other. */
const CLAIM = `
  INSERT INTO alert_lane (lane, holder, until)
  SELECT lane, $2, clock_timestamp() + interval '15 seconds' FROM unnest($1::text[]) AS due (lane) ORDER BY lane
  ON CONFLICT (lane) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE alert_lane.holder = excluded.holder OR alert_lane.until < clock_timestamp()
  RETURNING lane, sent`

const WAITING = `
  SELECT waiting.* FROM unnest($1::text[]) AS claimed (lane) CROSS JOIN LATERAL (
    SELECT id, alert_id AS "alertId", kind, lane, seq::float8 AS seq, account_id AS "accountId", channel, payload,
           (extract(epoch FROM queued_at) * 1000)::float8 AS "queuedAt", attempts,
           (extract(epoch FROM next_at) * 1000)::float8 AS "nextAt"
    FROM alert_delivery WHERE status = 'queued' AND lane = claimed.lane ORDER BY alert_delivery.seq LIMIT ${ROWS}
  ) AS waiting ORDER BY waiting.seq`

/** @param holder this process, unlike any other on the database */
export function createLanes(postgres: Postgres, holder: string): Lanes {
  return {
    async claim(now, except) {
      const due = await postgres.query<{ lane: string }>(DUE, [new Date(now).toISOString(), [...except]])
      if (due.length === 0) return { rows: [], sent: new Map() }
      const claimed = await postgres.query<{ lane: string; sent: number[] }>(CLAIM, [
        due.map(({ lane }) => lane),
        holder,
      ])
      // Read once they are held: what another process sent meanwhile no longer waits.
      const rows = await postgres.query<QueueRow>(WAITING, [claimed.map(({ lane }) => lane)])
      return { rows, sent: new Map(claimed.map(({ lane, sent }) => [lane, sent])) }
    },
    async renew(lanes) {
      if (lanes.length === 0) return
      await postgres.query(
        `UPDATE alert_lane SET until = clock_timestamp() + interval '15 seconds' WHERE holder = $2 AND lane = ANY ($1)`,
        [[...lanes], holder],
      )
    },
    async release(sql, lanes, sent) {
      await sql.query(
        `UPDATE alert_lane SET until = clock_timestamp(), sent = coalesce($3::double precision[], sent)
         WHERE holder = $2 AND lane = ANY ($1)`,
        [[...lanes], holder, sent === null ? null : [...sent]],
      )
    },
  }
}

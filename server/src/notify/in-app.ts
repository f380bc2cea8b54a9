import type { Postgres } from '../ports/postgres.ts'
import type { Channel } from './channel.ts'

/** Inside the product: the desk rings and shows it. Delivered when it is stored. */
export function inApp(postgres: Postgres): Channel {
  return {
    name: 'in-app',
    perMinute: 1000,
    bundle: 1,
    maxBytes: 10_000,
    problemOf: () => null,
    async send({ id, alertIds, at }, { accountId }) {
      await postgres.query(
        `INSERT INTO in_app_page (id, account_id, alert_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
        [id, accountId, alertIds[0] ?? '', new Date(at).toISOString()],
      )
      return { status: 200, retryAfterMs: null }
    },
  }
}

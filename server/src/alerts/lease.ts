import type { Postgres, Sql } from '../ports/postgres.ts'

/** The one evaluator among processes on one database. */
export interface Lease {
  /** Takes or renews it for ten seconds of the database's time; null while another process holds it. */
  take(): Promise<number | null>
  /** Takes it from whoever has it: a person's command is carried out where it arrives. The holder's next commit fails. */
  seize(): Promise<number>
  /** Inside a transaction: fails when another process took over since. @throws Error lease lost */
  hold(sql: Sql, epoch: number, world: { reminded: unknown; flooded: unknown }): Promise<void>
  /** Gives it up, so that the next process need not wait. */
  release(): Promise<void>
}

export const LEASE_LOST = 'another process evaluates now'

export function createLease(postgres: Postgres, holder: string): Lease {
  return {
    async take() {
      const rows = await postgres.query<{ epoch: number }>(
        `UPDATE alert_evaluator
         SET epoch = CASE WHEN holder = $1 AND until > clock_timestamp() THEN epoch ELSE epoch + 1 END,
             holder = $1, until = clock_timestamp() + interval '10 seconds'
         WHERE holder = $1 OR until < clock_timestamp()
         RETURNING epoch::float8 AS epoch`,
        [holder],
      )
      return rows[0]?.epoch ?? null
    },
    async seize() {
      const rows = await postgres.query<{ epoch: number }>(
        `UPDATE alert_evaluator SET epoch = epoch + 1, holder = $1, until = clock_timestamp() + interval '10 seconds'
         RETURNING epoch::float8 AS epoch`,
        [holder],
      )
      const epoch = rows[0]?.epoch
      if (epoch === undefined) throw new Error(LEASE_LOST)
      return epoch
    },
    async hold(sql, epoch, { reminded, flooded }) {
      const rows = await sql.query(
        `UPDATE alert_evaluator SET reminded = $3, flooded = $4 WHERE epoch = $1 AND holder = $2 RETURNING epoch`,
        [epoch, holder, JSON.stringify(reminded), JSON.stringify(flooded)],
      )
      if (rows.length === 0) throw new Error(LEASE_LOST)
    },
    async release() {
      await postgres.query(`UPDATE alert_evaluator SET until = '-infinity' WHERE holder = $1`, [holder])
    },
  }
}

import type { Pool } from 'pg'

export interface Sql {
  query<T extends object>(text: string, values?: readonly unknown[]): Promise<T[]>
}

/** What the product needs from Postgres; embedded and server drivers both give it (store/postgres-*.ts). */
export interface Postgres extends Sql {
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** For libraries that want a pool of their own kind (better-auth). */
  readonly pool: Pool
  close(): Promise<void>
}

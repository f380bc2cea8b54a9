import type { Config } from '../config.ts'
import type { IdIndex } from '../ingest/id-index.ts'
import type { Writer } from '../ingest/writer.ts'
import type { Clock } from '../lib/clock.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Spool } from '../ports/spool.ts'

/** What looking after the installation needs. */
export interface MaintenanceDeps {
  readonly config: Config
  readonly stores: {
    readonly clickhouse: ClickHouse
    readonly postgres: Postgres
    readonly spool: Spool
    readonly dataDir: {
      readonly clickhouseBackups: string
      readonly ids: string
      readonly root: string
      readonly rosterKey: string
    }
    readonly rosterKey: Uint8Array
    readonly migrated: { readonly clickhouse: readonly string[]; readonly postgres: readonly string[] }
  }
  readonly clock: Clock
  readonly writer: Pick<Writer, 'drained' | 'betweenBlocks' | 'stats' | 'backlog'>
  readonly ids: Pick<IdIndex, 'settled'>
}

import { z } from 'zod'
import type { Config } from '../config.ts'
import type { Clock } from '../lib/clock.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Spool } from '../ports/spool.ts'
import { writeBackup } from './backup.ts'
import { adminCommand } from './command.ts'
import type { AdminCommands } from './command.ts'
import { examine } from './doctor.ts'

export interface MaintenanceDeps {
  readonly config: Config
  readonly stores: {
    readonly clickhouse: ClickHouse
    readonly postgres: Postgres
    readonly spool: Spool
    readonly dataDir: { readonly clickhouseBackups: string; readonly ids: string; readonly root: string }
    readonly migrated: { readonly clickhouse: readonly string[]; readonly postgres: readonly string[] }
  }
  readonly clock: Clock
  /** Resolves when everything accepted before the call is in the event store. */
  readonly drain: () => Promise<void>
}

/** Looking after the installation. */
export function maintenanceCommands(deps: MaintenanceDeps): AdminCommands {
  return {
    // Opening the stores has applied them: there is nothing left to do but to say so.
    migrate: adminCommand(z.strictObject({}), () => deps.stores.migrated),
    doctor: adminCommand(z.strictObject({}), () => examine(deps)),
    backup: adminCommand(z.strictObject({ target: z.string().min(1) }), ({ target }, { progress }) =>
      writeBackup(deps, target, progress),
    ),
  }
}

import { z } from 'zod'
import { writeBackup } from './backup.ts'
import { adminCommand } from './command.ts'
import type { AdminCommands } from './command.ts'
import { examine } from './doctor.ts'
import type { MaintenanceDeps } from './maintenance-deps.ts'

/** A head of the audit that somebody outside has kept. */
const Head = z.strictObject({ seq: z.int().min(1), hash: z.string().regex(/^[0-9a-f]{64}$/) })

/** Looking after the installation. */
export function maintenanceCommands(deps: MaintenanceDeps): AdminCommands {
  return {
    // Opening the stores has applied them: there is nothing left to do but to say so.
    migrate: adminCommand(z.strictObject({}), () => deps.stores.migrated),
    doctor: adminCommand(z.strictObject({ heads: z.array(Head).max(100_000).default([]) }), ({ heads }) =>
      examine(deps, heads),
    ),
    backup: adminCommand(
      z.strictObject({ target: z.string().min(1), keyFile: z.string().min(1).optional() }),
      ({ target, keyFile }, { progress }) => writeBackup(deps, target, progress, keyFile),
    ),
  }
}

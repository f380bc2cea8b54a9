import { z } from 'zod'
import { writeBackup } from './backup.ts'
import { adminCommand } from './command.ts'
import type { AdminCommands } from './command.ts'
import { examine } from './doctor.ts'
import type { MaintenanceDeps } from './maintenance-deps.ts'

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

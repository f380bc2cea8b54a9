import { z } from 'zod'
import { Role } from '@guanlan/contract/account'
import type { Accounts } from '../identity/accounts.ts'
import { registerImport } from '../register/register-import.ts'
import type { RegisterImportDeps } from '../register/register-import.ts'
import { adminCommand } from './command.ts'
import type { AdminCommands } from './command.ts'
import { CLI_ACTOR } from './access-commands.ts'

const ImportArgs = z.strictObject({
  units: z.string(),
  groups: z.string(),
  preview: z.boolean().default(false),
})
const UserArgs = z.strictObject({
  email: z.email(),
  name: z.string().min(1).max(120),
  grants: z.array(z.strictObject({ role: Role, unitId: z.string().min(1) })).min(1),
  locale: z.enum(['zh-CN', 'en']).default('zh-CN'),
  password: z.string().optional(),
})

/** The register and the accounts. */
export function registerCommands(deps: { register: RegisterImportDeps; accounts: Accounts }): AdminCommands {
  const { register, accounts } = deps
  return {
    'register.import': adminCommand(ImportArgs, (files) =>
      registerImport(register, CLI_ACTOR, files, { mayOpenDays: true }),
    ),
    'user.create': adminCommand(UserArgs, ({ password, ...request }) =>
      accounts.create(CLI_ACTOR, { ...request, ...(password === undefined ? {} : { password }) }),
    ),
    'user.list': adminCommand(z.strictObject({}), () => accounts.list()),
  }
}

import type { Route } from '../route.ts'
import { accountRoutes, ownAccountRoutes } from './accounts.ts'
import type { AuditRouteDeps } from './audit.ts'
import { auditRoutes } from './audit.ts'
import type { RegisterRouteDeps } from './groups.ts'
import { groupRoutes } from './groups.ts'
import type { AccessRouteDeps } from './keys.ts'
import { keyRoutes, tokenRoutes } from './keys.ts'
import { ownSessionRoutes } from './own-sessions.ts'
import type { ProtectionRouteDeps } from './protection.ts'
import { protectionRoutes } from './protection.ts'
import { registerRoutes } from './register.ts'
import { unitRoutes } from './units.ts'

export type AdministrationRouteDeps = AccessRouteDeps &
  RegisterRouteDeps &
  AuditRouteDeps &
  ProtectionRouteDeps

/** Everything about who may do what, the register, the audit and the protection of data. */
export function administrationRoutes(deps: AdministrationRouteDeps): Route[] {
  return [
    ...keyRoutes(deps),
    ...tokenRoutes(deps),
    ...accountRoutes(deps),
    ...ownAccountRoutes(deps),
    ...ownSessionRoutes(deps),
    ...groupRoutes(deps),
    ...registerRoutes(deps),
    ...unitRoutes(deps),
    ...auditRoutes(deps),
    ...protectionRoutes(deps),
  ]
}

import type { Route } from '../route.ts'
import { accountRoutes, ownAccountRoutes } from './accounts.ts'
import { auditRoutes } from './audit.ts'
import type { RegisterRouteDeps } from './groups.ts'
import { groupRoutes } from './groups.ts'
import type { AccessRouteDeps } from './keys.ts'
import { keyRoutes, tokenRoutes } from './keys.ts'
import { ownSessionRoutes } from './own-sessions.ts'
import { registerRoutes } from './register.ts'
import { unitRoutes } from './units.ts'

/** Everything about who may do what, the register and the audit. */
export function administrationRoutes(deps: AccessRouteDeps & RegisterRouteDeps): Route[] {
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
  ]
}

import {
  endOtherSessionsEndpoint,
  endOwnSessionEndpoint,
  ownSecurityEndpoint,
} from '@guanlan/contract/endpoints/own-sessions'
import { appError } from '@guanlan/contract/errors'
import type { Audit } from '../../identity/audit.ts'
import { createOwnSessions } from '../../identity/own-sessions.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Postgres } from '../../ports/postgres.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'

export interface OwnSessionRouteDeps {
  readonly postgres: Postgres
  readonly clock: Clock
  readonly audit: Audit
}

function accountOf(actor: Caller | undefined): string {
  if (actor?.kind !== 'user') throw appError('forbidden', 'only an account can do that')
  return actor.id
}

/** Sessions of the own account: to see them, and to end those elsewhere. */
export function ownSessionRoutes(deps: OwnSessionRouteDeps): Route[] {
  const own = createOwnSessions(deps)
  return [
    route(ownSecurityEndpoint, ({ actor, req }) => own.security(accountOf(actor), req.headers)),
    route(endOwnSessionEndpoint, async ({ actor, req, params }) => {
      await own.end(accountOf(actor), req.headers, params.id)
      return undefined
    }),
    route(endOtherSessionsEndpoint, async ({ actor, req }) => {
      await own.endOthers(accountOf(actor), req.headers)
      return undefined
    }),
  ]
}

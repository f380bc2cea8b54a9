import {
  createKeyEndpoint,
  createTokenEndpoint,
  listKeysEndpoint,
  listTokensEndpoint,
  revokeKeyEndpoint,
  revokeTokenEndpoint,
  rotateKeyEndpoint,
} from '@guanlan/contract/endpoints/access'
import { appError } from '@guanlan/contract/errors'
import { parseScope } from '@guanlan/contract/scope'
import { hasRightOver } from '../../identity/access.ts'
import type { Identity } from '../../identity/identity.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Directory } from '../../register/directory.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'

export interface AccessRouteDeps {
  readonly identity: Pick<Identity, 'keys' | 'tokens' | 'accounts' | 'links' | 'own' | 'sessions'>
  readonly directory: Directory
  readonly clock: Clock
  /** Local day of now. */
  readonly today: () => string
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** Whether the caller administers access in this unit, by a grant on it or above it. */
export function createManages({ directory, today }: AccessRouteDeps) {
  return (actor: Caller | undefined, unitId: string): boolean =>
    actor !== undefined && hasRightOver(actor, 'manageAccess', unitId, directory, today())
}

function foreign(noun: string) {
  // The same answer for what does not exist and for what is another unit's.
  return appError('not_found', `no ${noun} has this id`)
}

/** Keys of sources and tokens of walls, for the administrators of their units. */
export function keyRoutes(deps: AccessRouteDeps): Route[] {
  const { keys } = deps.identity
  const manages = createManages(deps)
  async function requireKey(actor: Caller | undefined, id: string): Promise<string> {
    const key = (await keys.list()).find((each) => each.id === id)
    if (key === undefined || !manages(actor, key.unitId)) throw foreign('key')
    return actor?.id ?? ''
  }
  return [
    route(listKeysEndpoint, async ({ actor }) => ({
      keys: (await keys.list()).filter((key) => manages(actor, key.unitId)),
    })),
    route(createKeyEndpoint, async ({ actor, body }) => {
      if (!manages(actor, body.unitId))
        throw appError('forbidden', 'this unit is not in your care', { pointer: '/unitId' })
      const { source, unitId, mayIngest, mayRead, ratePerSecond, days } = body
      return keys.create(actor?.id ?? '', {
        source,
        unitId,
        ...(mayIngest === undefined ? {} : { mayIngest }),
        ...(mayRead === undefined ? {} : { mayRead }),
        ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
        ...(days === undefined ? {} : { expiresAt: deps.clock.now() + days * DAY_MS }),
      })
    }),
    route(rotateKeyEndpoint, async ({ actor, params, body }) => {
      const by = await requireKey(actor, params.id)
      return keys.rotate(
        by,
        params.id,
        body.overlapHours === undefined ? undefined : body.overlapHours * HOUR_MS,
      )
    }),
    route(revokeKeyEndpoint, async ({ actor, params }) =>
      keys.revoke(await requireKey(actor, params.id), params.id),
    ),
  ]
}

export function tokenRoutes(deps: AccessRouteDeps): Route[] {
  const { tokens } = deps.identity
  const manages = createManages(deps)
  function managesScope(actor: Caller | undefined, scope: string): boolean {
    const wanted = parseScope(scope)
    if (wanted === undefined || wanted.kind === 'group') return false
    return manages(actor, wanted.kind === 'org' ? deps.directory.root : wanted.id)
  }
  return [
    route(listTokensEndpoint, async ({ actor }) => ({
      tokens: (await tokens.list()).filter((token) => managesScope(actor, token.scope)),
    })),
    route(createTokenEndpoint, async ({ actor, body }) => {
      if (!managesScope(actor, body.scope))
        throw appError('forbidden', 'a wall shows the organisation or a unit in your care', {
          pointer: '/scope',
        })
      const { name, scope, privacyClass, days } = body
      return tokens.create(actor?.id ?? '', {
        name,
        scope,
        ...(privacyClass === undefined ? {} : { privacyClass }),
        ...(days === undefined ? {} : { expiresAt: deps.clock.now() + days * DAY_MS }),
      })
    }),
    route(revokeTokenEndpoint, async ({ actor, params }) => {
      const token = (await tokens.list()).find((each) => each.id === params.id)
      if (token === undefined || !managesScope(actor, token.scope)) throw foreign('display token')
      return tokens.revoke(actor?.id ?? '', params.id)
    }),
  ]
}

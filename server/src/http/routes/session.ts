import type { Me } from '@guanlan/contract/account'
import {
  changeMeEndpoint,
  meEndpoint,
  scopesEndpoint,
  secondFactorEndpoint,
  signInEndpoint,
  signOutEndpoint,
  taxonomyEndpoint,
} from '@guanlan/contract/endpoints/session'
import { appError } from '@guanlan/contract/errors'
import type { Request } from 'express'
import type { Actor } from '../../identity/access.ts'
import { homeScope, scopeTree } from '../../identity/access.ts'
import type { Identity } from '../../identity/identity.ts'
import type { Directory } from '../../register/directory.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'

export interface SessionRouteDeps {
  readonly identity: Pick<Identity, 'sessions' | 'accounts'>
  readonly directory: Directory
  /** Local day of now. */
  readonly today: () => string
}

function meOf(actor: Actor, { directory, today }: SessionRouteDeps): Me {
  return {
    id: actor.id,
    name: actor.name,
    ...(actor.email === undefined ? {} : { email: actor.email }),
    kind: actor.kind === 'display' ? 'display' : 'user',
    grants: [...actor.grants],
    home: homeScope(actor, directory, today()),
    locale: actor.locale,
  }
}

function signedIn(actor: Caller | undefined): Actor {
  if (actor === undefined) throw appError('unauthenticated')
  return actor
}

const requestOf = (req: Request) => ({ headers: req.headers, address: req.socket.remoteAddress ?? '' })

/** Sign-in and what the signed-in account may open. */
export function sessionRoutes(deps: SessionRouteDeps): Route[] {
  const { sessions, accounts } = deps.identity
  return [
    route(signInEndpoint, async ({ body, req, res }) => {
      const { status, cookies } = await sessions.signIn(body, requestOf(req))
      res.setHeader('Set-Cookie', cookies)
      return { status }
    }),
    route(secondFactorEndpoint, async ({ body, req, res }) => {
      const { status, cookies } = await sessions.secondFactor(body.code, requestOf(req))
      res.setHeader('Set-Cookie', cookies)
      return { status }
    }),
    route(signOutEndpoint, async ({ req, res }) => {
      res.setHeader('Set-Cookie', await sessions.signOut(req.headers))
      return undefined
    }),
    route(meEndpoint, ({ actor }) => meOf(signedIn(actor), deps)),
    route(changeMeEndpoint, async ({ actor, body }) => {
      const me = signedIn(actor)
      if (me.kind !== 'user') throw appError('forbidden', 'a display has no language of its own')
      await accounts.setLocale(me.id, body.locale)
      return meOf({ ...me, locale: body.locale }, deps)
    }),
    route(scopesEndpoint, ({ actor }) => scopeTree(signedIn(actor), deps.directory, deps.today())),
    route(taxonomyEndpoint, () => ({ categories: [...deps.directory.taxonomy.all] })),
  ]
}

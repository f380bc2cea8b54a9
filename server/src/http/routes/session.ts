import type { Me } from '@guanlan/contract/account'
import {
  changeMeEndpoint,
  finishSingleSignOnEndpoint,
  firstRunEndpoint,
  meEndpoint,
  scopesEndpoint,
  secondFactorEndpoint,
  signInEndpoint,
  signInOptionsEndpoint,
  signOutEndpoint,
  startSingleSignOnEndpoint,
  taxonomyEndpoint,
} from '@guanlan/contract/endpoints/session'
import { appError } from '@guanlan/contract/errors'
import type { Request, Response } from 'express'
import type { Actor } from '../../identity/access.ts'
import { homeScope, scopeTree } from '../../identity/access.ts'
import type { Identity } from '../../identity/identity.ts'
import type { Leading } from '../../identity/oidc.ts'
import type { Directory } from '../../register/directory.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'

export interface SessionRouteDeps {
  readonly identity: Pick<Identity, 'sessions' | 'accounts' | 'firstRun' | 'singleSignOn'>
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
    ...(actor.privacyClass === undefined ? {} : { privacyClass: actor.privacyClass }),
  }
}

function signedIn(actor: Caller | undefined): Actor {
  if (actor === undefined) throw appError('unauthenticated')
  return actor
}

const requestOf = (req: Request) => ({ headers: req.headers, address: req.ip ?? '' })

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
    ...doorRoutes(deps),
    route(taxonomyEndpoint, () => ({ categories: [...deps.directory.taxonomy.all] })),
  ]
}

/** Ways in before anybody has signed in: the first account, and the identity provider. */
function doorRoutes({ identity }: SessionRouteDeps): Route[] {
  const { firstRun } = identity
  function provider() {
    if (identity.singleSignOn === undefined)
      throw appError('not_found', 'no identity provider is configured here')
    return identity.singleSignOn
  }
  function lead(res: Response, { location, cookies }: Leading): undefined {
    res.setHeader('Set-Cookie', [...cookies])
    // Not res.redirect: it writes a page with the address, which may hold a state.
    res.status(303).setHeader('Location', location).end()
  }
  return [
    route(signInOptionsEndpoint, async () => ({
      firstRun: await firstRun.state(),
      singleSignOn: identity.singleSignOn === undefined ? null : { label: identity.singleSignOn.label },
    })),
    route(firstRunEndpoint, async ({ body }) => {
      await firstRun.finish(body)
      return undefined
    }),
    route(startSingleSignOnEndpoint, async ({ query, res }) => lead(res, await provider().start(query.next))),
    route(finishSingleSignOnEndpoint, async ({ req, res }) => {
      const { search } = new URL(req.originalUrl, 'http://local')
      return lead(res, await provider().finish(new URLSearchParams(search), requestOf(req)))
    }),
  ]
}

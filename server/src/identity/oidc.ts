import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import * as client from 'openid-client'
import { z } from 'zod'
import { LocalPath } from '@guanlan/contract/endpoints/session'
import type { SingleSignOnProblem } from '@guanlan/contract/account'
import type { Clock } from '../lib/clock.ts'
import { describeError } from '../lib/logger.ts'
import type { Logger } from '../lib/logger.ts'
import type { OidcAccounts } from './oidc-accounts.ts'
import type { RoleMapping } from './oidc-claims.ts'
import { identifiedBy, isSignOnRefusal, signOnRefusal } from './oidc-claims.ts'
import type { SessionRequest, Sessions } from './sessions.ts'

export interface OidcConfig {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly label: string
  readonly roleClaim: string
  readonly roles: readonly RoleMapping[]
}

/** Where to send the browser, with which cookies. */
export interface Leading {
  readonly location: string
  readonly cookies: readonly string[]
}

/** OpenID Connect: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9207). */
export interface SingleSignOn {
  readonly label: string
  /** To the provider. `next`: path of the page to come back to. */
  start(next: string): Promise<Leading>
  /** Back from the provider; a refusal leads to the sign-in page with its reason. */
  finish(query: URLSearchParams, request: SessionRequest): Promise<Leading>
}

export interface OidcDeps {
  readonly config: OidcConfig
  readonly publicUrl: string
  /** Signs the cookie that ties the way back to this browser. */
  readonly secret: string
  readonly clock: Clock
  readonly logger: Logger
  readonly accounts: OidcAccounts
  readonly sessions: Pick<Sessions, 'signInAs'>
}

const PATH = '/api/v1/session/oidc'
const COOKIE = 'guanlan.oidc'
const LIFE_SECONDS = 600
const TIMEOUT_SECONDS = 10

const Pending = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: LocalPath,
  until: z.number(),
})
type Pending = z.infer<typeof Pending>

function createSeal(secret: string) {
  const sign = (body: string) => createHmac('sha256', secret).update(`oidc.${body}`).digest('base64url')
  return {
    seal(pending: Pending): string {
      const body = Buffer.from(JSON.stringify(pending)).toString('base64url')
      return `${body}.${sign(body)}`
    },
    open(sealed: string, now: number): Pending | undefined {
      const [body = '', signature = ''] = sealed.split('.')
      const wanted = Buffer.from(sign(body))
      const given = Buffer.from(signature)
      if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined
      const parsed = Pending.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')))
      return parsed.success && parsed.data.until > now ? parsed.data : undefined
    },
  }
}

function cookieIn(headers: IncomingHttpHeaders): string {
  const found = (headers.cookie ?? '').split(/; */).find((each) => each.startsWith(`${COOKIE}=`))
  return found?.slice(COOKIE.length + 1) ?? ''
}

/** The description is read at the first sign-on and kept; a provider that cannot be reached is asked again next time. */
function createDiscovery({ config }: OidcDeps): () => Promise<client.Configuration> {
  let known: Promise<client.Configuration> | undefined
  const issuer = new URL(config.issuer)
  return () => {
    known ??= client
      .discovery(issuer, config.clientId, config.clientSecret, undefined, {
        timeout: TIMEOUT_SECONDS,
        // The configuration lets http through for this machine only.
        ...(issuer.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {}),
      })
      .catch((cause: unknown) => {
        known = undefined
        throw signOnRefusal('unavailable', cause)
      })
    return known
  }
}

/** Claims of the verified ID token; userinfo is asked where the address or the roles are not in it. */
async function claimsOf(
  server: client.Configuration,
  tokens: Awaited<ReturnType<typeof client.authorizationCodeGrant>>,
  roleClaim: string,
) {
  const claims = tokens.claims()
  if (claims === undefined) throw signOnRefusal('refused')
  const whole = claims['email'] !== undefined && claims[roleClaim.split('.')[0] ?? ''] !== undefined
  if (whole || server.serverMetadata().userinfo_endpoint === undefined) return claims
  return { ...(await client.fetchUserInfo(server, tokens.access_token, claims.sub)), ...claims }
}

export function createSingleSignOn(deps: OidcDeps): SingleSignOn {
  const { config, publicUrl, secret, clock, logger, accounts, sessions } = deps
  const seal = createSeal(secret)
  const discover = createDiscovery(deps)
  const redirectUri = `${publicUrl}${PATH}/callback`
  // Lax, since the way back begins at the provider; the session itself stays strict.
  const cookie = (value: string, seconds: number) =>
    `${COOKIE}=${value}; Path=${PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${publicUrl.startsWith('https:') ? '; Secure' : ''}`
  const toSignIn = (problem: SingleSignOnProblem): Leading => ({
    location: `/sign-in?problem=${problem}`,
    cookies: [cookie('', 0)],
  })

  async function begin(next: string): Promise<Leading> {
    const server = await discover()
    const verifier = client.randomPKCECodeVerifier()
    const pending = { state: client.randomState(), nonce: client.randomNonce(), verifier, next }
    const url = client.buildAuthorizationUrl(server, {
      redirect_uri: redirectUri,
      scope: 'openid email profile',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: pending.state,
      nonce: pending.nonce,
    })
    const sealed = seal.seal({ ...pending, until: clock.now() + LIFE_SECONDS * 1000 })
    return { location: url.href, cookies: [cookie(sealed, LIFE_SECONDS)] }
  }

  async function complete(query: URLSearchParams, request: SessionRequest): Promise<Leading> {
    const pending = seal.open(cookieIn(request.headers), clock.now())
    if (pending === undefined) throw signOnRefusal('expired')
    const server = await discover()
    const tokens = await client
      .authorizationCodeGrant(server, new URL(`${redirectUri}?${query}`), {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      })
      .catch((cause: unknown) => {
        throw signOnRefusal('refused', cause)
      })
    const who = identifiedBy(await claimsOf(server, tokens, config.roleClaim), config.roleClaim)
    const id = await accounts.accountFor(who)
    return { location: pending.next, cookies: [...(await sessions.signInAs(id, request)), cookie('', 0)] }
  }

  async function guarded(work: () => Promise<Leading>): Promise<Leading> {
    try {
      return await work()
    } catch (error) {
      const problem = isSignOnRefusal(error) ? error.problem : 'unavailable'
      // The reason is for the operator; codes, tokens and claims are in none of it.
      const cause =
        error instanceof Error && error.cause !== undefined ? describeError(error.cause) : undefined
      logger.warn(
        { problem, reason: cause?.message ?? describeError(error).message },
        'a single sign-on failed',
      )
      return toSignIn(problem)
    }
  }
  return {
    label: config.label,
    start: (next) => guarded(() => begin(next)),
    finish: (query, request) => guarded(() => complete(query, request)),
  }
}

import type { IncomingHttpHeaders } from 'node:http'
import { appError } from '@guanlan/contract/errors'
import { ask, cookieHeaders } from './ask.ts'
import type { Accounts } from './accounts.ts'
import type { Actor } from './access.ts'
import type { Audit } from './audit.ts'
import type { Auth } from './auth.ts'
import type { SignInThrottle } from './sign-in-throttle.ts'

/** Cookies to set, and whether the second factor is still owed. */
export interface SignInResult {
  readonly status: 'signed-in' | 'second-factor'
  readonly cookies: readonly string[]
}

/** A request as far as sessions need it. */
export interface SessionRequest {
  readonly headers: IncomingHttpHeaders
  /** Address of the caller, for the limit of tries; kept in memory only. */
  readonly address: string
}

export interface Sessions {
  actorFromHeaders(headers: IncomingHttpHeaders): Promise<Actor | undefined>
  /** @throws appError unauthenticated (one answer, whatever was wrong) or too_many_requests */
  signIn(input: { email: string; password: string }, request: SessionRequest): Promise<SignInResult>
  /** The second step; takes six digits or a recovery code. */
  secondFactor(code: string, request: SessionRequest): Promise<SignInResult>
  /** Signs in an account that single sign-on vouches for; resolves with the cookies to set. @throws appError unauthenticated when it is closed */
  signInAs(userId: string, request: SessionRequest): Promise<readonly string[]>
  /** Ends the session of these cookies; resolves with the cookies that clear it. */
  signOut(headers: IncomingHttpHeaders): Promise<readonly string[]>
}

interface SessionDeps {
  auth: Auth
  accounts: Pick<Accounts, 'grantsOf'>
  audit: Audit
  throttle: SignInThrottle
}

const refused = () => appError('unauthenticated', 'the address or the password is not right')

async function verifyCode(auth: Auth, code: string, headers: Headers) {
  const returnHeaders = true as const
  return /^\d{6}$/.test(code)
    ? ask(() => auth.api.verifyTOTP({ body: { code }, headers, returnHeaders }))
    : ask(() => auth.api.verifyBackupCode({ body: { code }, headers, returnHeaders }))
}

export function createSessions({ auth, accounts, audit, throttle }: SessionDeps): Sessions {
  async function sessionOf(headers: IncomingHttpHeaders) {
    if (headers.cookie === undefined) return undefined
    const found = await ask(() =>
      auth.api.getSession({ headers: cookieHeaders(headers), query: { disableCookieCache: true } }),
    )
    return found === null || found === undefined || found.user.disabledAt ? undefined : found
  }

  /** A session that came with the request ends when another begins: nobody keeps a cookie that was planted. */
  async function endPrevious(headers: IncomingHttpHeaders): Promise<void> {
    const previous = await sessionOf(headers)
    if (previous === undefined) return
    await ask(() => auth.api.signOut({ headers: cookieHeaders(headers) }))
  }

  return {
    async actorFromHeaders(headers) {
      const found = await sessionOf(headers)
      if (found === undefined) return undefined
      const { id, name, email, locale } = found.user
      return {
        kind: 'user',
        id,
        name,
        email,
        grants: accounts.grantsOf(id),
        locale: locale === 'en' ? 'en' : 'zh-CN',
      }
    },
    async signIn({ email, password }, request) {
      await throttle.admit(email, request.address)
      // Without the request's cookies: a sign-in never builds on a session that it did not make.
      const answer = await ask(() =>
        auth.api.signInEmail({ body: { email, password }, headers: new Headers(), returnHeaders: true }),
      )
      if (answer === undefined) {
        const locked = await throttle.failed(email)
        await audit.append('anonymous', locked ? 'session.locked' : 'session.refused', 'account')
        throw refused()
      }
      await throttle.succeeded(email)
      await endPrevious(request.headers)
      const cookies = answer.headers.getSetCookie()
      if ('twoFactorRedirect' in answer.response) return { status: 'second-factor', cookies }
      await audit.append(answer.response.user.id, 'session.sign-in', answer.response.user.id)
      return { status: 'signed-in', cookies }
    },
    async secondFactor(code, request) {
      // The library counts wrong codes by account and locks it after ten; the address limit holds here too.
      await throttle.admit('', request.address)
      const answer = await verifyCode(auth, code, cookieHeaders(request.headers))
      if (answer === undefined) {
        await audit.append('anonymous', 'session.code-refused', 'account')
        throw appError('unauthenticated', 'the code is not right, or the sign-in took too long')
      }
      await audit.append(answer.response.user.id, 'session.sign-in', answer.response.user.id, {
        secondFactor: true,
      })
      return { status: 'signed-in', cookies: answer.headers.getSetCookie() }
    },
    async signInAs(userId, request) {
      const answer = await ask(() =>
        auth.api.beginTrustedSession({ body: { userId }, headers: new Headers(), returnHeaders: true }),
      )
      if (answer === undefined) throw appError('unauthenticated', 'this account is closed')
      await endPrevious(request.headers)
      await audit.append(userId, 'session.sign-in', userId, { singleSignOn: true })
      return answer.headers.getSetCookie()
    },
    async signOut(headers) {
      const current = await sessionOf(headers)
      const answer = await ask(() =>
        auth.api.signOut({ headers: cookieHeaders(headers), returnHeaders: true }),
      )
      if (current !== undefined) await audit.append(current.user.id, 'session.sign-out', current.user.id)
      return answer?.headers.getSetCookie() ?? []
    },
  }
}

import type { IncomingHttpHeaders } from 'node:http'
import { appError } from '@guanlan/contract/errors'
import type { Actor } from './access.ts'
import type { Accounts } from './accounts.ts'
import type { Audit } from './audit.ts'
import type { Auth } from './auth.ts'
import { ask, cookieHeaders } from './ask.ts'

/** What people change about their own account; each step but the last takes the password or a code again. */
export interface OwnAccount {
  /** Ends every session, this one included. */
  changePassword(
    actor: Actor,
    headers: IncomingHttpHeaders,
    change: { current: string; password: string },
  ): Promise<void>
  beginSecondFactor(
    headers: IncomingHttpHeaders,
    password: string,
  ): Promise<{ uri: string; recoveryCodes: string[] }>
  /** Resolves with the cookies of the session that replaces this one. */
  confirmSecondFactor(actor: Actor, headers: IncomingHttpHeaders, code: string): Promise<readonly string[]>
  removeSecondFactor(actor: Actor, headers: IncomingHttpHeaders, password: string): Promise<readonly string[]>
}

const wrongPassword = () => appError('forbidden', 'the password is not right', { pointer: '/password' })

export function createOwnAccount(deps: {
  auth: Auth
  accounts: Pick<Accounts, 'setPassword'>
  audit: Audit
}): OwnAccount {
  const { auth, accounts, audit } = deps
  return {
    async changePassword(actor, headers, { current, password }) {
      const answer = await ask(() =>
        auth.api.verifyPassword({ body: { password: current }, headers: cookieHeaders(headers) }),
      )
      if (answer === undefined) throw wrongPassword()
      await accounts.setPassword(actor.id, actor.id, password)
    },
    async beginSecondFactor(headers, password) {
      const answer = await ask(() =>
        auth.api.enableTwoFactor({ body: { password, method: 'totp' }, headers: cookieHeaders(headers) }),
      )
      if (answer === undefined || !('totpURI' in answer)) throw wrongPassword()
      return { uri: answer.totpURI, recoveryCodes: answer.backupCodes }
    },
    async confirmSecondFactor(actor, headers, code) {
      const answer = await ask(() =>
        auth.api.verifyTOTP({ body: { code }, headers: cookieHeaders(headers), returnHeaders: true }),
      )
      if (answer === undefined) throw appError('forbidden', 'the code is not right', { pointer: '/code' })
      await audit.append(actor.id, 'account.second-factor', actor.id, { on: true })
      return answer.headers.getSetCookie()
    },
    async removeSecondFactor(actor, headers, password) {
      const answer = await ask(() =>
        auth.api.disableTwoFactor({
          body: { password },
          headers: cookieHeaders(headers),
          returnHeaders: true,
        }),
      )
      if (answer === undefined) throw wrongPassword()
      await audit.append(actor.id, 'account.second-factor', actor.id, { on: false })
      return answer.headers.getSetCookie()
    },
  }
}

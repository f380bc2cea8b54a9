import type { Account, Grant } from '@guanlan/contract/account'
import {
  changeAccountEndpoint,
  changePasswordEndpoint,
  confirmSecondFactorEndpoint,
  createAccountEndpoint,
  listAccountsEndpoint,
  removeSecondFactorEndpoint,
  resetAccountEndpoint,
  setUpSecondFactorEndpoint,
  useLinkEndpoint,
} from '@guanlan/contract/endpoints/access'
import { appError } from '@guanlan/contract/errors'
import type { AccountInfo } from '../../identity/accounts.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'
import type { AccessRouteDeps } from './keys.ts'
import { createManages } from './keys.ts'

const toAccount = (info: AccountInfo): Account => ({ ...info, grants: [...info.grants] })

function ownOnly(actor: Caller | undefined): Caller {
  if (actor?.kind !== 'user') throw appError('forbidden', 'only an account can do that')
  return actor
}

/** Accounts of the units that the caller administers. Nobody changes their own roles. */
export function accountRoutes(deps: AccessRouteDeps): Route[] {
  const { accounts, links } = deps.identity
  const manages = createManages(deps)
  /** An auditor reads the audit of the whole organisation, whatever unit the role is held over. */
  const careOf = ({ role, unitId }: Grant) => (role === 'auditor' ? deps.directory.root : unitId)
  const managesAll = (actor: Caller | undefined, grants: readonly Grant[]) =>
    grants.every((grant) => manages(actor, careOf(grant)))
  /** An account without roles belongs to no unit: it is in the care of the organisation's administrators. */
  const managesAccount = (actor: Caller | undefined, { grants }: Pick<AccountInfo, 'grants'>) =>
    grants.length === 0 ? manages(actor, deps.directory.root) : managesAll(actor, grants)

  function requireGrants(actor: Caller | undefined, grants: readonly Grant[]): void {
    if (managesAll(actor, grants)) return
    throw appError('forbidden', 'a role names a unit that is not in your care', { pointer: '/grants' })
  }
  async function requireAccount(actor: Caller | undefined, id: string): Promise<AccountInfo> {
    const account = await accounts.get(id)
    if (account === undefined || !managesAccount(actor, account))
      throw appError('not_found', 'no account has this id')
    if (account.id === actor?.id) throw appError('forbidden', 'another administrator changes your account')
    return account
  }
  return [
    route(listAccountsEndpoint, async ({ actor }) => ({
      accounts: (await accounts.list()).filter((account) => managesAccount(actor, account)).map(toAccount),
    })),
    route(createAccountEndpoint, async ({ actor, body }) => {
      if (!managesAccount(actor, body))
        throw appError('forbidden', 'a role names a unit that is not in your care, or there is none', {
          pointer: '/grants',
        })
      const { email, name, grants, locale } = body
      // The random password is thrown away: the owner sets one through the invitation.
      const made = await accounts.create(actor?.id ?? '', {
        email,
        name,
        grants,
        ...(locale === undefined ? {} : { locale }),
      })
      const invitation = await links.create(actor?.id ?? '', 'invitation', made.id)
      const { password: _thrownAway, ...account } = made
      return { account: toAccount(account), invitation }
    }),
    route(changeAccountEndpoint, async ({ actor, params, body }) => {
      let account = await requireAccount(actor, params.id)
      if (body.grants !== undefined) {
        requireGrants(actor, body.grants)
        account = await accounts.setGrants(actor?.id ?? '', params.id, body.grants)
      }
      if (body.disabled !== undefined)
        account = await accounts.setDisabled(actor?.id ?? '', params.id, body.disabled)
      return toAccount(account)
    }),
    route(resetAccountEndpoint, async ({ actor, params }) => {
      await requireAccount(actor, params.id)
      return links.create(actor?.id ?? '', 'reset', params.id)
    }),
  ]
}

/** What people do about their own account. */
export function ownAccountRoutes({ identity }: AccessRouteDeps): Route[] {
  const { own, links } = identity
  return [
    route(useLinkEndpoint, async ({ body }) => {
      await links.use(body.token, body.password)
      return undefined
    }),
    route(changePasswordEndpoint, async ({ actor, body, req }) => {
      await own.changePassword(ownOnly(actor), req.headers, body)
      return undefined
    }),
    route(setUpSecondFactorEndpoint, async ({ actor, body, req }) => {
      ownOnly(actor)
      return own.beginSecondFactor(req.headers, body.password)
    }),
    route(confirmSecondFactorEndpoint, async ({ actor, body, req, res }) => {
      res.setHeader('Set-Cookie', await own.confirmSecondFactor(ownOnly(actor), req.headers, body.code))
      return undefined
    }),
    route(removeSecondFactorEndpoint, async ({ actor, body, req, res }) => {
      res.setHeader('Set-Cookie', await own.removeSecondFactor(ownOnly(actor), req.headers, body.password))
      return undefined
    }),
  ]
}

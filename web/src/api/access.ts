import type { AccountChange, AccountRequest, FirstRun } from '@guanlan/contract/account'
import {
  changeAccountEndpoint,
  changePasswordEndpoint,
  confirmSecondFactorEndpoint,
  createAccountEndpoint,
  createKeyEndpoint,
  createTokenEndpoint,
  listAccountsEndpoint,
  listKeysEndpoint,
  listTokensEndpoint,
  removeSecondFactorEndpoint,
  resetAccountEndpoint,
  revokeKeyEndpoint,
  revokeTokenEndpoint,
  rotateKeyEndpoint,
  setUpSecondFactorEndpoint,
  useLinkEndpoint,
} from '@guanlan/contract/endpoints/access'
import {
  endOtherSessionsEndpoint,
  endOwnSessionEndpoint,
  ownSecurityEndpoint,
} from '@guanlan/contract/endpoints/own-sessions'
import {
  firstRunEndpoint,
  firstStepsEndpoint,
  signInOptionsEndpoint,
  startSingleSignOnEndpoint,
} from '@guanlan/contract/endpoints/session'
import type { DisplayTokenRequest, KeyRequest } from '@guanlan/contract/key'
import { at } from './address.ts'
import { call } from './client.ts'

/** Accounts, keys, tokens and the own account. Each rejects with ApiFailure only. */
export const accessApi = {
  accounts: async () => (await call(listAccountsEndpoint)).accounts,
  createAccount: (request: AccountRequest) => call(createAccountEndpoint, request),
  changeAccount: (id: string, change: AccountChange) => call(at(changeAccountEndpoint, { id }), change),
  resetAccount: (id: string) => call(at(resetAccountEndpoint, { id })),

  keys: async () => (await call(listKeysEndpoint)).keys,
  createKey: (request: KeyRequest) => call(createKeyEndpoint, request),
  rotateKey: (id: string, overlapHours: number) => call(at(rotateKeyEndpoint, { id }), { overlapHours }),
  revokeKey: (id: string) => call(at(revokeKeyEndpoint, { id })),

  tokens: async () => (await call(listTokensEndpoint)).tokens,
  createToken: (request: DisplayTokenRequest) => call(createTokenEndpoint, request),
  revokeToken: (id: string) => call(at(revokeTokenEndpoint, { id })),

  signInOptions: () => call(signInOptionsEndpoint),
  singleSignOn: (next: string) => at(startSingleSignOnEndpoint, {}, { next }).path,
  firstRun: (request: FirstRun) => call(firstRunEndpoint, request),
  firstSteps: () => call(firstStepsEndpoint),
  useLink: (token: string, password: string) => call(useLinkEndpoint, { token, password }),
  security: () => call(ownSecurityEndpoint),
  endSession: (id: string) => call(at(endOwnSessionEndpoint, { id })),
  endOtherSessions: () => call(endOtherSessionsEndpoint),
  changePassword: (current: string, password: string) => call(changePasswordEndpoint, { current, password }),
  beginSecondFactor: (password: string) => call(setUpSecondFactorEndpoint, { password }),
  confirmSecondFactor: (code: string) => call(confirmSecondFactorEndpoint, { code }),
  removeSecondFactor: (password: string) => call(removeSecondFactorEndpoint, { password }),
}

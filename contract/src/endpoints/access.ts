import { z } from 'zod'
import {
  Account,
  AccountChange,
  AccountRequest,
  CreatedLink,
  LinkUse,
  PasswordChange,
  SecondFactorSetUp,
} from '../account.ts'
import { endpoint } from '../endpoint.ts'
import {
  CreatedDisplayToken,
  CreatedKey,
  DisplayToken,
  DisplayTokenRequest,
  Key,
  KeyRequest,
  KeyRotation,
} from '../key.ts'
import { SecondFactor } from './session.ts'

const Id = z.strictObject({ id: z.string().min(1).max(64) })
const administrators = { roles: ['sysadmin'] } as const

export const listKeysEndpoint = endpoint({
  operationId: 'listKeys',
  method: 'get',
  path: '/api/v1/keys',
  summary: 'Keys of sources in the units of the caller',
  tag: 'access',
  access: administrators,
  response: z.strictObject({ keys: z.array(Key) }),
})

export const createKeyEndpoint = endpoint({
  operationId: 'createKey',
  method: 'post',
  path: '/api/v1/keys',
  summary: 'Make a key; the secret is in this answer only',
  tag: 'access',
  access: administrators,
  body: KeyRequest,
  response: CreatedKey,
  status: 201,
})

export const rotateKeyEndpoint = endpoint({
  operationId: 'rotateKey',
  method: 'post',
  path: '/api/v1/keys/:id/rotation',
  summary: 'Make a second key for the same source; the old one ends after the overlap',
  tag: 'access',
  access: administrators,
  params: Id,
  body: KeyRotation,
  response: CreatedKey,
  status: 201,
})

export const revokeKeyEndpoint = endpoint({
  operationId: 'revokeKey',
  method: 'delete',
  path: '/api/v1/keys/:id',
  summary: 'End a key at once',
  tag: 'access',
  access: administrators,
  params: Id,
  response: Key,
})

export const listTokensEndpoint = endpoint({
  operationId: 'listDisplayTokens',
  method: 'get',
  path: '/api/v1/display-tokens',
  summary: 'Display tokens of walls in the units of the caller',
  tag: 'access',
  access: administrators,
  response: z.strictObject({ tokens: z.array(DisplayToken) }),
})

export const createTokenEndpoint = endpoint({
  operationId: 'createDisplayToken',
  method: 'post',
  path: '/api/v1/display-tokens',
  summary: 'Make a display token; the secret is in this answer only',
  tag: 'access',
  access: administrators,
  body: DisplayTokenRequest,
  response: CreatedDisplayToken,
  status: 201,
})

export const revokeTokenEndpoint = endpoint({
  operationId: 'revokeDisplayToken',
  method: 'delete',
  path: '/api/v1/display-tokens/:id',
  summary: 'End a display token at once',
  tag: 'access',
  access: administrators,
  params: Id,
  response: DisplayToken,
})

export const listAccountsEndpoint = endpoint({
  operationId: 'listAccounts',
  method: 'get',
  path: '/api/v1/accounts',
  summary: 'Accounts and their roles',
  tag: 'access',
  access: administrators,
  response: z.strictObject({ accounts: z.array(Account) }),
})

export const createAccountEndpoint = endpoint({
  operationId: 'createAccount',
  method: 'post',
  path: '/api/v1/accounts',
  summary: 'Make an account and an invitation link, with which its owner sets the password',
  tag: 'access',
  access: administrators,
  body: AccountRequest,
  response: z.strictObject({ account: Account, invitation: CreatedLink }),
  status: 201,
})

export const changeAccountEndpoint = endpoint({
  operationId: 'changeAccount',
  method: 'patch',
  path: '/api/v1/accounts/:id',
  summary: 'Change roles, or close and open an account; its sessions end',
  tag: 'access',
  access: administrators,
  params: Id,
  body: AccountChange,
  response: Account,
})

export const resetAccountEndpoint = endpoint({
  operationId: 'resetAccount',
  method: 'post',
  path: '/api/v1/accounts/:id/reset',
  summary: 'Make a one-time link with which the owner sets a new password; shown once',
  tag: 'access',
  access: administrators,
  params: Id,
  response: CreatedLink,
  status: 201,
})

export const useLinkEndpoint = endpoint({
  operationId: 'useLink',
  method: 'post',
  path: '/api/v1/session/link',
  summary: 'Set the password with a one-time link; then sign in with it',
  tag: 'session',
  access: 'public',
  body: LinkUse,
  status: 204,
})

export const changePasswordEndpoint = endpoint({
  operationId: 'changePassword',
  method: 'put',
  path: '/api/v1/me/password',
  summary: 'Change the own password; every session ends',
  tag: 'session',
  access: 'session',
  body: PasswordChange,
  status: 204,
})

export const setUpSecondFactorEndpoint = endpoint({
  operationId: 'setUpSecondFactor',
  method: 'post',
  path: '/api/v1/me/second-factor',
  summary: 'Begin to set up an authenticator; it counts once a code was confirmed',
  tag: 'session',
  access: 'session',
  body: z.strictObject({ password: z.string().min(1).max(256) }),
  response: SecondFactorSetUp,
})

export const confirmSecondFactorEndpoint = endpoint({
  operationId: 'confirmSecondFactor',
  method: 'post',
  path: '/api/v1/me/second-factor/confirmation',
  summary: 'Confirm the authenticator with a code',
  tag: 'session',
  access: 'session',
  body: SecondFactor,
  status: 204,
})

export const removeSecondFactorEndpoint = endpoint({
  operationId: 'removeSecondFactor',
  method: 'delete',
  path: '/api/v1/me/second-factor',
  summary: 'Remove the authenticator; takes the password',
  tag: 'session',
  access: 'session',
  body: z.strictObject({ password: z.string().min(1).max(256) }),
  status: 204,
})

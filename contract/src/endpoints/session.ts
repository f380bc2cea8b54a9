import { z } from 'zod'
import { Me, SignIn } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { ScopeTree } from '../register.ts'
import { Category } from '../taxonomy.ts'

/** Signed in, or one step before it: the account has a second factor and the code is still owed. */
export const SignInAnswer = z.strictObject({ status: z.enum(['signed-in', 'second-factor']) })
export type SignInAnswer = z.infer<typeof SignInAnswer>

/** Six digits of the authenticator, or one of the recovery codes given at set-up. */
export const SecondFactor = z.strictObject({ code: z.string().min(6).max(32) })
export type SecondFactor = z.infer<typeof SecondFactor>

export const MeChange = z.strictObject({ locale: z.enum(['zh-CN', 'en']) })
export type MeChange = z.infer<typeof MeChange>

export const TaxonomyAnswer = z.strictObject({ categories: z.array(Category) })
export type TaxonomyAnswer = z.infer<typeof TaxonomyAnswer>

export const signInEndpoint = endpoint({
  operationId: 'signIn',
  method: 'post',
  path: '/api/v1/session',
  summary: 'Sign in with address and password; the session cookie comes with the answer',
  tag: 'session',
  access: 'public',
  body: SignIn,
  response: SignInAnswer,
})

export const secondFactorEndpoint = endpoint({
  operationId: 'signInSecondFactor',
  method: 'post',
  path: '/api/v1/session/second-factor',
  summary: 'The second step of a sign-in',
  tag: 'session',
  access: 'public',
  body: SecondFactor,
  response: SignInAnswer,
})

export const signOutEndpoint = endpoint({
  operationId: 'signOut',
  method: 'delete',
  path: '/api/v1/session',
  summary: 'End this session',
  tag: 'session',
  access: 'session',
})

export const meEndpoint = endpoint({
  operationId: 'getMe',
  method: 'get',
  path: '/api/v1/me',
  summary: 'Who is signed in',
  tag: 'session',
  access: 'session',
  response: Me,
})

export const changeMeEndpoint = endpoint({
  operationId: 'changeMe',
  method: 'put',
  path: '/api/v1/me',
  summary: 'Change the language of the own account',
  tag: 'session',
  access: 'session',
  body: MeChange,
  response: Me,
})

export const scopesEndpoint = endpoint({
  operationId: 'getScopes',
  method: 'get',
  path: '/api/v1/scopes',
  summary: 'Units and groups that this account may open',
  tag: 'session',
  access: 'session',
  response: ScopeTree,
})

export const taxonomyEndpoint = endpoint({
  operationId: 'getTaxonomy',
  method: 'get',
  path: '/api/v1/taxonomy',
  summary: 'The harm categories in force',
  tag: 'session',
  access: 'session',
  response: TaxonomyAnswer,
})

import { z } from 'zod'
import { FirstRun, FirstSteps, Me, SignIn, SignInOptions } from '../account.ts'
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

export const signInOptionsEndpoint = endpoint({
  operationId: 'getSignInOptions',
  method: 'get',
  path: '/api/v1/session/options',
  summary: 'Ways to sign in, and whether the installation still waits for its first account',
  tag: 'session',
  access: 'public',
  response: SignInOptions,
})

export const firstRunEndpoint = endpoint({
  operationId: 'finishFirstRun',
  method: 'post',
  path: '/api/v1/first-run',
  summary:
    'Make the organisation and its first account (a system administrator) with the link printed at the start',
  tag: 'session',
  access: 'public',
  body: FirstRun,
  status: 204,
})

export const firstStepsEndpoint = endpoint({
  operationId: 'getFirstSteps',
  method: 'get',
  path: '/api/v1/first-steps',
  summary: 'How far a new installation has come, up to its first wall',
  tag: 'session',
  access: { roles: ['sysadmin', 'communications'] },
  response: FirstSteps,
})

/** A path of this product, so that a sign-in leads back and nowhere else. */
export const LocalPath = z
  .string()
  .max(300)
  .regex(/^\/(?![/\\])[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/, 'takes a path of this product')

export const startSingleSignOnEndpoint = endpoint({
  operationId: 'startSingleSignOn',
  method: 'get',
  path: '/api/v1/session/oidc',
  summary: 'Leads the browser to the identity provider (303)',
  tag: 'session',
  access: 'public',
  query: z.strictObject({ next: LocalPath.default('/') }),
  status: 303,
})

export const finishSingleSignOnEndpoint = endpoint({
  operationId: 'finishSingleSignOn',
  method: 'get',
  path: '/api/v1/session/oidc/callback',
  summary: 'Where the identity provider sends the browser back; leads on to a page (303)',
  tag: 'session',
  access: 'public',
  query: z.looseObject({}),
  status: 303,
})

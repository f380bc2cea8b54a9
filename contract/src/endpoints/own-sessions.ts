import { z } from 'zod'
import { endpoint } from '../endpoint.ts'

/** A session of the own account. Where it was opened is not kept. */
export const OwnSession = z.strictObject({
  id: z.string(),
  signedInAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  /** The one that asks. */
  current: z.boolean(),
})
export type OwnSession = z.infer<typeof OwnSession>

export const OwnSecurity = z.strictObject({
  secondFactor: z.boolean(),
  /** False: the account signs in at the identity provider alone and has no password here. */
  hasPassword: z.boolean(),
  sessions: z.array(OwnSession),
})
export type OwnSecurity = z.infer<typeof OwnSecurity>

export const ownSecurityEndpoint = endpoint({
  operationId: 'getOwnSecurity',
  method: 'get',
  path: '/api/v1/me/security',
  summary: 'How the own account signs in, and where it is signed in now',
  tag: 'session',
  access: 'session',
  response: OwnSecurity,
})

export const endOwnSessionEndpoint = endpoint({
  operationId: 'endOwnSession',
  method: 'delete',
  path: '/api/v1/me/sessions/:id',
  summary: 'End one other session of the own account',
  tag: 'session',
  access: 'session',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  status: 204,
})

export const endOtherSessionsEndpoint = endpoint({
  operationId: 'endOtherSessions',
  method: 'delete',
  path: '/api/v1/me/sessions',
  summary: 'End every session of the own account but this one',
  tag: 'session',
  access: 'session',
  status: 204,
})

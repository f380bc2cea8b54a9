import type { IncomingMessage } from 'node:http'
import type { Access, Endpoint } from '@guanlan/contract/endpoint'
import type { Role } from '@guanlan/contract/account'
import type { Request, Response } from 'express'
import type { z } from 'zod'
import type { Actor } from '../identity/access.ts'
import type { KeyIdentity } from '../identity/keys.ts'

/** Who is asking: an account, a display, or an ingest key as presented. */
export type Caller = Actor
export type KeyCaller = KeyIdentity

type Output<S> = S extends z.ZodType ? z.output<S> : undefined
type Input<S> = S extends z.ZodType ? z.input<S> : unknown

export interface RouteContext<E extends Endpoint = Endpoint> {
  /** The account or display behind the request; absent for keys and for public routes without a session. */
  readonly actor: Caller | undefined
  readonly key: KeyCaller | undefined
  readonly params: Output<E['params']>
  readonly query: Output<E['query']>
  readonly body: Output<E['body']>
  readonly req: Request
  readonly res: Response
}

/** What the server does for one endpoint of the contract. A handler answers with the data, or throws an `appError`. */
export interface Route {
  readonly endpoint: Endpoint
  readonly handler: (context: RouteContext) => Promise<unknown>
}

/** Ties a handler to its endpoint with the types of both. */
export function route<E extends Endpoint>(
  endpoint: E,
  handler: (context: RouteContext<E>) => Promise<Input<E['response']>> | Input<E['response']>,
): Route {
  return { endpoint, handler: async (context) => handler(context as unknown as RouteContext<E>) }
}

/** The functions of the identity module that the edges call. */
export interface EdgeIdentity {
  authenticateKey(bearer: string): Promise<KeyCaller | undefined>
  actorFromHeaders(headers: IncomingMessage['headers']): Promise<Caller | undefined>
  actorFromDisplayToken(token: string): Promise<Caller | undefined>
}

const ACCESS_WORDS = new Set<unknown>(['public', 'session', 'key'])

/** Refuses a route that does not say who may use it: nothing is open by default. */
export function assertAccess(endpoint: { operationId: string; access?: Access | undefined }): void {
  const access: unknown = endpoint.access
  if (ACCESS_WORDS.has(access)) return
  if (typeof access === 'object' && access !== null && rolesOf(access as Access).length > 0) return
  throw new Error(`the route ${endpoint.operationId} does not say who may use it`)
}

export function rolesOf(access: Access): readonly Role[] {
  if (typeof access === 'string') return []
  return ('roles' in access ? access.roles : access.rolesOrKey) ?? []
}

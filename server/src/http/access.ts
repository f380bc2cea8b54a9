import type { IncomingMessage } from 'node:http'
import type { Access } from '@guanlan/contract/endpoint'
import { appError } from '@guanlan/contract/errors'
import { rolesOf, type Caller, type EdgeIdentity, type KeyCaller } from './route.ts'

export interface Callers {
  readonly actor: Caller | undefined
  readonly key: KeyCaller | undefined
}

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i

/** Who is behind a request: a bearer is a key or a display token, otherwise the session cookie counts. */
export async function identify(
  identity: EdgeIdentity,
  headers: IncomingMessage['headers'],
): Promise<Callers> {
  if (headers.authorization === undefined) {
    const actor = headers.cookie === undefined ? undefined : await identity.actorFromHeaders(headers)
    return { actor, key: undefined }
  }
  const secret = BEARER.exec(headers.authorization)?.[1]
  if (secret === undefined) return { actor: undefined, key: undefined }
  const key = await identity.authenticateKey(secret)
  if (key !== undefined) return { actor: undefined, key: key.state === 'ok' ? key : undefined }
  return { actor: await identity.actorFromDisplayToken(secret), key: undefined }
}

/**
 * Holds an endpoint's access against who is asking. A key opens `rolesOrKey` only when it may read.
 * @throws appError unauthenticated when nobody is behind the request, forbidden when the wrong one is
 */
export function enforceAccess(access: Access, { actor, key }: Callers): void {
  if (access === 'public') return
  if (actor === undefined && key === undefined) throw appError('unauthenticated')
  if (access === 'session') {
    if (actor === undefined) throw appError('forbidden')
    return
  }
  if (access === 'key') {
    if (key === undefined) throw appError('forbidden', 'This address takes an ingest key')
    return
  }
  if (key !== undefined) {
    if ('rolesOrKey' in access && key.mayRead) return
    throw appError('forbidden', 'This key may not read')
  }
  const roles = rolesOf(access)
  if (!actor?.grants.some((grant) => roles.includes(grant.role))) throw appError('forbidden')
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Cross-site request forgery: a request that changes something and could ride on a cookie must come from this site.
 * (The cookie is same-site too; this holds where a browser or a sibling host does not.)
 * @throws appError forbidden
 */
export function requireSameOrigin(
  method: string,
  headers: IncomingMessage['headers'],
  publicOrigin: string,
): void {
  if (SAFE.has(method) || headers.authorization !== undefined) return
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  if (origin === undefined) {
    if (site === undefined || site === 'same-origin' || site === 'none') return
    throw appError('forbidden', 'The request comes from another site')
  }
  if (!isSameOrigin(origin, host, publicOrigin))
    throw appError('forbidden', 'The request comes from another site')
}

/** True for the product's own address, as configured or as the browser reached it. */
export function isSameOrigin(origin: string, host: string | undefined, publicOrigin: string): boolean {
  if (origin === publicOrigin) return true
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}

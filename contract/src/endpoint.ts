import type { z } from 'zod'
import type { Role } from './account.ts'

/**
 * Who may call an endpoint: nobody signed in is needed (`public`), any signed-in account (`session`), the roles
 * named, or an ingest key (`key`). A route without access does not exist: nothing is open by default.
 */
export type Access =
  'public' | 'session' | 'key' | { roles: readonly Role[] } | { rolesOrKey: readonly Role[] }

/** One HTTP operation, described once: the server implements it, the browser calls it, OpenAPI is made from it. */
export interface Endpoint {
  readonly operationId: string
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Path with `:name` parameters. */
  readonly path: string
  readonly summary: string
  readonly tag: string
  readonly access: Access
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** Where a body may be larger than the usual 256 KiB, in bytes. */
  readonly bodyLimitBytes?: number
  /** Absent: 204, or a non-JSON answer described in `produces`. */
  readonly response?: z.ZodType
  readonly produces?: string
  readonly status?: number
}

export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition
}

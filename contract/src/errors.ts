import { z } from 'zod'
import { Rejection } from './event.ts'

/** Every error that leaves the server, as data: one code, one status, one plain title. */
export const ERRORS = {
  bad_request: { status: 400, title: 'The request could not be read' },
  unauthenticated: { status: 401, title: 'Sign in, or send a valid key' },
  forbidden: { status: 403, title: 'This account or key may not do that' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  conflict: { status: 409, title: 'Something else changed first' },
  too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'This media type is not taken here' },
  unprocessable: { status: 422, title: 'Nothing in the request is usable' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The server failed' },
  unavailable: { status: 503, title: 'Not able to take this now' },
} as const
export type ErrorCode = keyof typeof ERRORS

/** RFC 9457 problem details. */
export const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  /** JSON pointer to the input that has to be mended. */
  pointer: z.string().optional(),
  rejected: z.array(Rejection).optional(),
})
export type Problem = z.infer<typeof Problem>

export interface AppError extends Error {
  readonly code: ErrorCode
  readonly detail?: string
  readonly pointer?: string
  readonly retryAfterSeconds?: number
}

/**
 * Makes an error that the transports map to a status. `detail` says what to mend and is shown to the caller,
 * so it never holds message text, a sender or an upstream id.
 */
export function appError(
  code: ErrorCode,
  detail?: string,
  extra: { pointer?: string; retryAfterSeconds?: number; cause?: unknown } = {},
): AppError {
  const error = new Error(
    detail ?? ERRORS[code].title,
    extra.cause === undefined ? undefined : { cause: extra.cause },
  )
  return Object.assign(error, {
    name: 'AppError',
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(extra.pointer === undefined ? {} : { pointer: extra.pointer }),
    ...(extra.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: extra.retryAfterSeconds }),
  })
}

export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError' && 'code' in error
}

export function toProblem(error: AppError): Problem {
  const { status, title } = ERRORS[error.code]
  return {
    type: `urn:guanlan:error:${error.code}`,
    title,
    status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.pointer === undefined ? {} : { pointer: error.pointer }),
  }
}

import { appError, ERRORS, isAppError, toProblem, type AppError } from '@guanlan/contract/errors'
import type { ErrorRequestHandler, Response } from 'express'
import type { z } from 'zod'
import type { Logger } from '../lib/logger.ts'

const PARSER_ERRORS: Record<string, AppError> = {
  'entity.parse.failed': appError('bad_request', 'The body is not JSON'),
  'entity.too.large': appError('too_large'),
  'encoding.unsupported': appError('unsupported_media_type', 'This content encoding is not taken here'),
  'charset.unsupported': appError('unsupported_media_type', 'The body has to be UTF-8'),
  'request.aborted': appError('bad_request', 'The body was cut short'),
  'request.size.invalid': appError('bad_request', 'The body was cut short'),
}

/** Any thrown value as an error of the contract. What is not known becomes `internal` and says nothing of itself. */
export function toAppError(thrown: unknown): AppError {
  if (isAppError(thrown)) return thrown
  if (typeof thrown === 'object' && thrown !== null) {
    const { type, status } = thrown as { type?: unknown; status?: unknown }
    const known = typeof type === 'string' ? PARSER_ERRORS[type] : undefined
    if (known !== undefined) return known
    if (thrown instanceof URIError || (status === 400 && thrown instanceof Error))
      return appError('bad_request')
  }
  return appError('internal', undefined, { cause: thrown })
}

export function sendProblem(res: Response, error: AppError): void {
  const { status } = ERRORS[error.code]
  if (error.retryAfterSeconds !== undefined)
    res.setHeader('Retry-After', String(Math.ceil(error.retryAfterSeconds)))
  if (status === 401) res.setHeader('WWW-Authenticate', 'Bearer')
  res
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(error)))
}

/** The one place where errors become answers. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, req, res, next) => {
    const error = toAppError(thrown)
    if (error.code === 'internal')
      logger.error({ error: error.cause, method: req.method }, 'a request failed')
    if (res.headersSent) return next(thrown)
    sendProblem(res, error)
  }
}

const UNSTORABLE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Postgres keeps neither NUL nor lone surrogates: refused here, they are the caller's to mend and no failure of ours. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !UNSTORABLE.test(value)
  if (Array.isArray(value)) return value.every(isStorable)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, each]) => !UNSTORABLE.test(name) && isStorable(each))
}

/**
 * Parses one part of a request.
 * @throws appError bad_request with the pointer of the first thing to mend; the given value is never repeated
 */
export function parsePart<S extends z.ZodType>(
  schema: S,
  value: unknown,
  part: 'params' | 'query' | 'body',
): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) {
    if (!isStorable(result.data))
      throw appError(
        'bad_request',
        'A text holds a character that no text has: NUL or half a surrogate pair',
        {
          pointer: `/${part}`,
        },
      )
    return result.data
  }
  const issue = result.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys'
  const pointer = `/${[part, ...(issue?.path ?? [])].map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`
  throw appError('bad_request', unknown ? 'There is a field that is not known here' : issue?.message, {
    pointer,
  })
}

import { Problem } from '@guanlan/contract/errors'
import type { z } from 'zod'

/** A request that did not work. `code` is the server's problem code, or `unreachable` when no answer came. */
export interface ApiFailure extends Error {
  readonly code: string
  readonly status: number
  readonly detail: string | undefined
}

function failure(code: string, status: number, detail?: string): ApiFailure {
  return Object.assign(new Error(detail ?? code), { name: 'ApiFailure', code, status, detail })
}

export function isApiFailure(error: unknown): error is ApiFailure {
  return error instanceof Error && error.name === 'ApiFailure'
}

async function readProblem(response: Response): Promise<ApiFailure> {
  const parsed = Problem.safeParse(await response.json().catch(() => null))
  if (parsed.success) return failure(parsed.data.code, response.status, parsed.data.detail)
  const byStatus: Record<number, string> = {
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
    429: 'too_many_requests',
  }
  return failure(
    byStatus[response.status] ?? (response.status >= 500 ? 'unavailable' : 'bad_request'),
    response.status,
  )
}

export interface Http {
  get<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>>
  post(path: string, body: unknown): Promise<void>
  delete(path: string): Promise<void>
}

/**
 * The browser's way to the API. Sessions travel in the cookie; a wall with a display token sends it as a bearer.
 * Rejects with ApiFailure only.
 */
export function createHttp(fetcher: typeof fetch, bearer: () => string | undefined): Http {
  async function send(method: string, path: string, body?: unknown): Promise<Response> {
    const token = bearer()
    const headers: Record<string, string> = { accept: 'application/json' }
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    const init: RequestInit = { method, headers, credentials: 'same-origin' }
    if (body !== undefined) init.body = JSON.stringify(body)
    const response = await fetcher(path, init).catch(() => undefined)
    if (response === undefined) throw failure('unreachable', 0)
    if (!response.ok) throw await readProblem(response)
    return response
  }
  return {
    async get(path, schema) {
      const response = await send('GET', path)
      const parsed = schema.safeParse(await response.json().catch(() => undefined))
      if (!parsed.success) throw failure('unexpected_answer', response.status)
      return parsed.data
    },
    async post(path, body) {
      await send('POST', path, body)
    },
    async delete(path) {
      await send('DELETE', path)
    },
  }
}

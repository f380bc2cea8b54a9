import type { Endpoint } from '@guanlan/contract/endpoint'
import { Problem } from '@guanlan/contract/errors'
import type { z } from 'zod'

/** A request that did not work. `code` is the server's problem code, or `unreachable` when no answer came. */
export interface ApiFailure extends Error {
  readonly code: string
  readonly status: number
  readonly detail: string | undefined
  /** JSON pointer to the input that has to be mended, or to the reason of a refusal. */
  readonly pointer: string | undefined
}

function failure(code: string, status: number, detail?: string, pointer?: string): ApiFailure {
  return Object.assign(new Error(detail ?? code), { name: 'ApiFailure', code, status, detail, pointer })
}

export function isApiFailure(error: unknown): error is ApiFailure {
  return error instanceof Error && error.name === 'ApiFailure'
}

const CODE_BY_STATUS: Record<number, string> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  429: 'too_many_requests',
}

async function readProblem(response: Response): Promise<ApiFailure> {
  const { status } = response
  const parsed = Problem.safeParse(await response.json().catch(() => null))
  if (parsed.success) return failure(parsed.data.code, status, parsed.data.detail, parsed.data.pointer)
  return failure(CODE_BY_STATUS[status] ?? (status >= 500 ? 'unavailable' : 'bad_request'), status)
}

type BodyOf<E extends Endpoint> = E extends { body: z.ZodType } ? [body: z.input<E['body']>] : []
type AnswerOf<E extends Endpoint> = E extends { response: z.ZodType } ? z.infer<E['response']> : void

/** Calls an operation of the contract. Rejects with ApiFailure only. */
export type Call = <E extends Endpoint>(endpoint: E, ...body: BodyOf<E>) => Promise<AnswerOf<E>>

/**
 * The browser's way to the API. Sessions travel in the cookie; a wall with a display token sends it as a bearer.
 */
export function createCall(fetcher: typeof fetch, bearer: () => string | undefined): Call {
  return async (endpoint, ...given) => {
    const [body] = given as [unknown?]
    const token = bearer()
    const headers: Record<string, string> = { accept: 'application/json' }
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    const init: RequestInit = { method: endpoint.method.toUpperCase(), headers, credentials: 'same-origin' }
    if (body !== undefined) init.body = JSON.stringify(body)
    const response = await fetcher(endpoint.path, init).catch(() => undefined)
    if (response === undefined) throw failure('unreachable', 0)
    if (!response.ok) throw await readProblem(response)
    if (endpoint.response === undefined) return undefined as never
    const parsed = endpoint.response.safeParse(await response.json().catch(() => undefined))
    if (!parsed.success) throw failure('unexpected_answer', response.status)
    return parsed.data as never
  }
}

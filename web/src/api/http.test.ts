import { describe, expect, it } from 'vitest'
import { endpoint } from '@guanlan/contract/endpoint'
import { z } from 'zod'
import { createCall, isApiFailure } from './http.ts'

function answering(status: number, body: unknown) {
  const calls: [string, RequestInit | undefined][] = []
  const fetcher = (async (path: string, init?: RequestInit) => {
    calls.push([path, init])
    return new Response(body === undefined ? null : JSON.stringify(body), { status })
  }) as typeof fetch
  return { calls, call: createCall(fetcher, () => undefined), withToken: createCall(fetcher, () => 'wall-1') }
}
const base = { summary: 'x', tag: 'x', access: 'public' } as const
const read = endpoint({
  ...base,
  operationId: 'a',
  method: 'get',
  path: '/x',
  response: z.object({ n: z.number() }),
})
const write = endpoint({
  ...base,
  operationId: 'b',
  method: 'post',
  path: '/x',
  body: z.object({ a: z.number() }),
})
const end = endpoint({ ...base, operationId: 'c', method: 'delete', path: '/x' })
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (isApiFailure(error) ? error : undefined),
  )

describe('http', () => {
  it('gives what fits the schema and refuses what does not', async () => {
    expect(await answering(200, { n: 1 }).call(read)).toEqual({ n: 1 })
    expect((await failureOf(answering(200, { n: 'one' }).call(read)))?.code).toBe('unexpected_answer')
  })

  it('turns problem details and bare statuses into codes', async () => {
    const problem = { type: 'urn:x', title: 't', status: 409, code: 'conflict', detail: 'd' }
    expect(await failureOf(answering(409, problem).call(write, { a: 1 }))).toMatchObject({
      code: 'conflict',
      status: 409,
      detail: 'd',
    })
    expect((await failureOf(answering(401, undefined).call(end)))?.code).toBe('unauthenticated')
    expect((await failureOf(answering(502, '<html>').call(end)))?.code).toBe('unavailable')
  })

  it('says unreachable when no answer comes', async () => {
    const call = createCall((() => Promise.reject(new TypeError('failed'))) as typeof fetch, () => undefined)
    expect(await failureOf(call(end))).toMatchObject({ code: 'unreachable', status: 0 })
  })

  it('sends a display token as a bearer only when there is one', async () => {
    const { calls, call, withToken } = answering(204, undefined)
    await call(write, { a: 1 })
    await withToken(end)
    expect(calls[0]?.[1]?.headers).toEqual({ accept: 'application/json', 'content-type': 'application/json' })
    expect(calls[1]?.[1]?.headers).toMatchObject({ authorization: 'Bearer wall-1' })
  })
})

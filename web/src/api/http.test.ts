import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createHttp, isApiFailure } from './http.ts'

function answering(status: number, body: unknown) {
  const calls: [string, RequestInit | undefined][] = []
  const fetcher = (async (path: string, init?: RequestInit) => {
    calls.push([path, init])
    return new Response(body === undefined ? null : JSON.stringify(body), { status })
  }) as typeof fetch
  return { calls, http: createHttp(fetcher, () => undefined), withToken: createHttp(fetcher, () => 'wall-1') }
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (isApiFailure(error) ? error : undefined),
  )

describe('http', () => {
  it('gives what fits the schema and refuses what does not', async () => {
    const Answer = z.object({ n: z.number() })
    expect(await answering(200, { n: 1 }).http.get('/x', Answer)).toEqual({ n: 1 })
    expect((await failureOf(answering(200, { n: 'one' }).http.get('/x', Answer)))?.code).toBe(
      'unexpected_answer',
    )
  })

  it('turns problem details and bare statuses into codes', async () => {
    const problem = { type: 'urn:x', title: 't', status: 409, code: 'conflict', detail: 'd' }
    expect(await failureOf(answering(409, problem).http.post('/x', {}))).toMatchObject({
      code: 'conflict',
      status: 409,
      detail: 'd',
    })
    expect((await failureOf(answering(401, undefined).http.delete('/x')))?.code).toBe('unauthenticated')
    expect((await failureOf(answering(502, '<html>').http.delete('/x')))?.code).toBe('unavailable')
  })

  it('says unreachable when no answer comes', async () => {
    const http = createHttp((() => Promise.reject(new TypeError('failed'))) as typeof fetch, () => undefined)
    expect(await failureOf(http.delete('/x'))).toMatchObject({ code: 'unreachable', status: 0 })
  })

  it('sends a display token as a bearer only when there is one', async () => {
    const { calls, http, withToken } = answering(204, undefined)
    await http.post('/x', { a: 1 })
    await withToken.delete('/x')
    expect(calls[0]?.[1]?.headers).toEqual({ accept: 'application/json', 'content-type': 'application/json' })
    expect(calls[1]?.[1]?.headers).toMatchObject({ authorization: 'Bearer wall-1' })
  })
})

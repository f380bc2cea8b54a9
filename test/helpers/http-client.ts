import { io } from 'socket.io-client'
import type { PanelName } from '@guanlan/contract/panels'
import type { SubscribeAnswer } from '@guanlan/contract/live'
import type { TestServer } from './server.ts'

export interface Reply {
  readonly status: number
  // Tests read what they expect; a wrong shape fails the expectation.
  readonly body: Record<string, never> & Record<string, unknown>
  readonly text: string
  readonly bytes: Uint8Array
  readonly headers: Headers
}

export type Credential = { readonly cookie: string } | { readonly bearer: string } | Record<never, never>

/** Speaks to a server as one account, key or nobody; redirects are not followed. */
export function createCaller(url: string, who: Credential = {}) {
  return async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const answer = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...('cookie' in who ? { cookie: who.cookie } : {}),
        ...('bearer' in who ? { authorization: `Bearer ${who.bearer}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const text = new TextDecoder().decode(bytes)
    const isJson = /^application\/(problem\+)?json/.test(answer.headers.get('content-type') ?? '')
    return {
      status: answer.status,
      body: isJson && text !== '' ? JSON.parse(text) : {},
      text,
      bytes,
      headers: answer.headers,
    }
  }
}
export type Call = ReturnType<typeof createCaller>

export const TEST_PASSWORD = 'vier blaue Kraniche im Regen'

const cookieOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((each) => each.split(';')[0] ?? '')
    .filter((each) => !each.endsWith('='))
    .join('; ')

/** Signs in and resolves with the cookie of the session. */
export async function signIn(url: string, email: string, password = TEST_PASSWORD): Promise<string> {
  const { status, headers } = await createCaller(url)('POST', '/api/v1/session', { email, password })
  if (status !== 200) throw new Error(`the sign-in was answered with ${status}`)
  return cookieOf(headers)
}

let made = 0
/** A fresh account with one role, signed in. */
export async function accountWith(server: TestServer, role: string, unitId: string, name = 'N') {
  const email = `${role}-${(made += 1)}@city.example`
  const { id } = await server.admin<{ id: string }>('user.create', {
    ...{ email, name, password: TEST_PASSWORD },
    grants: [{ role, unitId }],
  })
  const cookie = await signIn(server.url, email)
  return { id, email, cookie, call: createCaller(server.url, { cookie }) }
}

/** Subscribes once to a panel and resolves with the answer. */
export async function subscribeOnce(
  url: string,
  who: { cookie?: string; token?: string },
  panel: PanelName,
  scope: string,
): Promise<SubscribeAnswer> {
  const socket = io(`${url}/live`, {
    transports: ['websocket'],
    reconnection: false,
    ...(who.token === undefined ? {} : { auth: { token: who.token } }),
    ...(who.cookie === undefined ? {} : { extraHeaders: { cookie: who.cookie } }),
  })
  try {
    return await new Promise((resolve, reject) => {
      socket.once('connect_error', reject)
      socket.once('connect', () => socket.emit('subscribe', { panel, scope, range: 'hour' }, resolve))
    })
  } finally {
    socket.disconnect()
  }
}

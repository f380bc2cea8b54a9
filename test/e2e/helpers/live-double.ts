import { readFile } from 'node:fs/promises'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { Me } from '@guanlan/contract/account'
import type {
  ClientToServer,
  ServerToClient,
  Snapshot,
  SnapshotStatus,
  Subscription,
} from '@guanlan/contract/live'
import { LIVE_NAMESPACE } from '@guanlan/contract/live'
import { Server } from 'socket.io'
import { type DoubleInsight, createDoubleInsight } from './double-insight.ts'
import { DOUBLE_CATEGORIES, DOUBLE_UNITS, type DoublePicture, doublePanel } from './double-panels.ts'

/**
 * A server of contract-shaped snapshots for tests of the pages alone: states that a real server reaches only after
 * hours (a silent source, a floor, figures that cannot be read) are one call away. Never shipped, never a substitute
 * for the tests against the real server.
 */
export interface LiveDouble {
  readonly url: string
  /** What the next snapshots show; watchers get them at once. */
  show(picture: DoublePicture, status?: SnapshotStatus): void
  /** Adds violations to the open step. */
  add(count: number): void
  /** What pages of topics, risk and words sent. */
  readonly sent: DoubleInsight['sent']
  /** Who is signed in; null: nobody. */
  signIn(me: Me | null): void
  stop(): Promise<void>
  start(): Promise<void>
}

export const DOUBLE_USER: Me = {
  id: 'a-1',
  name: '值班一',
  email: 'duty@example.org',
  kind: 'user',
  grants: [{ role: 'communications', unitId: 'root' }],
  home: 'org',
  locale: 'zh-CN',
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

const TREE = {
  units: [
    { id: 'root', name: '云泽市', parentId: null },
    ...DOUBLE_UNITS.map((name, i) => ({ id: `u-${i}`, name, parentId: 'root' })),
  ],
  groups: DOUBLE_UNITS.flatMap((name, i) =>
    [1, 2, 3].map((n) => ({ id: `g-${i}-${n}`, name: `${name}服务群${n}`, unitId: `u-${i}` })),
  ),
}

export async function startDouble(webDir: string): Promise<LiveDouble> {
  let me: Me | null = DOUBLE_USER
  const insight = createDoubleInsight()
  let picture: DoublePicture = 'data'
  let status: SnapshotStatus = 'ok'
  let extra = 0
  let version = 0
  let port = 0
  let running: { close(): Promise<void>; publish(): void } | undefined

  function snapshot(sub: Subscription): Snapshot {
    const now = Date.now()
    const data = status === 'ok' ? doublePanel(sub.panel, { range: sub.range, now, picture, extra }) : null
    return { ...sub, version: ++version, asOf: now, status, data }
  }

  function api(req: IncomingMessage, res: ServerResponse): void {
    const json = (code: number, body: unknown) =>
      void res.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const out = () =>
      json(401, {
        type: 'urn:guanlan:error:unauthenticated',
        title: 'Sign in',
        status: 401,
        code: 'unauthenticated',
      })
    if (req.url === '/api/v1/session' && req.method === 'POST')
      return void signInFrom(req, (ok) => (ok ? json(200, { status: 'signed-in' }) : out()))
    if (me === null) return out()
    if (req.url === '/api/v1/session') return void res.writeHead(204).end()
    if (req.url === '/api/v1/me') return json(200, me)
    if (req.url === '/api/v1/scopes') return json(200, TREE)
    const categories = DOUBLE_CATEGORIES.map(([code, tier, weight, zh, en]) => ({
      code,
      tier,
      weight,
      zh,
      en,
    }))
    if (req.url === '/api/v1/taxonomy') return json(200, { categories })
    const url = new URL(req.url ?? '/', 'http://double')
    if (/^\/api\/v1\/(topic|risk|vocabulary|sentiment)/.test(url.pathname))
      return void bodyOf(req, (body) => {
        const found = insight.answer(req.method ?? 'GET', url, body, Date.now()) ?? { code: 404 }
        if (found.body === undefined) res.writeHead(found.code).end()
        else json(found.code, found.body)
      })
    json(404, {
      type: 'urn:guanlan:error:not_found',
      title: 'There is nothing here',
      status: 404,
      code: 'not_found',
    })
  }

  function bodyOf(req: IncomingMessage, then: (body: unknown) => void): void {
    let body = ''
    req.on('data', (part: Buffer) => (body += part.toString()))
    req.on('end', () => then(body === '' ? undefined : JSON.parse(body)))
  }

  function signInFrom(req: IncomingMessage, answer: (ok: boolean) => void): void {
    bodyOf(req, (body) => {
      const ok = (body as { password: string }).password === 'right'
      if (ok) me = DOUBLE_USER
      answer(ok)
    })
  }

  async function page(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const name = new URL(req.url ?? '/', 'http://double').pathname
    const file = path.join(webDir, path.extname(name) === '' ? 'index.html' : path.normalize(name))
    const body = await readFile(file).catch(() => undefined)
    if (body === undefined) return void res.writeHead(404).end()
    res
      .writeHead(200, {
        'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
      })
      .end(body)
  }

  async function listen(): Promise<typeof running> {
    const http = createServer((req, res) =>
      req.url?.startsWith('/api/') ? api(req, res) : void page(req, res),
    )
    const io = new Server<ClientToServer, ServerToClient>(http, {
      serveClient: false,
      transports: ['websocket', 'polling'],
    })
    const live = io.of(LIVE_NAMESPACE)
    const watched = new Map<string, Map<string, Subscription>>()
    live.use((_socket, next) => next(me === null ? new Error('unauthenticated') : undefined))
    live.on('connection', (socket) => {
      const mine = new Map<string, Subscription>()
      watched.set(socket.id, mine)
      socket.on('subscribe', (input, answer) => {
        const sub = input as Subscription
        mine.set(`${sub.panel}|${sub.scope}|${sub.range}`, sub)
        answer({ ok: true, snapshot: snapshot(sub) })
      })
      socket.on('unsubscribe', (input) => void mine.delete(`${input.panel}|${input.scope}|${input.range}`))
      socket.on('disconnect', () => void watched.delete(socket.id))
    })
    const beat = setInterval(() => live.emit('heartbeat', { at: Date.now() }), 1000)
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
    port = (http.address() as AddressInfo).port
    const publish = () => {
      for (const [id, subs] of watched)
        for (const sub of subs.values()) live.to(id).emit('snapshot', snapshot(sub))
    }
    return {
      publish,
      close: async () => {
        clearInterval(beat)
        live.emit('ended', { code: 'shutting_down' })
        await io.close()
        http.closeAllConnections()
      },
    }
  }

  running = await listen()
  return {
    url: `http://127.0.0.1:${port}`,
    show(next, nextStatus = 'ok') {
      picture = next
      status = nextStatus
      running?.publish()
    },
    add(count) {
      extra += count
      running?.publish()
    },
    sent: insight.sent,
    signIn: (next) => void (me = next),
    async stop() {
      await running?.close()
      running = undefined
    },
    async start() {
      running ??= await listen()
    },
  }
}

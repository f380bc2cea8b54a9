import type { Server as HttpServer, IncomingMessage } from 'node:http'
import {
  LIVE_NAMESPACE,
  Subscription,
  type ClientToServer,
  type ServerToClient,
  type SubscribeAnswer,
  type SubscribeErrorCode,
} from '@guanlan/contract/live'
import type { PanelName } from '@guanlan/contract/panels'
import { parseScope, type Scope } from '@guanlan/contract/scope'
import { Server, type DefaultEventsMap, type Namespace, type Socket } from 'socket.io'
import { isSameOrigin } from '../http/access.ts'
import type { Caller, EdgeIdentity } from '../http/route.ts'
import type { Clock } from '../lib/clock.ts'
import { describeError, type Logger } from '../lib/logger.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import type { Panels } from './panel.ts'
import { createTicker, type Ticker, type TickerDeps, type Watch } from './ticker.ts'

export interface LiveDeps {
  readonly httpServer: HttpServer
  readonly publicUrl: string
  readonly maxSockets: number
  readonly panels: Panels
  readonly identity: Pick<EdgeIdentity, 'actorFromHeaders' | 'actorFromDisplayToken'>
  readonly mayOpenScope: (actor: Caller, scope: Scope) => boolean
  /** Absent: every panel for whoever may open its scope. */
  readonly mayShowPanel?: (actor: Caller, panel: PanelName) => boolean
  /** Somebody watches the figures of a scope. */
  readonly viewed?: (actor: Caller, scope: Scope) => void
  readonly scopeExists: (scope: Scope) => boolean
  /** Brings into the store what was accepted, so that the panels of this second show it. Absent: they show what is there. */
  readonly land?: () => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
  readonly observe?: TickerDeps['observe']
}

export interface Live {
  /** Starts ticking; without it (in tests) the calls below move it. */
  start(): void
  /** Waits for what was accepted to land, then reads what is due. */
  tick(): Promise<void>
  beat(): void
  /** Asks for every credential in use whether it still holds; call it at once when a session ends or a role changes. */
  recheck(): Promise<void>
  /** Sends to slow clients what waits for them. */
  flush(): void
  readonly figures: { readonly sockets: number; readonly panels: number; readonly slow: number }
  stop(): Promise<void>
}

interface SocketData {
  actor: Caller
  credential: string
  watches: Map<string, Watch>
  /** Subscribe calls left in this second. */
  budget: { second: number; left: number }
}
type LiveSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>
type LiveNamespace = Namespace<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>

/** Panels that one screen may watch at a time, and subscribe calls a second. */
const MAX_SUBSCRIPTIONS = 32
const MAX_SUBSCRIBES_A_SECOND = 64
/** Sockets served in one go before other work gets its turn. */
const CHUNK = 200
const RECHECK_MS = 10_000
/** Milliseconds after the turn of each second. */
const TICK_AT_MS = 20
/** So long a tick waits at most for what was accepted to land: a late one that shows it is worth more than the next. */
const LAND_MS = 900

/** The live namespace: who may come in, what they may watch, and how snapshots reach them. */
export function createLive(deps: LiveDeps): Live {
  const io = createServer(deps)
  const namespace = io.of(LIVE_NAMESPACE)
  const outbox = createOutbox((ids, watch) => void sendInChunks(namespace, ids, watch))
  const ticker = createTicker({ ...deps, publish: (watch) => outbox.publish(watch) })
  const timers: NodeJS.Timeout[] = []
  const recheck = createRecheck(() => recheckAll(deps, namespace))
  let second: NodeJS.Timeout | undefined

  namespace.use((socket, next) => {
    admit(deps, socket).then(
      () => next(),
      (error: unknown) => next(error instanceof Error ? error : new Error('unauthenticated')),
    )
  })
  namespace.on('connection', (socket) => serve(deps, { socket, outbox, ticker }))

  const live: Live = {
    start() {
      const every = (ms: number, work: () => void) => void timers.push(setInterval(work, ms))
      // Just after the turn of the second, so that no slot of a panel is passed over.
      const eachSecond = (work: () => void) => {
        const wait = (1000 + TICK_AT_MS - (Date.now() % 1000)) % 1000 || 1000
        second = setTimeout(() => (eachSecond(work), work()), wait)
      }
      eachSecond(() => void live.tick())
      every(100, () => live.flush())
      every(RECHECK_MS, () => void live.recheck())
      every(30_000, () => ticker.sweep())
      // Half a second after the snapshots, so that a busy transport is not taken for a slow client.
      timers.push(setTimeout(() => every(1000, () => live.beat()), 500))
    },
    async tick() {
      if (ticker.watched > 0) await landed(deps.land)
      await ticker.tick()
    },
    // The clock and no count: whatever counts everything tells, less what is shown, what is hidden.
    beat: () => void namespace.volatile.emit('heartbeat', { at: deps.clock.now() }),
    recheck,
    flush: () => outbox.flush(),
    get figures() {
      return { sockets: namespace.sockets.size, panels: ticker.watched, slow: outbox.waiting }
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      clearTimeout(second)
      namespace.emit('ended', { code: 'shutting_down' })
      await new Promise((resolve) => setImmediate(resolve))
      io.disconnectSockets(true)
      io.engine.close()
    },
  }
  return live
}

/** Resolves when `land` is through, or when it takes too long to wait for. */
async function landed(land: LiveDeps['land']): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAND_MS)))
  await Promise.race([land?.().catch(() => undefined), late])
  clearTimeout(timer)
}

function createServer(deps: LiveDeps): Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData> {
  const publicOrigin = new URL(deps.publicUrl).origin
  const server = new Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>(deps.httpServer, {
    serveClient: false,
    transports: ['websocket', 'polling'],
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: 16_384,
    pingInterval: 20_000,
    pingTimeout: 15_000,
    connectTimeout: 10_000,
    // A page of another site may open a socket with this site's cookie: cross-origin rules do not cover sockets.
    allowRequest: (req, answer) => {
      const { origin, host } = req.headers
      const welcome = origin === undefined || isSameOrigin(origin, host, publicOrigin)
      const room = server.engine.clientsCount < deps.maxSockets
      answer(welcome && room ? null : welcome ? 'full' : 'forbidden', welcome && room)
    },
  })
  return server
}

/** Lets a socket in with a display token or a session cookie. */
async function admit(deps: LiveDeps, socket: LiveSocket): Promise<void> {
  const token: unknown = socket.handshake.auth.token
  const credential =
    typeof token === 'string' ? `token ${token}` : `cookie ${socket.handshake.headers.cookie ?? ''}`
  const actor = await actorOf(deps, credential)
  if (actor === undefined) throw new Error('unauthenticated')
  socket.data.actor = actor
  socket.data.credential = credential
  socket.data.watches = new Map()
  socket.data.budget = { second: 0, left: MAX_SUBSCRIBES_A_SECOND }
}

function actorOf(deps: LiveDeps, credential: string): Promise<Caller | undefined> {
  if (credential.startsWith('token ')) return deps.identity.actorFromDisplayToken(credential.slice(6))
  const cookie = credential.slice(7)
  if (cookie === '') return Promise.resolve(undefined)
  return deps.identity.actorFromHeaders({ cookie } satisfies IncomingMessage['headers'])
}

interface Serving {
  readonly socket: LiveSocket
  readonly outbox: Outbox
  readonly ticker: Ticker
}

function serve(deps: LiveDeps, { socket, outbox, ticker }: Serving): void {
  const { watches } = socket.data
  const { conn } = socket
  outbox.add({
    id: socket.id,
    // engine.io holds what its transport has not taken yet in writeBuffer.
    idle: () =>
      conn.transport.writable && (conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length === 0,
    send: (watch) => watch.snapshot !== undefined && socket.emit('snapshot', watch.snapshot),
  })
  socket.on('subscribe', (input, answer) => {
    if (typeof answer !== 'function') return
    subscribe(deps, socket, ticker, input).then(answer, (error: unknown) => {
      deps.logger.error({ error: describeError(error) }, 'a subscription failed')
      answer(refusal('unavailable', 'The figures cannot be read now'))
    })
  })
  socket.on('unsubscribe', (input, answer) => {
    const parsed = Subscription.safeParse(input)
    const watch = parsed.success ? [...watches.values()].find((each) => isFor(each, parsed.data)) : undefined
    if (watch !== undefined) leave(socket, watch)
    if (watch !== undefined) outbox.drop(socket.id, watch.key)
    if (typeof answer === 'function') answer()
  })
  socket.on('disconnect', () => {
    for (const watch of [...watches.values()]) leave(socket, watch)
    outbox.remove(socket.id)
  })
}

const refusal = (code: SubscribeErrorCode, detail: string): SubscribeAnswer => ({ ok: false, code, detail })

function leave(socket: LiveSocket, watch: Watch): void {
  watch.watchers.delete(socket.id)
  socket.data.watches.delete(watch.key)
}

function isFor(watch: Watch, { panel, scope, range }: Subscription): boolean {
  return watch.key === `${panel} ${scope} ${range}`
}

async function subscribe(
  deps: LiveDeps,
  socket: LiveSocket,
  ticker: Ticker,
  input: unknown,
): Promise<SubscribeAnswer> {
  const { data } = socket
  const parsed = Subscription.safeParse(input)
  const scope = parsed.success ? parseScope(parsed.data.scope) : undefined
  if (!parsed.success || scope === undefined) return refusal('invalid', 'takes { panel, scope, range }')
  if (!spend(data, deps.clock.now())) return refusal('too_many', 'Too many calls at once')
  if (!deps.scopeExists(scope)) {
    // Only who may open everything learns that there is nothing.
    return deps.mayOpenScope(data.actor, { kind: 'org' })
      ? refusal('unknown_scope', 'There is no such unit or group')
      : refusal('forbidden', 'This account may not open that scope')
  }
  if (!deps.mayOpenScope(data.actor, scope))
    return refusal('forbidden', 'This account may not open that scope')
  if (deps.mayShowPanel?.(data.actor, parsed.data.panel) === false)
    return refusal('forbidden', 'This wall shows counts only')
  deps.viewed?.(data.actor, scope)
  const watch = ticker.watch(parsed.data.panel, scope, parsed.data.range)
  if (!data.watches.has(watch.key) && data.watches.size >= MAX_SUBSCRIPTIONS) {
    return refusal('too_many', `A screen watches at most ${MAX_SUBSCRIPTIONS} panels`)
  }
  data.watches.set(watch.key, watch)
  const snapshot = await ticker.current(watch)
  // The socket may have gone, left the panel or lost its access while the figures were read.
  if (data.watches.get(watch.key) !== watch || !socket.connected)
    return refusal('unavailable', 'The subscription has ended')
  watch.watchers.add(socket.id)
  return { ok: true, snapshot: watch.snapshot ?? snapshot }
}

function spend(data: SocketData, now: number): boolean {
  const second = Math.floor(now / 1000)
  if (data.budget.second !== second) data.budget = { second, left: MAX_SUBSCRIBES_A_SECOND }
  return data.budget.left-- > 0
}

/** Serialises once for each chunk and lets other work in between, so that a full house does not hold up ingest. */
async function sendInChunks(namespace: LiveNamespace, ids: string[], watch: Watch): Promise<void> {
  for (let start = 0; start < ids.length; start += CHUNK) {
    if (start > 0) await new Promise((resolve) => setImmediate(resolve))
    if (watch.snapshot !== undefined)
      namespace.to(ids.slice(start, start + CHUNK)).emit('snapshot', watch.snapshot)
  }
}

/** One round at a time; who asks during a round waits for the next, since this one may have passed what changed. */
function createRecheck(round: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const begin = () => (running = round().finally(() => (running = undefined)))
  return () => {
    if (running === undefined) return begin()
    next ??= running.then(() => ((next = undefined), begin()))
    return next
  }
}

/** Each credential is asked for once, however many screens use it. Who lost access is told and let go. */
async function recheckAll(deps: LiveDeps, namespace: LiveNamespace): Promise<void> {
  const byCredential = new Map<string, LiveSocket[]>()
  for (const socket of namespace.sockets.values()) {
    const list = byCredential.get(socket.data.credential)
    if (list === undefined) byCredential.set(socket.data.credential, [socket])
    else list.push(socket)
  }
  for (const [credential, sockets] of byCredential) {
    let actor: Caller | undefined
    try {
      actor = await actorOf(deps, credential)
    } catch (error) {
      // A store that cannot be asked is no reason to darken every wall; the next round asks again.
      deps.logger.warn({ error: describeError(error) }, 'a session could not be checked')
      continue
    }
    for (const socket of sockets) {
      const allowed =
        actor !== undefined &&
        [...socket.data.watches.values()].every((watch) => deps.mayOpenScope(actor, watch.scope))
      if (allowed && actor !== undefined) {
        socket.data.actor = actor
        for (const watch of socket.data.watches.values()) deps.viewed?.(actor, watch.scope)
      } else {
        socket.emit('ended', { code: 'session_ended' })
        socket.disconnect(true)
      }
    }
  }
}

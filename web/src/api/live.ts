import type {
  ClientToServer,
  Heartbeat,
  ServerToClient,
  Snapshot,
  SubscribeErrorCode,
  Subscription,
} from '@guanlan/contract/live'
import type { Socket } from 'socket.io-client'

export type LiveSocket = Socket<ServerToClient, ClientToServer>

export interface LiveHandlers {
  snapshot(key: string, snapshot: Snapshot): void
  refused(key: string, code: SubscribeErrorCode): void
  beat(beat: Heartbeat): void
  /** The socket is up, or it went down and comes back by itself. */
  connected(up: boolean): void
  /** The server does not take this session or token. */
  unauthenticated(): void
}

const ANSWER_WITHIN_MS = 8_000
const AGAIN_AFTER_MS = 3_000

export function subscriptionKey(sub: { panel: string; scope: string; range: string }): string {
  return `${sub.panel}|${sub.scope}|${sub.range}`
}

export interface Live {
  watch(sub: Subscription): void
  unwatch(sub: Subscription): void
  reconnect(): void
  close(): void
}

/**
 * Keeps the wanted subscriptions alive over one socket: all are sent again after every reconnect, an answer that does
 * not come or says `unavailable` is asked for again, and a server that closed the socket is called back.
 */
export function createLive(socket: LiveSocket, on: LiveHandlers): Live {
  const wanted = new Map<string, Subscription>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let closed = false

  function later(action: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!closed) action()
    }, AGAIN_AFTER_MS)
    timers.add(timer)
  }

  function ask(key: string, sub: Subscription): void {
    if (closed || !socket.connected || wanted.get(key) !== sub) return
    socket.timeout(ANSWER_WITHIN_MS).emit('subscribe', sub, (error, answer) => {
      if (closed || wanted.get(key) !== sub) return
      if (error) return ask(key, sub)
      if (answer.ok) return on.snapshot(key, answer.snapshot)
      on.refused(key, answer.code)
      if (answer.code === 'unavailable' || answer.code === 'too_many') later(() => ask(key, sub))
    })
  }

  socket.on('connect', () => {
    on.connected(true)
    for (const [key, sub] of wanted) ask(key, sub)
  })
  socket.on('disconnect', (reason) => {
    on.connected(false)
    if (reason === 'io server disconnect') later(() => socket.connect())
  })
  socket.on('connect_error', () => {
    on.connected(false)
    // `active` means the client retries by itself; a refusal in the handshake ends the retries.
    if (!socket.active) on.unauthenticated()
  })
  socket.on('snapshot', (snapshot) => {
    const key = subscriptionKey(snapshot)
    if (wanted.has(key)) on.snapshot(key, snapshot)
  })
  socket.on('heartbeat', (beat) => on.beat(beat))
  socket.on('ended', (reason) => {
    if (reason.code === 'session_ended') on.unauthenticated()
  })

  return {
    watch(sub) {
      const key = subscriptionKey(sub)
      if (wanted.has(key)) return
      wanted.set(key, sub)
      ask(key, sub)
    },
    unwatch(sub) {
      if (wanted.delete(subscriptionKey(sub)) && socket.connected) socket.emit('unsubscribe', sub)
    },
    reconnect: () => void (closed || socket.connected || socket.connect()),
    close() {
      closed = true
      wanted.clear()
      for (const timer of timers) clearTimeout(timer)
      socket.disconnect()
    },
  }
}

import type { Snapshot, Subscription } from '@guanlan/contract/live'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type LiveHandlers, type LiveSocket, createLive } from './live.ts'

type Answer = (error: Error | null, result?: unknown) => void

/** The few calls of a socket that are used, driven by hand. */
function handSocket() {
  const handlers = new Map<string, (...args: never[]) => void>()
  const asked: { sub: Subscription; answer: Answer }[] = []
  const dropped: Subscription[] = []
  const socket = {
    connected: false,
    active: true,
    connect: vi.fn(),
    disconnect: vi.fn(),
    on: (name: string, handler: (...args: never[]) => void) => void handlers.set(name, handler),
    emit: (_name: string, sub: Subscription) => void dropped.push(sub),
    timeout: () => ({
      emit: (_name: string, sub: Subscription, answer: Answer) => void asked.push({ sub, answer }),
    }),
  }
  const fire = (name: string, ...args: unknown[]) => handlers.get(name)?.(...(args as never[]))
  const up = () => {
    socket.connected = true
    fire('connect')
  }
  return { socket: socket as unknown as LiveSocket, raw: socket, asked, dropped, fire, up }
}

const SUB: Subscription = { panel: 'trend', scope: 'org', range: 'day' }
const KEY = 'trend|org|day'
const snapshot: Snapshot = { ...SUB, version: 3, asOf: 1, status: 'too_few', data: null }

function start() {
  const hand = handSocket()
  const on = {
    snapshot: vi.fn(),
    refused: vi.fn(),
    beat: vi.fn(),
    connected: vi.fn(),
    unauthenticated: vi.fn(),
  } satisfies LiveHandlers
  return { ...hand, on, live: createLive(hand.socket, on) }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('createLive', () => {
  it('subscribes once connected and again after each reconnect', () => {
    const { live, up, asked, on, fire, raw } = start()
    live.watch(SUB)
    expect(asked).toHaveLength(0)
    up()
    asked[0]!.answer(null, { ok: true, snapshot })
    expect(on.snapshot).toHaveBeenCalledWith(KEY, snapshot)
    raw.connected = false
    fire('disconnect', 'transport close')
    up()
    expect(asked).toHaveLength(2)
  })

  it('asks again when no answer comes or the figures cannot be read', () => {
    const { live, up, asked, on } = start()
    up()
    live.watch(SUB)
    asked[0]!.answer(new Error('timeout'))
    expect(asked).toHaveLength(2)
    asked[1]!.answer(null, { ok: false, code: 'unavailable', detail: '' })
    expect(on.refused).toHaveBeenCalledWith(KEY, 'unavailable')
    vi.advanceTimersByTime(3_000)
    expect(asked).toHaveLength(3)
    asked[2]!.answer(null, { ok: false, code: 'forbidden', detail: '' })
    vi.advanceTimersByTime(60_000)
    expect(asked).toHaveLength(3)
  })

  it('passes on snapshots of wanted panels only', () => {
    const { live, up, on, fire, dropped } = start()
    up()
    live.watch(SUB)
    fire('snapshot', snapshot)
    live.unwatch(SUB)
    fire('snapshot', snapshot)
    expect(on.snapshot).toHaveBeenCalledTimes(1)
    expect(dropped).toEqual([SUB])
  })

  it('drops the answer to a subscription that is no longer wanted', () => {
    const { live, up, asked, on } = start()
    up()
    live.watch(SUB)
    live.unwatch(SUB)
    asked[0]!.answer(null, { ok: true, snapshot })
    expect(on.snapshot).not.toHaveBeenCalled()
  })

  it('calls a server back that hung up, and reports a refused handshake', () => {
    const { raw, fire, on } = start()
    fire('disconnect', 'io server disconnect')
    vi.advanceTimersByTime(3_000)
    expect(raw.connect).toHaveBeenCalledTimes(1)
    fire('connect_error', new Error('xhr poll error'))
    expect(on.unauthenticated).not.toHaveBeenCalled()
    raw.active = false
    fire('connect_error', new Error('unauthenticated'))
    fire('ended', { code: 'session_ended' })
    fire('ended', { code: 'shutting_down' })
    expect(on.unauthenticated).toHaveBeenCalledTimes(2)
  })
})

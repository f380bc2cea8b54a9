import type { Subscription } from '@guanlan/contract/live'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LiveHandlers } from '../api/live.ts'

const wire = vi.hoisted(() => ({
  on: undefined as unknown,
  watched: [] as string[],
  left: [] as string[],
  reconnects: 0,
  session: 'in',
}))
vi.mock('../api/live-socket.ts', () => ({ openLiveSocket: () => ({}) }))
vi.mock('../api/live.ts', async (original) => ({
  ...(await original<object>()),
  createLive: (_socket: unknown, on: unknown) => {
    wire.on = on
    return {
      watch: (sub: Subscription) => void wire.watched.push(sub.panel),
      unwatch: (sub: Subscription) => void wire.left.push(sub.panel),
      reconnect: () => void (wire.reconnects += 1),
      close: () => undefined,
    }
  },
}))
vi.mock('./session.ts', () => ({ useSession: () => ({ refresh: async () => wire.session }) }))
const { useLive } = await import('./live.ts')

const SUB: Subscription = { panel: 'units', scope: 'org', range: 'day' }
const on = () => wire.on as LiveHandlers
const T0 = Date.UTC(2026, 10, 21)

beforeEach(() => {
  vi.useFakeTimers({ now: T0 })
  setActivePinia(createPinia())
  Object.assign(wire, { watched: [], left: [], reconnects: 0, session: 'in' })
})
afterEach(() => {
  useLive().stop()
  vi.useRealTimers()
})

describe('live store', () => {
  it('is stale five seconds after the last heartbeat and live again with the next', () => {
    const live = useLive()
    live.watch(SUB)
    expect(live.state).toBe('waiting')
    on().beat({ at: T0 + 3_600_000 })
    expect(live.state).toBe('live')
    expect(live.serverNow).toBe(T0 + 3_600_000)
    vi.advanceTimersByTime(4_500)
    expect(live.state).toBe('live')
    vi.advanceTimersByTime(500)
    expect(live.state).toBe('stale')
    on().beat({ at: Date.now() })
    expect(live.state).toBe('live')
  })

  it('is stale, not forever waiting, when no heartbeat ever comes, and keeps calling', () => {
    const live = useLive()
    live.watch(SUB)
    vi.advanceTimersByTime(12_000)
    expect(live.state).toBe('stale')
    expect(wire.reconnects).toBeGreaterThanOrEqual(2)
  })

  it('asks who is signed in before it says that the session ended', async () => {
    const live = useLive()
    live.watch(SUB)
    wire.session = 'unreachable'
    on().unauthenticated()
    await vi.advanceTimersByTimeAsync(0)
    expect(live.state).toBe('waiting')
    wire.session = 'out'
    on().unauthenticated()
    await vi.advanceTimersByTimeAsync(0)
    expect(live.state).toBe('signed_out')
    wire.session = 'in'
    on().unauthenticated()
    await vi.advanceTimersByTimeAsync(0)
    expect(wire.reconnects).toBe(1)
    on().beat({ at: Date.now() })
    expect(live.state).toBe('live')
  })

  it('shares a panel between its watchers and leaves it with the last', () => {
    const live = useLive()
    const first = live.watch(SUB)
    const second = live.watch(SUB)
    const snapshot = { ...SUB, version: 1, asOf: 1, status: 'ok' as const, data: { rows: [], notShown: 0 } }
    on().snapshot('units|org|day', snapshot)
    first()
    expect(live.panel(SUB)?.snapshot).toEqual(snapshot)
    expect(wire.left).toEqual([])
    on().refused('units|org|day', 'unavailable')
    expect(live.panel(SUB)).toMatchObject({ snapshot, refused: 'unavailable' })
    second()
    expect(wire.left).toEqual(['units'])
    expect(live.panel(SUB)).toBeUndefined()
  })
})

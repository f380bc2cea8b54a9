import type { PanelName } from '@guanlan/contract/panels'
import type { Heartbeat, Snapshot, SubscribeErrorCode, Subscription } from '@guanlan/contract/live'
import { STALE_AFTER_MS } from '@guanlan/contract/live'
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import { openLiveSocket } from '../api/live-socket.ts'
import { type Live, createLive, subscriptionKey } from '../api/live.ts'
import { useSession } from './session.ts'

const TICK_MS = 500
const ASK_AGAIN_AFTER_MS = 3_000

interface Entry {
  watchers: number
  snapshot: Snapshot | null
  refused: SubscribeErrorCode | null
}

/** `waiting`: not one heartbeat yet. `stale`: none for STALE_AFTER_MS, so everything shown is old. */
export type LiveState = 'waiting' | 'live' | 'stale' | 'signed_out'

export const useLive = defineStore('live', () => {
  const entries = shallowReactive(new Map<string, Entry>())
  /** This machine's clock, moved on twice a second. */
  const now = ref(Date.now())
  const startedAt = ref(Date.now())
  const lastBeatAt = ref<number | null>(null)
  const accepted = ref(0)
  /** Server clock minus this machine's clock, ms. */
  const clockOffset = ref(0)
  const signedOut = ref(false)
  let live: Live | null = null
  let ticker: ReturnType<typeof setInterval> | undefined
  let checkedAt = 0

  const silence = computed(() => now.value - (lastBeatAt.value ?? startedAt.value))
  const state = computed<LiveState>(() => {
    if (signedOut.value) return 'signed_out'
    if (silence.value >= STALE_AFTER_MS) return 'stale'
    return lastBeatAt.value === null ? 'waiting' : 'live'
  })
  const serverNow = computed(() => now.value + clockOffset.value)

  function put(key: string, change: Partial<Entry>): void {
    const entry = entries.get(key)
    if (entry !== undefined) entries.set(key, { ...entry, ...change })
  }

  function onBeat(beat: Heartbeat): void {
    const at = Date.now()
    now.value = at
    lastBeatAt.value = at
    accepted.value = beat.accepted
    clockOffset.value = beat.at - at
    signedOut.value = false
  }

  /** A refused handshake may also be a server that is still starting: only `GET /me` tells, so ask until it answers. */
  async function onUnauthenticated(): Promise<void> {
    checkedAt = Date.now()
    const session = await useSession().refresh()
    signedOut.value = session === 'out'
    if (session === 'in') live?.reconnect()
  }

  function tick(): void {
    now.value = Date.now()
    const wait = { stale: ASK_AGAIN_AFTER_MS, signed_out: 15_000, waiting: Infinity, live: Infinity }[
      state.value
    ]
    if (live !== null && now.value - checkedAt >= wait) {
      checkedAt = now.value
      live.reconnect()
    }
  }

  function start(): void {
    if (live !== null) return
    startedAt.value = now.value = Date.now()
    lastBeatAt.value = null
    signedOut.value = false
    live = createLive(openLiveSocket(), {
      snapshot: (key, snapshot) => put(key, { snapshot, refused: null }),
      refused: (key, code) => put(key, { refused: code }),
      beat: onBeat,
      connected: () => undefined,
      unauthenticated: () => void onUnauthenticated(),
    })
    ticker = setInterval(tick, TICK_MS)
  }

  function stop(): void {
    live?.close()
    live = null
    clearInterval(ticker)
    entries.clear()
  }

  /** Keeps a panel subscribed until the returned function is called. */
  function watch(sub: Subscription): () => void {
    start()
    const key = subscriptionKey(sub)
    const entry = entries.get(key)
    entries.set(key, {
      watchers: (entry?.watchers ?? 0) + 1,
      snapshot: entry?.snapshot ?? null,
      refused: entry?.refused ?? null,
    })
    live?.watch(sub)
    return () => {
      const left = entries.get(key)
      if (left === undefined) return
      if (left.watchers > 1) return void entries.set(key, { ...left, watchers: left.watchers - 1 })
      entries.delete(key)
      live?.unwatch(sub)
    }
  }

  function panel(sub: { panel: PanelName; scope: string; range: string }): Entry | undefined {
    return entries.get(subscriptionKey(sub))
  }

  return { state, silence, now, serverNow, accepted, start, stop, watch, panel }
})

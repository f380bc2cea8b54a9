import type { Heartbeat, Subscription } from '@guanlan/contract/live'
import { STALE_AFTER_MS } from '@guanlan/contract/live'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { openLiveSocket } from '../api/live-socket.ts'
import { type Live, createLive, subscriptionKey } from '../api/live.ts'
import { createEntries } from './live-entries.ts'
import { useSession } from './session.ts'

const TICK_MS = 500
const ASK_AGAIN_AFTER_MS = 3_000

/** `waiting`: not one heartbeat yet. `stale`: none for STALE_AFTER_MS, so everything shown is old. */
export type LiveState = 'waiting' | 'live' | 'stale' | 'signed_out'

export const useLive = defineStore('live', () => {
  const entries = createEntries()
  /** This machine's clock, moved on twice a second. */
  const now = ref(Date.now())
  const startedAt = ref(Date.now())
  const lastBeatAt = ref<number | null>(null)
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

  function onBeat(beat: Heartbeat): void {
    const at = Date.now()
    now.value = at
    lastBeatAt.value = at
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
      snapshot: (key, snapshot) => entries.put(key, { snapshot, refused: null }),
      refused: (key, code) => entries.put(key, { refused: code }),
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
    entries.hold(key)
    live?.watch(sub)
    return () => {
      if (entries.drop(key)) live?.unwatch(sub)
    }
  }

  const panel = (sub: Parameters<typeof subscriptionKey>[0]) => entries.get(subscriptionKey(sub))

  return { state, silence, now, serverNow, start, stop, watch, panel }
})

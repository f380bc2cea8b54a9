import { type Ref, computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { isApiFailure } from '../api/http.ts'
import type { PanelState } from './panel-state.ts'

/**
 * Reads something over HTTP, again when `key` changes and every `everyMs` while the tab is visible; what was read stands
 * while the server does not answer. An answer that was overtaken by a later call is dropped.
 */
export function useFetched<T>(read: () => Promise<T>, key: () => string, everyMs = 60_000) {
  const data = shallowRef<T | null>(null) as Ref<T | null>
  const problem = ref<string | null>(null)
  const readAt = ref<number | null>(null)
  /** How old the figures were when they could last not be read again, ms. */
  const ageMs = ref<number | null>(null)
  let turn = 0
  async function load(): Promise<void> {
    const mine = ++turn
    try {
      const found = await read()
      if (mine !== turn) return
      data.value = found
      problem.value = null
      readAt.value = Date.now()
      ageMs.value = null
    } catch (error) {
      if (mine !== turn) return
      problem.value = isApiFailure(error) ? error.code : 'other'
      ageMs.value = readAt.value === null ? null : Date.now() - readAt.value
    }
  }
  watch(
    key,
    () => {
      data.value = null
      problem.value = null
      readAt.value = null
      ageMs.value = null
      void load()
    },
    { immediate: true },
  )
  const seen = () => document.visibilityState === 'visible' && void load()
  const timer = setInterval(seen, everyMs)
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', seen)
    turn += 1
  })
  const state = computed<PanelState>(() => {
    if (readAt.value === null) {
      if (problem.value === null) return 'loading'
      if (problem.value === 'forbidden') return 'forbidden'
      return problem.value === 'not_found' ? 'unknown_scope' : 'unavailable'
    }
    return problem.value === null ? 'ready' : 'old'
  })
  return { data, state, problem, readAt, ageMs, load }
}

import { type Ref, computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { isApiFailure } from '../api/http.ts'
import type { PanelState } from './panel-state.ts'

/**
 * Reads something over HTTP, again when `key` changes and every `everyMs`; what was read stands while the server does
 * not answer. An answer to an older key is dropped.
 */
export function useFetched<T>(read: () => Promise<T>, key: () => string, everyMs = 60_000) {
  const data = shallowRef<T | null>(null) as Ref<T | null>
  const problem = ref<string | null>(null)
  const readAt = ref<number | null>(null)
  let turn = 0
  async function load(): Promise<void> {
    const mine = ++turn
    try {
      const found = await read()
      if (mine !== turn) return
      data.value = found
      problem.value = null
      readAt.value = Date.now()
    } catch (error) {
      if (mine === turn) problem.value = isApiFailure(error) ? error.code : 'other'
    }
  }
  watch(
    key,
    () => {
      data.value = null
      problem.value = null
      readAt.value = null
      void load()
    },
    { immediate: true },
  )
  const timer = setInterval(() => void load(), everyMs)
  onScopeDispose(() => {
    clearInterval(timer)
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
  return { data, state, problem, readAt, load }
}

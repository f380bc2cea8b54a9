import { computed, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import { isApiFailure } from '../../api/http.ts'
import type { PanelState } from '../../composables/panel-state.ts'

/**
 * Reads something now and every `everyMs`, for as long as the component is mounted and its tab is visible. A failed read
 * keeps what is there. An answer that was overtaken by a later call is dropped.
 */
export function useLoad<T>(read: () => Promise<T>, everyMs: number) {
  const data = shallowRef<T | null>(null)
  const failed = ref<string | null>(null)
  let calls = 0
  let timer: ReturnType<typeof setInterval> | undefined

  async function load(): Promise<void> {
    const mine = ++calls
    try {
      const answer = await read()
      if (mine !== calls) return
      data.value = answer
      failed.value = null
    } catch (error) {
      if (mine === calls) failed.value = isApiFailure(error) ? error.code : 'other'
    }
  }
  const state = computed<PanelState>(() => {
    if (failed.value === 'forbidden') return 'forbidden'
    if (failed.value === 'not_found' && data.value === null) return 'empty'
    if (failed.value !== null) return data.value === null ? 'unavailable' : 'ready'
    return data.value === null ? 'loading' : 'ready'
  })
  const visible = () => document.visibilityState === 'visible' && void load()
  onMounted(() => {
    void load()
    timer = setInterval(visible, everyMs)
    document.addEventListener('visibilitychange', visible)
  })
  onBeforeUnmount(() => {
    calls += 1
    clearInterval(timer)
    document.removeEventListener('visibilitychange', visible)
  })
  return { data, state, failed, load }
}

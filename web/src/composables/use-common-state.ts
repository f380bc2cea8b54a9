import { type ComputedRef, computed } from 'vue'
import type { PanelState } from './panel-state.ts'

const ONCE: readonly PanelState[] = ['too_few', 'unavailable', 'forbidden', 'unknown_scope']

/** The state that all panels share and that is better said once than on each of them; undefined otherwise. */
export function useCommonState(states: () => PanelState[]): ComputedRef<PanelState | undefined> {
  return computed(() => {
    const [first, ...rest] = states()
    return first !== undefined && ONCE.includes(first) && rest.every((state) => state === first)
      ? first
      : undefined
  })
}

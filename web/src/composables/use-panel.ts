import type { PanelData, PanelName } from '@guanlan/contract/panels'
import type { Range } from '@guanlan/contract/scope'
import { type ComputedRef, type MaybeRefOrGetter, computed, onScopeDispose, toValue, watch } from 'vue'
import { useLive } from '../stores/live.ts'
import { type PanelState, panelState } from './panel-state.ts'

export interface PanelView<P extends PanelName> {
  state: PanelState
  /** Present in the states `ready`, `old` and `empty`. */
  data: PanelData[P] | null
  /** When the figures were read, server clock; null before the first ones. */
  asOf: number | null
  /** Age of the figures in ms by the server's clock. */
  ageMs: number | null
}

/** Panels that are the same for every range; asked for once. */
const RANGELESS: readonly PanelName[] = ['pulse', 'freshness', 'words', 'topics', 'risk']

/** Subscribes a panel for as long as the component lives and follows scope and range. */
export function usePanel<P extends PanelName>(
  panel: P,
  scope: MaybeRefOrGetter<string>,
  range: MaybeRefOrGetter<Range>,
): ComputedRef<PanelView<P>> {
  const live = useLive()
  const sub = computed(() => ({
    panel,
    scope: toValue(scope),
    range: RANGELESS.includes(panel) ? ('day' as const) : toValue(range),
  }))
  let release: (() => void) | undefined
  watch(
    () => `${sub.value.scope}|${sub.value.range}`,
    () => {
      const before = release
      release = live.watch(sub.value)
      before?.()
    },
    { immediate: true },
  )
  onScopeDispose(() => release?.())
  return computed(() => {
    const entry = live.panel(sub.value)
    const snapshot = entry?.snapshot ?? null
    const asOf = snapshot?.asOf ?? null
    return {
      state: panelState(snapshot, entry?.refused ?? null),
      data: (snapshot?.data ?? null) as PanelData[P] | null,
      asOf,
      ageMs: asOf === null ? null : Math.max(0, live.serverNow - asOf),
    }
  })
}

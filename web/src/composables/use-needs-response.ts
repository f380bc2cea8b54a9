import { parseScope } from '@guanlan/contract/scope'
import { type MaybeRefOrGetter, computed } from 'vue'
import { useLabels } from '../stores/labels.ts'
import { needsResponse } from './needs-response.ts'
import { usePanel } from './use-panel.ts'

/** Where somebody has to respond, from the open alerts and the risk board of a scope; undefined when nobody has to. */
export function useNeedsResponse(scope: MaybeRefOrGetter<string>) {
  const labels = useLabels()
  const alerts = usePanel('alerts', scope, 'day')
  const risk = usePanel('risk', scope, 'day')
  const above = (key: string) => {
    const parsed = parseScope(key)
    if (parsed === undefined || labels.scopeName(key) === undefined) return undefined
    return labels.pathOf(parsed).map((unit) => unit.key)
  }
  return computed(() => needsResponse(alerts.value.data, risk.value.data, above))
}

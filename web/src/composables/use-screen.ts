import { Range, ScopeKey } from '@guanlan/contract/scope'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useSession } from '../stores/session.ts'

/** Scope and range of a screen live in its address, so that a link shows the same picture to a colleague. */
export function useScreen() {
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  const scope = computed(() => {
    const asked = ScopeKey.safeParse(route.query['scope'])
    return asked.success ? asked.data : (session.me?.home ?? 'org')
  })
  const range = computed<Range>(() => {
    const asked = Range.safeParse(route.query['range'])
    return asked.success ? asked.data : 'day'
  })
  const to = (change: { scope?: string; range?: Range }) => ({
    query: { ...route.query, scope: change.scope ?? scope.value, range: change.range ?? range.value },
  })
  return {
    scope,
    range,
    to,
    open: (change: { scope?: string; range?: Range }) => void router.push(to(change)),
  }
}

import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { isApiFailure } from '../../api/http.ts'

/** Runs one action at a time and says in words why it did not work. */
export function useAct() {
  const { t, te } = useI18n()
  const busy = ref(false)
  const problem = ref<string | null>(null)

  function wordsOf(error: unknown): string {
    if (!isApiFailure(error)) return t('errors.other')
    const refused = `alerts.refused.${error.detail ?? ''}`
    if (error.detail !== undefined && /^[a-z_]+$/.test(error.detail) && te(refused)) return t(refused)
    return te(`errors.${error.code}`) ? t(`errors.${error.code}`) : t('errors.other')
  }

  /** False when it failed, or when another action still runs. */
  async function act(action: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = null
    try {
      await action()
      return true
    } catch (error) {
      problem.value = wordsOf(error)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, act }
}

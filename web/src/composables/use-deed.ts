import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { isApiFailure } from '../api/http.ts'

/** One thing that a person does: at most once at a time, with what went wrong in words. */
export function useDeed() {
  const { t, te } = useI18n()
  const working = ref(false)
  const failed = ref('')

  function wordsOf(error: unknown): string {
    if (!isApiFailure(error)) return t('errors.other')
    const { code, detail, pointer } = error
    // A refusal points at its reason, a field at what has to be mended.
    const refused = `alerts.refused.${pointer?.slice(1) ?? ''}`
    if (pointer !== undefined && /^\/[a-zA-Z_]+$/.test(pointer) && te(refused)) return t(refused)
    if (te(`errors.${code}`)) return t(`errors.${code}`)
    return detail ?? t('errors.other')
  }

  /** True when it worked; false when it failed, or when another one still runs. */
  async function run(deed: () => Promise<unknown>): Promise<boolean> {
    if (working.value) return false
    working.value = true
    failed.value = ''
    try {
      await deed()
      return true
    } catch (error) {
      failed.value = wordsOf(error)
      return false
    } finally {
      working.value = false
    }
  }
  return { working, failed, run }
}

import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { isApiFailure } from '../api/http.ts'

/** One thing that a person does: at most once at a time, with what went wrong in words. */
export function useDeed() {
  const { t, te } = useI18n()
  const working = ref(false)
  const failed = ref('')
  /** True when it worked. */
  async function run(deed: () => Promise<unknown>): Promise<boolean> {
    if (working.value) return false
    working.value = true
    failed.value = ''
    try {
      await deed()
      return true
    } catch (error) {
      const key = isApiFailure(error) ? `errors.${error.code}` : 'errors.other'
      failed.value =
        isApiFailure(error) && error.detail !== undefined && !te(key)
          ? error.detail
          : t(te(key) ? key : 'errors.other')
      return false
    } finally {
      working.value = false
    }
  }
  return { working, failed, run }
}

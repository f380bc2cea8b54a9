import { watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'

/** What the browser's tab, its history and a screen reader call this page, in the reader's language. */
export function usePageTitle(title: () => string): void {
  const { t } = useI18n()
  watchEffect(() => {
    document.title = `${title()} · ${t('app.name')}`
  })
}

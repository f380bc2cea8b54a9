import type { BothLanguages } from '@guanlan/contract/protection'
import { useI18n } from 'vue-i18n'

/** The one of both languages that is on the screen. */
export function useBoth() {
  const { locale } = useI18n()
  return (text: BothLanguages | null): string =>
    text === null ? '' : locale.value === 'en' ? text.en : text.zh
}

import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { type Format, type Locale, createFormat } from './format.ts'

/** Formatting in the language that is on the screen. */
export function useFormat() {
  const { locale } = useI18n()
  return computed<Format>(() => createFormat(locale.value as Locale))
}

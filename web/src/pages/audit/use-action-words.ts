import { useI18n } from 'vue-i18n'

/** An action of the audit in words; one that has none yet keeps its code. */
export function useActionWords() {
  const { t, te } = useI18n()
  return (action: string): string => {
    const key = `audit.actions.${action.replaceAll('.', '_')}`
    return te(key) ? t(key) : action
  }
}

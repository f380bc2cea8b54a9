import type { AlertSummary } from '@guanlan/contract/alert'
import { useI18n } from 'vue-i18n'
import { useShippedNames } from '../../composables/use-shipped-names.ts'
import { useLabels } from '../../stores/labels.ts'

type Titled = Pick<AlertSummary, 'ruleName' | 'origin' | 'subject'>

/** What an alert is called, and where it is. */
export function useNames() {
  const { t, locale } = useI18n()
  const labels = useLabels()
  const shipped = useShippedNames()
  const category = (code: string) => labels.categoryName(code, locale.value)
  return {
    category,
    shipped,
    title: (alert: Titled) => {
      const base = alert.ruleName === null ? t(`alerts.origin.${alert.origin}`) : shipped(alert.ruleName)
      return alert.subject.category === null ? base : `${base} · ${category(alert.subject.category)}`
    },
    place: (alert: Pick<AlertSummary, 'unitName' | 'groupName'>) =>
      alert.groupName === null ? alert.unitName : `${alert.unitName} · ${alert.groupName}`,
    unit: (id: string) => labels.scopeName(`unit:${id}`) ?? id,
    group: (id: string) => labels.scopeName(`group:${id}`) ?? id,
  }
}

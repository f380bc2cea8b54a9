import { useI18n } from 'vue-i18n'
import { useFormat } from '../../composables/use-format.ts'

/** A rule's value with its unit: shares as percentages, minutes and days as lengths of time, counts as counts. */
export function useFigures() {
  const { t, te } = useI18n()
  const format = useFormat()
  return (kind: string, value: number): string => {
    if (kind === 'rate') return format.value.share(value)
    if (kind === 'time-to-decision' || kind === 'silent-source') return format.value.duration(value * 60_000)
    if (kind === 'threshold') return `${format.value.count(value)} ${t('alerts.rule.unit.threshold')}`
    const unit = `alerts.rule.unit.${kind}`
    const figure = Number.isInteger(value) ? format.value.count(value) : value.toFixed(2)
    return te(unit) ? `${figure} ${t(unit)}` : figure
  }
}

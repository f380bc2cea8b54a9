import { ALERT_LEVELS } from '@guanlan/contract/alert-rule'
import { useI18n } from 'vue-i18n'
import { LEVEL_SHAPES } from '../../composables/risk-look.ts'
import { useFormat } from '../../composables/use-format.ts'

/** A rule's value with its unit: shares as percentages, minutes and days as lengths of time, levels as words, counts as counts. */
export function useFigures() {
  const { t, te } = useI18n()
  const format = useFormat()
  return (kind: string, value: number): string => {
    if (kind === 'rate') return format.value.share(value)
    if (kind === 'time-to-decision' || kind === 'silent-source') return format.value.duration(value * 60_000)
    if (kind === 'topic-risk') {
      const level = (['none', ...ALERT_LEVELS] as const)[value] ?? 'none'
      return `${LEVEL_SHAPES[level]} ${t(`levels.${level}`)}`
    }
    if (kind === 'threshold') return `${format.value.count(value)} ${t('alerts.rule.unit.threshold')}`
    const unit = `alerts.rule.unit.${kind}`
    const figure = Number.isInteger(value) ? format.value.count(value) : value.toFixed(2)
    return te(unit) ? `${figure} ${t(unit)}` : figure
  }
}

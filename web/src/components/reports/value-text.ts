import type { ReportFigure, ReportLocale } from '@guanlan/contract/report'

/** A figure's value as it was read, without the rounding of a table's column. */
export function valueText(value: ReportFigure['value'], locale: ReportLocale): string {
  if (value === null) return '—'
  if (typeof value === 'number')
    return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 1 ? 4 : 2 })
  if (typeof value === 'string') return value
  if ('below' in value) return locale === 'en' ? `under ${value.below}` : `少于 ${value.below}`
  return `${valueText(value.low, locale)} – ${valueText(value.high, locale)}`
}

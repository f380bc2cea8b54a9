import type {
  Edition,
  ReportColumn,
  ReportFigure,
  ReportLocale,
  ReportPeriod,
  ReportSectionKey,
  ReportValue,
} from './report.ts'
import { CAPTIONS, COLUMN_TITLES, LABELS, SECTION_TITLES, UNIT_WORDS } from './report-labels.ts'

/** What rendering needs of an edition besides the piece itself. An EditionSummary has it too. */
export type ReportContext = Pick<Edition, 'kind' | 'names' | 'period' | 'scope'>

const at = (pair: readonly [string, string], locale: ReportLocale) => pair[locale === 'en' ? 1 : 0]

/** A code or id in the reader's language: names of the edition first, then the product's own words, then the code itself. */
export function labelOf(
  vocabulary: ReportColumn['vocabulary'],
  code: string,
  context: ReportContext,
  locale: ReportLocale,
): string {
  const { names } = context
  if (vocabulary === 'category') {
    const category = names.categories[code]
    return category === undefined ? code : locale === 'en' ? category.en : category.zh
  }
  if (vocabulary === 'unit') return names.units[code] ?? code
  if (vocabulary === 'source') return names.sources[code] ?? code
  if (vocabulary === 'rule' && names.rules[code] !== undefined) return names.rules[code]
  const pair = vocabulary === null ? undefined : LABELS[vocabulary]?.[code]
  return pair === undefined ? code : at(pair, locale)
}

/** Whole numbers with groups of three, others with at most one decimal. */
export function numberText(value: number): string {
  const rounded = Number.isInteger(value) ? value : Math.round(value * 10) / 10
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 1 })
}

/** A share 0..1 as a percentage; one decimal below ten percent and from 99.5 on. Only nothing is 0%, only all of it is 100%. */
export function percentText(share: number): string {
  const percent = share * 100
  const size = Math.abs(percent)
  if (size > 0 && size < 0.05) return '<0.1%'
  if (size >= 99.5 && size < 100) return `${Math.sign(percent) * (Math.floor(size * 10) / 10)}%`
  return `${size >= 10 || size === 0 ? Math.round(percent) : Math.round(percent * 10) / 10}%`
}

/** A duration of minutes in words: seconds below two minutes, hours from two hours, days from two days. */
export function durationText(minutes: number, locale: ReportLocale): string {
  const [amount, zh, en] =
    minutes < 2
      ? [Math.round(minutes * 60), '秒', 'second']
      : minutes < 120
        ? [Math.round(minutes), '分钟', 'minute']
        : minutes < 2880
          ? [Math.round(minutes / 6) / 10, '小时', 'hour']
          : [Math.round(minutes / 144) / 10, '天', 'day']
  if (locale !== 'en') return `${amount} ${zh}`
  return `${amount} ${en}${amount === 1 ? '' : 's'}`
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** 2026-11-16 as 11月16日 or 16 November. @param withYear writes the year as well */
export function dayText(day: string, locale: ReportLocale, withYear = false): string {
  const [year = '', month = '', date = ''] = day.slice(0, 10).split('-')
  if (locale === 'en')
    return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month}${withYear ? ` ${year}` : ''}`
  return `${withYear ? `${year}年` : ''}${Number(month)}月${Number(date)}日`
}

/** Local days in words, those that follow each other as one span: 11月9日、11月11日至11月15日. @param days oldest first */
export function daysText(days: readonly string[], locale: ReportLocale): string {
  const runs: { first: string; last: string }[] = []
  for (const day of days) {
    const run = runs.at(-1)
    if (run !== undefined && Date.parse(day) - Date.parse(run.last) === 86_400_000) run.last = day
    else runs.push({ first: day, last: day })
  }
  const [to, and] = locale === 'en' ? [' to ', ', '] : ['至', '、']
  return runs
    .map(({ first, last }) =>
      first === last ? dayText(first, locale) : `${dayText(first, locale)}${to}${dayText(last, locale)}`,
    )
    .join(and)
}

/** An instant as local day and time of the edition's time zone. @param withYear writes the year as well */
export function instantText(
  instant: string,
  context: ReportContext,
  locale: ReportLocale,
  withYear = false,
): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: context.period.timezone,
    ...({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const),
    hourCycle: 'h23',
  }).formatToParts(new Date(instant))
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  const day = dayText(`${of('year')}-${of('month')}-${of('day')}`, locale, withYear)
  return `${day} ${of('hour')}:${of('minute')}`
}

/** A figure's value as it was read, without a column that would say how to write it: groups of three, small shares to four places. */
export function figureText(value: ReportFigure['value'], locale: ReportLocale): string {
  if (value === null) return '—'
  if (typeof value === 'number')
    return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 1 ? 4 : 2 })
  if (typeof value === 'string') return value
  if ('below' in value) return locale === 'en' ? `under ${value.below}` : `少于 ${value.below}`
  return `${figureText(value.low, locale)}–${figureText(value.high, locale)}`
}

/** A change with its direction: +70%, −26%. */
const signed = (text: string, value: number) => (value > 0 ? `+${text}` : text.replace('-', '−'))

/** A cell of a table as text; what is unknown or hidden is a dash, never zero. */
export function renderCell(
  value: ReportValue | undefined,
  column: ReportColumn,
  context: ReportContext,
  locale: ReportLocale,
): string {
  if (value === null || value === undefined) return '—'
  if (typeof value === 'object') {
    if ('below' in value) return locale === 'en' ? `under ${value.below}` : `少于 ${value.below}`
    return column.type === 'interval' || column.type === 'percent'
      ? `${percentText(value.low)}–${percentText(value.high)}`
      : `${numberText(value.low)}–${numberText(value.high)}`
  }
  if (typeof value === 'string') {
    if (column.type === 'label') return labelOf(column.vocabulary, value, context, locale)
    if (column.type === 'instant') return instantText(value, context, locale)
    if (column.type === 'date') return dayText(value, locale)
    return value
  }
  if (column.type === 'percent')
    return column.key === 'percentChange' ? signed(percentText(value), value) : percentText(value)
  if (column.type === 'minutes') return durationText(value, locale)
  return numberText(value)
}

export const sectionTitle = (key: ReportSectionKey, locale: ReportLocale): string =>
  at(SECTION_TITLES[key], locale)

export function columnTitle(column: ReportColumn, context: ReportContext, locale: ReportLocale): string {
  const title = at(COLUMN_TITLES[column.key] ?? [column.key, column.key], locale)
  const unit = column.unit === null ? '' : at(UNIT_WORDS[column.unit] ?? ['', ''], locale)
  const named = fillPeriods(title, context, locale)
  return unit === '' ? named : locale === 'en' ? `${named} (${unit})` : `${named}（${unit}）`
}

/** Caption of a table or a chart. */
export const captionOf = (captionKey: string, context: ReportContext, locale: ReportLocale): string =>
  fillPeriods(at(CAPTIONS[captionKey] ?? [captionKey, captionKey], locale), context, locale)

const PERIOD_WORDS = {
  week: { now: ['本周', 'this week'], before: ['上周', 'last week'] },
  month: { now: ['本月', 'this month'], before: ['上月', 'last month'] },
  day: { now: ['当日', 'this day'], before: ['前一日', 'the day before'] },
  flash: { now: ['当前', 'now'], before: ['此前', 'before'] },
} as const

/** "this week", "last week" and their like. */
export const periodWord = (kind: ReportContext['kind'], which: 'now' | 'before', locale: ReportLocale) =>
  at(PERIOD_WORDS[kind][which], locale)

/** `{now}` and `{before}` in titles stand for the words of the kind. */
const fillPeriods = (text: string, { kind }: ReportContext, locale: ReportLocale) => {
  const filled = text
    .replace('{now}', periodWord(kind, 'now', locale))
    .replace('{before}', periodWord(kind, 'before', locale))
  return locale === 'en' ? filled.charAt(0).toUpperCase() + filled.slice(1) : filled
}

/** The period in words, with its days. */
export function periodText(
  { kind, period }: Pick<ReportContext, 'kind'> & { readonly period: Omit<ReportPeriod, 'timezone'> },
  locale: ReportLocale,
): string {
  if (kind === 'month') {
    const [year = '', month = ''] = period.from.split('-')
    return locale === 'en' ? `${MONTHS[Number(month) - 1] ?? ''} ${year}` : `${year}年${Number(month)}月`
  }
  if (kind !== 'week') return dayText(period.from, locale, true)
  if (locale === 'en') {
    const from = dayText(period.from, 'en', spansYears(period))
    const first = period.from.slice(0, 7) === period.to.slice(0, 7) ? (from.split(' ')[0] ?? '') : from
    return `week ${period.isoWeek ?? ''} of ${period.isoYear ?? ''} (${first} to ${dayText(period.to, 'en', true)})`
  }
  const span = `${dayText(period.from, 'zh-CN', true)}至${dayText(period.to, 'zh-CN', spansYears(period))}`
  return `${period.isoYear ?? ''}年第${period.isoWeek ?? ''}周（${span}）`
}

const spansYears = (period: Pick<ReportPeriod, 'from' | 'to'>) =>
  period.from.slice(0, 4) !== period.to.slice(0, 4)

const KIND_TITLES = {
  week: ['群聊安全与诉求周报', 'Weekly report on group chats'],
  month: ['群聊安全与诉求月报', 'Monthly report on group chats'],
  day: ['群聊安全与诉求日报', 'Daily brief on group chats'],
  flash: ['快报', 'Flash brief'],
} as const

/** Name of the scope as it was. */
export const scopeText = ({ scope, names }: ReportContext): string =>
  scope === 'org' ? names.organisation : (names.units[scope.slice('unit:'.length)] ?? scope)

export const editionTitle = (edition: ReportContext, locale: ReportLocale): string =>
  locale === 'en'
    ? `${scopeText(edition)}: ${at(KIND_TITLES[edition.kind], locale)}`
    : `${scopeText(edition)}${at(KIND_TITLES[edition.kind], locale)}`

/** Number as official documents write it; null before it is issued. */
export function editionNumber(edition: Pick<Edition, 'number'>, locale: ReportLocale): string | null {
  const { number } = edition
  if (number === null) return null
  return locale === 'en'
    ? `${number.year}, No. ${number.sequence}`
    : `〔${number.year}〕第${number.sequence}期`
}

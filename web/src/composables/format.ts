export type Locale = 'zh-CN' | 'en'

/** Local time of the organisation: every time on a screen is in it, wherever the browser is. */
const TIMEZONE = 'Asia/Shanghai'

export interface Format {
  /** 9,999 · 1.2万 · 3.4亿 (en: 12.3k · 1.2M); an em dash for unknown. */
  count(value: number | null | undefined): string
  /** With sign: +12, −3, 0. */
  signed(value: number): string
  /** 0..1 as a percentage, one decimal under 10 %. */
  share(value: number | null | undefined): string
  /** A length of time, two figures: 0.8 秒 · 3.5 分钟 · 5.2 小时 · 3 天. */
  duration(ms: number | null | undefined): string
  /** 14:05 */
  time(at: number): string
  /** 14:05:09 */
  clock(at: number): string
  /** 11月21日 / 21 Nov */
  day(at: number): string
  /** 11月21日 星期六 / Sat 21 Nov */
  longDay(at: number): string
  /** 周六 / Sat */
  weekday(at: number): string
  /** 2026-11-21, the same in every language: for records that are kept. */
  isoDay(at: number): string
  /** 2026-11-21 14:05 */
  stamp(at: number): string
  /** a、b、c / a, b, c */
  list(items: readonly string[]): string
  /** Sentences one after the other: Chinese ones have their space in the full stop. */
  sentences(items: readonly string[]): string
  /** label：value / label: value */
  labelled(label: string, value: string): string
  /** Hour and minute of the local day. */
  parts(at: number): { hour: number; minute: number }
}

const UNKNOWN = '—'

/** `value` in 万/亿 or k/M with one decimal, plain digits below ten thousand. */
function countWith(locale: Locale): (value: number) => string {
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const steps: [number, string][] =
    locale === 'zh-CN'
      ? [
          [1e8, '亿'],
          [1e4, '万'],
        ]
      : [
          [1e9, 'B'],
          [1e6, 'M'],
          [1e3, 'k'],
        ]
  return (value) => {
    const size = Math.abs(value)
    if (size < 10_000) return plain.format(value)
    // 99,999,999 is 1.0亿, not 10000.0万: the step is taken from the rounded figure.
    const found = steps.findIndex(([step]) => Math.round((size / step) * 10) / 10 >= 1)
    const [step, name] = steps[Math.max(found, 0)] as [number, string]
    return `${(value / step).toFixed(1)}${name}`
  }
}

const UNITS: Record<Locale, Record<'s' | 'min' | 'h' | 'd', string>> = {
  'zh-CN': { s: '秒', min: '分钟', h: '小时', d: '天' },
  en: { s: 's', min: 'min', h: 'h', d: 'd' },
}

function durationWith(locale: Locale): (ms: number) => string {
  const short = (value: number) =>
    value < 10 && value % 1 !== 0 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value))
  return (ms) => {
    const seconds = Math.max(0, ms) / 1000
    const [value, unit] =
      // What would be rounded up to 60 is one of the next unit.
      seconds < 59.5
        ? ([seconds, 's'] as const)
        : seconds < 59.5 * 60
          ? ([seconds / 60, 'min'] as const)
          : seconds < 48 * 3600
            ? ([seconds / 3600, 'h'] as const)
            : ([seconds / 86_400, 'd'] as const)
    return `${short(value)} ${UNITS[locale][unit]}`
  }
}

/** Pure formatting for one language and time zone. */
export function createFormat(locale: Locale, timeZone: string = TIMEZONE): Format {
  const count = countWith(locale)
  const duration = durationWith(locale)
  const dated = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
      timeZone,
      hourCycle: 'h23',
      ...options,
    })
    return (at: number) => format.format(at)
  }
  // Swedish dates are ISO 8601 ones.
  const record = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  const partsOf = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return {
    count: (value) => (value === null || value === undefined ? UNKNOWN : count(value)),
    signed: (value) => (value > 0 ? `+${count(value)}` : value < 0 ? `−${count(-value)}` : '0'),
    share: (value) => {
      if (value === null || value === undefined) return UNKNOWN
      const percent = value * 100
      return `${percent < 10 && percent > 0 ? percent.toFixed(1).replace(/\.0$/, '') : percent.toFixed(0)}%`
    },
    duration: (ms) => (ms === null || ms === undefined ? UNKNOWN : duration(ms)),
    time: dated({ hour: '2-digit', minute: '2-digit' }),
    clock: dated({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    day: dated(locale === 'en' ? { day: 'numeric', month: 'short' } : { month: 'numeric', day: 'numeric' }),
    longDay: dated({
      month: locale === 'en' ? 'short' : 'long',
      day: 'numeric',
      weekday: locale === 'en' ? 'short' : 'long',
    }),
    weekday: dated({ weekday: 'short' }),
    isoDay: (at) => record.format(at).slice(0, 10),
    stamp: (at) => record.format(at),
    list: (items) => items.join(locale === 'en' ? ', ' : '、'),
    sentences: (items) => items.join(locale === 'en' ? ' ' : ''),
    labelled: (label, value) => `${label}${locale === 'en' ? ': ' : '：'}${value}`,
    parts: (at) => {
      const [hour = '0', minute = '0'] = partsOf.format(at).split(':')
      return { hour: Number(hour), minute: Number(minute) }
    },
  }
}

import type { ReportLocale } from '@guanlan/contract/report'

const DIGITS = '零一二三四五六七八九'

/** 1 to 99 as Chinese documents number their headings: 一, 十二, 二十. */
export function chineseNumber(n: number): string {
  const [tens, ones] = [Math.floor(n / 10), n % 10]
  const ten = tens === 0 ? '' : `${tens === 1 ? '' : DIGITS[tens]}十`
  return ten + (ones === 0 && tens > 0 ? '' : (DIGITS[ones] ?? ''))
}

/** First-level heading: 一、违规情况 or 1. Violations. */
export const headingText = (number: number, text: string, locale: ReportLocale): string =>
  locale === 'en' ? `${number}. ${text}` : `${chineseNumber(number)}、${text}`

import { describe, expect, it } from 'vitest'
import { periodText } from '@guanlan/contract/report-words'
import { isoWeekOf, pastPeriods, spanOf } from './periods.ts'

describe('periods that are over', () => {
  it('follows the ISO week over the year border', () => {
    expect(isoWeekOf('2026-11-21')).toBe('2026-W47')
    expect(isoWeekOf('2027-01-03')).toBe('2026-W53')
    expect(isoWeekOf('2027-01-04')).toBe('2027-W01')
    expect(isoWeekOf('2024-12-30')).toBe('2025-W01')
  })
  it('never offers the one that still runs', () => {
    expect(pastPeriods('week', '2027-01-04', 2)).toEqual(['2026-W53', '2026-W52'])
    expect(pastPeriods('month', '2027-01-31', 3)).toEqual(['2026-12', '2026-11', '2026-10'])
    expect(pastPeriods('day', '2026-03-01', 2)).toEqual(['2026-02-28', '2026-02-27'])
  })
  it('are offered in words, with their days', () => {
    const say = (kind: 'week' | 'month' | 'day', key: string, locale: 'zh-CN' | 'en') =>
      periodText({ kind, period: spanOf(kind, key) }, locale)
    expect(say('week', '2026-W47', 'zh-CN')).toBe('2026年第47周（2026年11月16日至11月22日）')
    expect(say('week', '2026-W53', 'en')).toBe('week 53 of 2026 (28 December 2026 to 3 January 2027)')
    expect(say('week', '2027-W01', 'zh-CN')).toBe('2027年第1周（2027年1月4日至1月10日）')
    expect(say('month', '2026-11', 'zh-CN')).toBe('2026年11月')
    expect(spanOf('month', '2028-02').to).toBe('2028-02-29')
    expect(say('day', '2026-03-01', 'en')).toBe('1 March 2026')
  })
})

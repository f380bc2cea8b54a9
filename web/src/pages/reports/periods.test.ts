import { describe, expect, it } from 'vitest'
import { isoWeekOf, pastPeriods } from './periods.ts'

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
})

import { PERCENT_BASE, shareInterval } from './compare.ts'

/** What a unit is assessed by: response times and register. There is no field for mood, topics or counts of opinion. */
export interface UnitFacts {
  readonly unitId: string
  /** Violations with a time to decision. */
  readonly count: number
  /** Share decided within the target, 0..1; null on too few. */
  readonly within: number | null
  readonly medianMinutes: number | null
  readonly p90Minutes: number | null
  readonly findings: number
  readonly overdue: number
}

export type UnitMeasure = 'praise' | 'help' | 'usual' | 'few'

/** Share that has to be decided within the target. */
const WITHIN_TARGET = 0.9

/**
 * Praise: with 95 % confidence at least nine in ten decided in time and nothing overdue in the register. Help: with the same
 * confidence fewer than nine in ten, or something overdue. A share is judged from 20 violations on.
 */
export function assess({ count, within, overdue }: UnitFacts): UnitMeasure {
  if (overdue > 0) return 'help'
  if (within === null || count < PERCENT_BASE) return 'few'
  const interval = shareInterval(Math.round(within * count), count)
  if (interval === null) return 'few'
  if (interval.low >= WITHIN_TARGET) return 'praise'
  return interval.high < WITHIN_TARGET ? 'help' : 'usual'
}

export const isSlow = ({ count, within }: UnitFacts): boolean =>
  within !== null &&
  count >= PERCENT_BASE &&
  (shareInterval(Math.round(within * count), count)?.high ?? 1) < WITHIN_TARGET

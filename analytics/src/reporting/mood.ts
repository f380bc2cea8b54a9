import type { ReportInterval } from '@guanlan/contract/report'
import type { ReportCell } from '../queries/report-words.ts'
import { together } from '../share-interval.ts'

export interface Mood {
  readonly negative: ReportInterval
  readonly positive: ReportInterval
  /** Lower bound: released cells count in fives. */
  readonly messages: number
}

/** Mood over released cells; null without any. */
export function moodOf(cells: readonly ReportCell[]): Mood | null {
  const parts = cells.flatMap(({ sentiment, messages }) =>
    sentiment === null || messages === 0 ? [] : [{ sentiment, messages }],
  )
  if (parts.length === 0) return null
  const over = (side: 'negative' | 'positive') =>
    together(parts.map(({ sentiment, messages }) => ({ interval: sentiment[side], messages })))
  return {
    negative: over('negative'),
    positive: over('positive'),
    messages: parts.reduce((sum, { messages }) => sum + messages, 0),
  }
}

/** A change of mood is stated only where the intervals do not touch. */
export function moodShift(now: Mood, before: Mood): 'rose' | 'fell' | 'same' {
  if (now.negative.low > before.negative.high) return 'rose'
  return now.negative.high < before.negative.low ? 'fell' : 'same'
}

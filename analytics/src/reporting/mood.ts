import type { ReportInterval } from '@guanlan/contract/report'
import type { ReportCell } from '../queries/report-words.ts'

export interface Mood {
  readonly negative: ReportInterval
  readonly positive: ReportInterval
  /** Lower bound: released cells count in fives. */
  readonly messages: number
}

const STEP = 20

/** Mean of intervals weighted by messages, ends outwards to a twentieth: holds the whole's share when each holds its own. */
function together(parts: readonly { interval: ReportInterval; messages: number }[]): ReportInterval {
  const total = parts.reduce((sum, part) => sum + part.messages, 0)
  const mean = (end: 'low' | 'high') =>
    parts.reduce((sum, part) => sum + part.interval[end] * part.messages, 0) / Math.max(1, total)
  return {
    low: Math.floor(Math.max(0, mean('low')) * STEP + 1e-9) / STEP,
    high: Math.ceil(Math.min(1, mean('high')) * STEP - 1e-9) / STEP,
  }
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

import type { ReleasedCell, ShareInterval } from '@guanlan/analytics/privacy/released-cell'
import { outwards, together } from '@guanlan/analytics/share-interval'
import type { Calibration } from '@guanlan/analytics/text/calibration'
import type { SentimentPoint } from '@guanlan/contract/sentiment'

const Z95 = 1.959964

/**
 * A released interval of "called negative" as an interval of "negative", by the hit and false rates of the local calibration
 * (adjusted count, Forman 2008), widened by the rates' own error. From released values only.
 */
export function calibratedInterval(seen: ShareInterval, calibration: Calibration): ShareInterval {
  const { hitRate, falseRate, negatives, others } = calibration
  const gap = Math.max(0.1, hitRate - falseRate)
  const adjust = (share: number) => Math.min(1, Math.max(0, (share - falseRate) / gap))
  const share = adjust((seen.low + seen.high) / 2)
  const error = Math.sqrt(
    (share * share * hitRate * (1 - hitRate)) / negatives +
      ((1 - share) ** 2 * falseRate * (1 - falseRate)) / others,
  )
  const slack = (Z95 * error) / gap
  return outwards(adjust(seen.low) - slack, adjust(seen.high) + slack)
}

/** Negative share of a cell, calibrated where the calibration was in force in all of its window. */
export function negativeOf(
  cell: ReleasedCell,
  calibration: { calibration: Calibration; at: number } | undefined,
): ShareInterval | null {
  if (cell.sentiment === null) return null
  if (calibration === undefined || cell.from < calibration.at) return cell.sentiment.negative
  return calibratedInterval(cell.sentiment.negative, calibration.calibration)
}

/** Cells of mood put together in steps; a cell belongs to the step in which its window ends. */
export function moodPoints(
  cells: readonly ReleasedCell[],
  calibration: { calibration: Calibration; at: number } | undefined,
  window: { from: number; to: number; stepMs: number },
): SentimentPoint[] {
  const steps = new Map<number, ReleasedCell[]>()
  for (const cell of cells) {
    if (cell.to <= window.from || cell.to > window.to || cell.sentiment === null) continue
    const step = Math.ceil((cell.to - window.from) / window.stepMs)
    steps.set(step, [...(steps.get(step) ?? []), cell])
  }
  return [...steps.values()].map((list) => ({
    from: Math.min(...list.map((cell) => cell.from)),
    to: Math.max(...list.map((cell) => cell.to)),
    messages: list.reduce((sum, cell) => sum + cell.messages, 0),
    negative: together(
      list.map((cell) => ({ interval: negativeOf(cell, calibration)!, messages: cell.messages })),
    ),
    positive: together(list.map((cell) => ({ interval: cell.sentiment!.positive, messages: cell.messages }))),
  }))
}

/** Usual negative share: the middle of the intervals, by messages. Without any, only what is mostly negative stands out. */
export function usualNegative(
  cells: readonly ReleasedCell[],
  calibration: { calibration: Calibration; at: number } | undefined,
): number {
  const parts = cells.flatMap((cell) => {
    const interval = negativeOf(cell, calibration)
    return interval === null ? [] : [{ interval, messages: cell.messages }]
  })
  const total = parts.reduce((sum, part) => sum + part.messages, 0)
  if (total === 0) return 0.5
  return (
    parts.reduce((sum, { interval, messages }) => sum + ((interval.low + interval.high) / 2) * messages, 0) /
    total
  )
}

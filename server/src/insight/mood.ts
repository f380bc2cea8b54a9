import type { ReleasedCell, SentimentShares } from '@guanlan/analytics/privacy/released-cell'
import { outwards, together } from '@guanlan/analytics/share-interval'
import type { KnownRates } from '@guanlan/analytics/text/calibration'
import { calibratedShares, type CalledCell } from '@guanlan/analytics/text/calibration-cell'
import type { SentimentPoint } from '@guanlan/contract/sentiment'
import type { CellStore } from '../words/cell-store.ts'

/** The local calibration in force. */
export type CalibrationInForce =
  | {
      readonly rates: KnownRates
      /** ms: when it was made. */
      readonly at: number
      /** ms: since when cells are surely counted by the weights and margins that it is of. */
      readonly since: number
    }
  | undefined

type Mood = Pick<ReleasedCell, 'from' | 'messages' | 'sentiment'>

function sharesOf(rates: KnownRates, cells: readonly CalledCell[]): SentimentShares {
  const { negative, positive } = calibratedShares(rates, cells)
  return { negative: outwards(negative.low, negative.high), positive: outwards(positive.low, positive.high) }
}

const MOST_REMEMBERED = 5_000
/** Released values are few, so the same shares are asked for over and over. */
const remembered = new WeakMap<KnownRates, Map<string, SentimentShares>>()

function sharesOfOne(rates: KnownRates, cell: CalledCell): SentimentShares {
  const known = remembered.get(rates) ?? new Map<string, SentimentShares>()
  remembered.set(rates, known)
  const { negative, positive } = cell.called
  const key = `${cell.messages} ${negative.low} ${negative.high} ${positive.low} ${positive.high}`
  const found = known.get(key)
  if (found !== undefined) return found
  if (known.size >= MOST_REMEMBERED) known.clear()
  const shares = sharesOf(rates, [cell])
  known.set(key, shares)
  return shares
}

/**
 * A cell as readers get it: instead of the shares that were called negative and positive those of negative and positive
 * messages, where all of its window is one that the calibration is of. From released values only.
 */
export function calibratedCell<T extends Mood>(cell: T, inForce: CalibrationInForce): T {
  const { from, messages, sentiment: called } = cell
  if (called === null || inForce === undefined || from < inForce.since) return cell
  return { ...cell, sentiment: sharesOfOne(inForce.rates, { messages, called }) }
}

/**
 * Shares in cells put together, null without any. What the calibration is of is counted together before it is
 * calibrated, so a day is known better than its cells; what was not, and both together, by the mean of intervals.
 */
export function moodOver(cells: readonly Mood[], inForce: CalibrationInForce): SentimentShares | null {
  const calibrated: CalledCell[] = []
  const parts: { sentiment: SentimentShares; messages: number }[] = []
  for (const { from, messages, sentiment } of cells) {
    if (sentiment === null) continue
    if (inForce === undefined || from < inForce.since) parts.push({ sentiment, messages })
    else calibrated.push({ messages, called: sentiment })
  }
  if (inForce !== undefined && calibrated.length > 0) {
    const messages = calibrated.reduce((sum, cell) => sum + cell.messages, 0)
    parts.push({ sentiment: sharesOf(inForce.rates, calibrated), messages })
  }
  if (parts.length === 0) return null
  const over = (side: 'negative' | 'positive') =>
    together(parts.map(({ sentiment, messages }) => ({ interval: sentiment[side], messages })))
  return { negative: over('negative'), positive: over('positive') }
}

/** A store that gives cells as readers get them. */
export function calibratedStore(cells: CellStore, inForce: () => CalibrationInForce): CellStore {
  const each = (found: ReleasedCell[]) => found.map((cell) => calibratedCell(cell, inForce()))
  return {
    append: cells.append,
    since: async (from) => each(await cells.since(from)),
    ofTopic: async (id, scopes) => each(await cells.ofTopic(id, scopes)),
    ofScope: async (scope, kind, from) => each(await cells.ofScope(scope, kind, from)),
  }
}

/** Cells as released put together in steps; a cell belongs to the step in which its window ends. */
export function moodPoints(
  cells: readonly ReleasedCell[],
  inForce: CalibrationInForce,
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
    ...moodOver(list, inForce)!,
  }))
}

/** Usual negative share: the middle of the intervals, by messages. Without any, only what is mostly negative stands out. */
export function usualNegative(cells: readonly ReleasedCell[]): number {
  const parts = cells.flatMap(({ sentiment, messages }) =>
    sentiment === null ? [] : [{ middle: (sentiment.negative.low + sentiment.negative.high) / 2, messages }],
  )
  const total = parts.reduce((sum, { messages }) => sum + messages, 0)
  if (total === 0) return 0.5
  return parts.reduce((sum, { middle, messages }) => sum + middle * messages, 0) / total
}

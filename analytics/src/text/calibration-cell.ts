// Shares of negative and positive messages behind a released cell, by the local calibration. A cell holds no counts of
// what was called what: only intervals with ends rounded outwards, and its messages rounded down. This takes it at that.

import type { ShareInterval, SentimentShares } from '../privacy/released-cell.ts'
import { SHARE_STEPS } from '../share-interval.ts'
import { shareOf, type Interval, type KnownRates, type Seen } from './calibration.ts'

const Z95 = 1.959964
/** Messages are rounded down to a multiple of five, so there are two more on average. */
const ROUNDED_OFF = 2

const within = (share: number): number => Math.min(1, Math.max(0, share))

/**
 * The share that was called so, before its Wilson interval was taken and rounded: the middle of what is possible, and the
 * variance of a value anywhere in it. Wilson's ends are where a score test just accepts, so both can be solved for the share.
 */
export function beforeRounding({ low, high }: ShareInterval, n: number): { share: number; variance: number } {
  const step = 1 / SHARE_STEPS
  const above = (end: number) => end + Z95 * Math.sqrt((end * (1 - end)) / n)
  const below = (end: number) => end - Z95 * Math.sqrt((end * (1 - end)) / n)
  const ends = [
    within(Math.max(above(low), below(Math.max(0, high - step)))),
    within(Math.min(above(Math.min(1, low + step)), below(high))),
  ] as const
  return { share: (ends[0] + ends[1]) / 2, variance: (ends[1] - ends[0]) ** 2 / 12 }
}

interface CalibratedShares {
  readonly negative: Interval
  readonly positive: Interval
}

/** A cell with shares of what was called negative and positive. */
export interface CalledCell {
  /** Rounded down, as released. */
  readonly messages: number
  readonly called: SentimentShares
}

/** What was called so in all cells together: a share known from many cells is known better than from any of them. */
function seenIn(cells: readonly CalledCell[]): Seen {
  const parts = cells.map(({ messages, called }) => {
    const n = messages + ROUNDED_OFF
    return { n, sides: [beforeRounding(called.negative, n), beforeRounding(called.positive, n)] as const }
  })
  const n = parts.reduce((sum, part) => sum + part.n, 0)
  const over = (value: (part: (typeof parts)[number]) => number) =>
    parts.reduce((sum, part) => sum + value(part), 0)
  const sides = [0, 1] as const
  return {
    n,
    shares: sides.map((side) => over((part) => (part.n / n) * part.sides[side].share)),
    blur: sides.map((side) => over((part) => (part.n / n) ** 2 * part.sides[side].variance)),
  }
}

/** Shares of negative and of positive messages in all cells together, of which there must be one at least. */
export function calibratedShares(rates: KnownRates, cells: readonly CalledCell[]): CalibratedShares {
  const seen = seenIn(cells)
  return { negative: shareOf(seen, ...rates.negative), positive: shareOf(seen, ...rates.positive) }
}

/**
 * How rare is a peak, judged only by the series' own past peaks: exponential tail over the largest block maxima
 * (peaks over threshold with shape 0; Coles 2001, ch. 4, and Siffert et al. "SPOT", KDD 2017). No unit, no distribution
 * of the counts is assumed, so a series with wild peaks is judged by wild peaks.
 */

/** Mutable and plain, so that it can be saved as JSON. `maxima` holds one maximum a complete block, oldest first. */
export interface TailState {
  maxima: number[]
  blockMax: number | null
  seen: number
  fits: { from: number; scale: number; base: number }[]
}

export interface TailOptions {
  /** ticks of a block */
  readonly block: number
  /** blocks remembered */
  readonly keep: number
  /** blocks needed before anything is called rare */
  readonly least: number
  /** numbers of largest peaks the tail is fitted on; their log return periods are averaged */
  readonly tops: readonly number[]
  /** prior mean excess as a share of the level it starts from, weighing as two peaks */
  readonly prior: number
}

/** No member may dominate the mean: e^12 blocks is already "never". */
const LARGEST = 12

export const createTail = (): TailState => ({ maxima: [], blockMax: null, seen: 0, fits: [] })

const fit = (sorted: readonly number[], top: number, prior: number): TailState['fits'][number] => {
  const k = Math.max(1, Math.min(top, Math.floor(sorted.length / 2)))
  const from = sorted[k] ?? 0
  let excess = 0
  for (let i = 0; i < k; i++) excess += (sorted[i] as number) - from
  return {
    from,
    scale: (excess + 2 * prior * Math.max(1, from)) / (k + 2),
    base: Math.log((sorted.length + 1) / (k + 1)),
  }
}

/** Mean log return period, in blocks, of a value `z`: 0 = once a block, 2.3 = once in ten blocks; 0 while learning. */
export const logReturn = (tail: TailState, options: TailOptions, z: number): number => {
  if (tail.maxima.length < options.least) return 0
  let sum = 0
  for (const { from, scale, base } of tail.fits) {
    const value = z > from ? base + (z - from) / scale : Math.min(base, (base * z) / Math.max(from, 0.1))
    sum += Math.max(0, Math.min(LARGEST, value))
  }
  return sum / tail.fits.length
}

/** Takes the standardised residual of one tick into the current block; refits when the block is complete. */
export const observeTail = (tail: TailState, options: TailOptions, z: number): void => {
  tail.blockMax = tail.blockMax === null ? z : Math.max(tail.blockMax, z)
  if (++tail.seen < options.block) return
  tail.maxima.push(tail.blockMax)
  if (tail.maxima.length > options.keep) tail.maxima.shift()
  tail.blockMax = null
  tail.seen = 0
  const sorted = tail.maxima.toSorted((a, b) => b - a)
  tail.fits = options.tops.map((top) => fit(sorted, top, options.prior))
}

/**
 * NAB's scoring (Lavin & Ahmad 2015, arXiv:1510.03336; profile "standard": TP 1, FP 0.11, FN 1), reimplemented.
 * Every sampled point has a weight that depends only on the labelled windows; a threshold on the detector's scores then
 * decides which points count. Per window only the best point counts, outside windows every point costs.
 */

/** One series as NAB scores it: equal lengths; windows are inclusive index pairs in time order. */
export interface NabSeries {
  readonly name: string
  readonly times: readonly string[]
  readonly values: readonly number[]
  readonly windows: readonly (readonly [number, number])[]
}

export interface CostMatrix {
  readonly tp: number
  readonly fp: number
  readonly fn: number
}

export const STANDARD: CostMatrix = { tp: 1, fp: 0.11, fn: 1 }

interface Weighted {
  readonly score: number
  readonly weight: number
  /** index of the window over all series, or -1 outside */
  readonly window: number
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const scaled = (position: number): number => (position > 3 ? -1 : 2 * sigmoid(-5 * position) - 1)
const MAX_TP = scaled(-1)

/** Points at the start of a series that are never scored: 15 %, at most 750. */
export const probationOf = (rows: number): number => Math.min(Math.floor(0.15 * rows), 0.15 * 5000)

/** Raw weight of a detection at every point of one series; in the probationary period NaN. */
export const pointWeights = (
  series: NabSeries,
  cost: CostMatrix,
): { weight: Float64Array; window: Int32Array } => {
  const n = series.times.length
  const weight = new Float64Array(n)
  const window = new Int32Array(n).fill(-1)
  let previous: readonly [number, number] | undefined
  let next = 0
  for (let i = 0; i < n; i++) {
    const current = series.windows[next]
    if (current && i >= current[0]) {
      const width = current[1] - current[0] + 1
      weight[i] = (scaled(-(current[1] - i + 1) / width) * cost.tp) / MAX_TP
      window[i] = next
      if (i === current[1]) {
        previous = current
        next++
      }
    } else {
      const past = previous ? scaled((i - previous[1]) / (previous[1] - previous[0])) : -1
      weight[i] = past * cost.fp
    }
  }
  weight.fill(Number.NaN, 0, Math.ceil(probationOf(n)))
  return { weight, window }
}

const collect = (
  corpus: readonly NabSeries[],
  scores: readonly ArrayLike<number>[],
  cost: CostMatrix,
): { points: Weighted[]; windows: number } => {
  const points: Weighted[] = []
  let base = 0
  let scorable = 0
  corpus.forEach((series, s) => {
    const { weight, window } = pointWeights(series, cost)
    const seen = new Set<number>()
    for (let i = 0; i < weight.length; i++) {
      const w = weight[i] as number
      if (Number.isNaN(w)) continue
      const at = window[i] as number
      if (at >= 0) seen.add(at)
      points.push({ score: scores[s]?.[i] ?? 0, weight: w, window: at < 0 ? -1 : base + at })
    }
    base += series.windows.length
    scorable += seen.size
  })
  return { points, windows: scorable }
}

export interface Swept {
  readonly threshold: number
  readonly raw: number
}

/** NAB's threshold sweep: raw score of the corpus at every distinct detector score, highest threshold first. */
export const sweep = (
  corpus: readonly NabSeries[],
  scores: readonly ArrayLike<number>[],
  cost: CostMatrix = STANDARD,
): Swept[] => {
  const { points, windows } = collect(corpus, scores, cost)
  points.sort((a, b) => b.score - a.score)
  const best = new Map<number, number>()
  const out: Swept[] = []
  let total = -cost.fn * windows
  let threshold = Number.POSITIVE_INFINITY
  for (const point of points) {
    if (point.score !== threshold) {
      out.push({ threshold, raw: total })
      threshold = point.score
    }
    if (point.window < 0) total += point.weight
    else {
      const before = best.get(point.window) ?? -cost.fn
      if (point.weight > before) {
        total += point.weight - before
        best.set(point.window, point.weight)
      }
    }
  }
  out.push({ threshold, raw: total })
  return out
}

/** Raw score of the corpus when a point is a detection from `threshold` (inclusive) on. */
export const rawAt = (
  corpus: readonly NabSeries[],
  scores: readonly ArrayLike<number>[],
  threshold: number,
  cost: CostMatrix = STANDARD,
): number => {
  const swept = sweep(corpus, scores, cost)
  let last = swept[0] as Swept
  for (const row of swept) {
    if (row.threshold < threshold) break
    last = row
  }
  return last.raw
}

export const bestOf = (swept: readonly Swept[]): Swept => swept.reduce((a, b) => (b.raw > a.raw ? b : a))

/** 0 = no detection at all, 100 = every labelled window found at its first point and nothing else (NAB's normalisation). */
export const normalised = (
  corpus: readonly NabSeries[],
  raw: number,
  cost: CostMatrix = STANDARD,
): number => {
  const nothing = -cost.fn * collect(corpus, [], cost).windows
  const perfect = cost.tp * corpus.reduce((sum, series) => sum + series.windows.length, 0)
  return (100 * (raw - nothing)) / (perfect - nothing)
}

/** What a report may say about two counts. `few`: too small for any statement but the numbers themselves. */
export type Verdict = 'rose' | 'fell' | 'steady' | 'few' | 'none' | 'unknown'

export interface Comparison {
  current: number
  /** null: no data for the span compared with, which is not zero */
  previous: number | null
  verdict: Verdict
  /** Relative change in percent, rounded; null whenever the base is under 20 */
  percent: number | null
}

/** No percentage is given on a smaller base. */
export const PERCENT_BASE = 20
/** Two counts that together stay below this are not compared. */
const FEW = 10
/** Two-sided 5 % point of the normal distribution. */
const Z = 1.96

/**
 * Compares two counts on the variance-stabilised scale: z = 2 (sqrt(a + 3/8) - sqrt(b + 3/8)) / sqrt(2 phi)
 * (F. J. Anscombe, "The transformation of Poisson, binomial and negative-binomial data", Biometrika 35, 1948), with the
 * dispersion phi of the scope's own history, because messages come in bursts and a plain Poisson test would see change everywhere.
 * @param phi variance over mean of the same count over earlier periods, at least 1
 * @param critical point of the normal distribution beyond which a change is stated; larger where many are tested at once
 */
export function compareCounts(current: number, previous: number | null, phi = 1, critical = Z): Comparison {
  if (previous === null) return { current, previous, verdict: 'unknown', percent: null }
  const percent = previous >= PERCENT_BASE ? Math.round(((current - previous) / previous) * 100) : null
  if (current === 0 && previous === 0) return { current, previous, verdict: 'none', percent: null }
  if (current + previous < FEW) return { current, previous, verdict: 'few', percent: null }
  const z = (2 * (Math.sqrt(current + 3 / 8) - Math.sqrt(previous + 3 / 8))) / Math.sqrt(2 * Math.max(1, phi))
  const verdict = z > critical ? 'rose' : z < -critical ? 'fell' : 'steady'
  return { current, previous, verdict, percent }
}

/** Variance over mean of counts of earlier periods, at least 1; 1 with fewer than four of them. */
export function dispersion(counts: readonly number[]): number {
  if (counts.length < 4) return 1
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  if (mean === 0) return 1
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1)
  return Math.max(1, variance / mean)
}

/** The usual range of a count: the 10th to the 90th percentile of earlier periods; null with fewer than four. */
export function usualRange(counts: readonly number[]): { low: number; high: number } | null {
  if (counts.length < 4) return null
  const sorted = [...counts].sort((a, b) => a - b)
  const at = (share: number) => {
    const place = share * (sorted.length - 1)
    const low = sorted[Math.floor(place)]!
    return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place))
  }
  return { low: Math.floor(at(0.1)), high: Math.ceil(at(0.9)) }
}

/**
 * Wilson score interval of a share (E. B. Wilson, 1927), 95 %.
 * @returns null without trials
 */
export function shareInterval(
  hits: number,
  trials: number,
): { share: number; low: number; high: number } | null {
  if (trials <= 0) return null
  const share = hits / trials
  const scale = 1 + Z ** 2 / trials
  const centre = share + Z ** 2 / (2 * trials)
  const half = Z * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2))
  return { share, low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) }
}

/**
 * Two-sided 5 % point of the normal distribution when `tests` comparisons are made at once (C. E. Bonferroni, 1936): 1.96 for
 * one, 2.81 for ten.
 */
export function criticalPoint(tests: number): number {
  return normalQuantile(1 - 0.025 / Math.max(1, tests))
}

/** Inverse of the standard normal distribution for p in (0.5, 1): Newton steps on Abramowitz and Stegun 26.2.23 (1964). */
function normalQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - p))
  let z =
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
  for (let i = 0; i < 3; i++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
    z -= (upperTail(z) - (1 - p)) / -density
  }
  return z
}

/** P(Z > z) for z >= 0 by the continued fraction of the error function (Abramowitz and Stegun 26.2.14). */
function upperTail(z: number): number {
  let fraction = 0
  for (let k = 120; k >= 1; k--) fraction = k / (z + fraction)
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / (z + fraction)
}

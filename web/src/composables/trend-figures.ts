import type { TierCounts, Trend } from '@guanlan/contract/panels'

export function totalOf(counts: TierCounts): number {
  return counts.illegal + counts.harmful + counts.conduct
}

export interface Comparison {
  now: number
  before: number
  delta: number
  /** delta / before; null under 10, where a share of so few says nothing. */
  share: number | null
  /** Whether the difference is more than chance, see `compare`. */
  verdict: 'above' | 'similar' | 'below'
}

const CHANCE = 2.6 * Math.SQRT2

/**
 * Compares two counts of equal spans. For X, Y ~ Poisson with one rate, 2(√X − √Y) is about normal with variance 2
 * (Anscombe 1948), so |2(√X − √Y)| > 2.6·√2 happens by chance about once in 100.
 */
export function compare(now: number, before: number): Comparison {
  const z = 2 * (Math.sqrt(now) - Math.sqrt(before))
  const verdict = z > CHANCE ? 'above' : z < -CHANCE ? 'below' : 'similar'
  return { now, before, delta: now - before, share: before < 10 ? null : (now - before) / before, verdict }
}

/** Index of the step that is not over at `at`; undefined when the last step is complete. */
export function openStep(trend: Trend, at: number): number | undefined {
  const last = trend.points.length - 1
  const end = trend.from + (last + 1) * trend.stepSeconds * 1000
  return last >= 0 && at < end ? last : undefined
}

export interface Recent extends Comparison {
  /** Length of what was compared, in steps. */
  steps: number
  /** Start of the unbroken run of steps above last week that lasts until now, ms; null when not above. */
  since: number | null
}

/**
 * The last `steps` complete steps against the same steps a week earlier. Only steps that both weeks know are counted;
 * undefined when there are none.
 */
export function recentAgainstLastWeek(trend: Trend, at: number, steps: number): Recent | undefined {
  const end = openStep(trend, at) ?? trend.points.length
  let now = 0
  let before = 0
  let known = 0
  for (let i = Math.max(0, end - steps); i < end; i++) {
    const point = trend.points[i]
    const last = trend.lastWeek[i]
    if (point === null || point === undefined || last === null || last === undefined) continue
    now += totalOf(point)
    before += last
    known += 1
  }
  if (known === 0) return undefined
  const comparison = compare(now, before)
  return {
    ...comparison,
    steps: known,
    since: comparison.verdict === 'above' ? startOfRise(trend, end) : null,
  }
}

function startOfRise(trend: Trend, end: number): number | null {
  let start = end
  while (start > 0) {
    const point = trend.points[start - 1]
    const last = trend.lastWeek[start - 1]
    if (
      point === null ||
      point === undefined ||
      last === null ||
      last === undefined ||
      totalOf(point) <= last
    )
      break
    start -= 1
  }
  return start === end ? null : trend.from + start * trend.stepSeconds * 1000
}

/** Sums of the whole span by tier; unknown steps are left out and counted apart. */
export function sums(trend: Trend): TierCounts & { total: number; unknown: number; lastWeek: number | null } {
  const sum = { illegal: 0, harmful: 0, conduct: 0, total: 0, unknown: 0, lastWeek: null as number | null }
  for (const [i, point] of trend.points.entries()) {
    const last = trend.lastWeek[i]
    if (last !== null && last !== undefined) sum.lastWeek = (sum.lastWeek ?? 0) + last
    if (point === null) {
      sum.unknown += 1
      continue
    }
    sum.illegal += point.illegal
    sum.harmful += point.harmful
    sum.conduct += point.conduct
    sum.total += totalOf(point)
  }
  return sum
}

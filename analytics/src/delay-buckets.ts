/**
 * Fixed log-spaced buckets for the time from message to decision, eight to a factor of ten, from 0.1 s to about
 * 115 days. Fixed edges let counts be added, subtracted (corrections) and merged over any span; the relative width of a
 * bucket is 10^(1/8) = 1.33, so an interpolated percentile is off by at most a third and usually far less.
 */
const PER_DECADE = 8
const FIRST_EDGE_MS = 100
export const DELAY_BUCKETS = PER_DECADE * 8 + 1

/** Bucket of a duration in ms: 0 holds everything up to 0.1 s, the last everything from 10^10 ms on. */
export function delayBucket(ms: number): number {
  if (!(ms > FIRST_EDGE_MS)) return 0
  return Math.min(DELAY_BUCKETS - 1, 1 + Math.floor(Math.log10(ms / FIRST_EDGE_MS) * PER_DECADE + 1e-9))
}

/** Lower edge of a bucket in ms. */
export function delayLowerEdge(bucket: number): number {
  return bucket <= 0 ? 0 : FIRST_EDGE_MS * 10 ** ((bucket - 1) / PER_DECADE)
}

/** Upper edge of a bucket in ms. */
export function delayUpperEdge(bucket: number): number {
  return FIRST_EDGE_MS * 10 ** (bucket / PER_DECADE)
}

/**
 * Percentile (0..1) of bucketed durations in ms, interpolated geometrically inside the bucket; null when empty.
 * @param counts signed counts by bucket, at most DELAY_BUCKETS entries; negative sums count as none
 */
export function delayPercentile(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + Math.max(0, count), 0)
  if (total === 0) return null
  let left = share * total
  for (let bucket = 0; bucket < counts.length; bucket++) {
    const count = Math.max(0, counts[bucket] ?? 0)
    if (count > 0 && left <= count) {
      const low = Math.max(delayLowerEdge(bucket), 1)
      return low * (delayUpperEdge(bucket) / low) ** (left / count)
    }
    left -= count
  }
  return delayUpperEdge(counts.length - 1)
}

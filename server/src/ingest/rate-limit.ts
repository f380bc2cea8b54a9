import type { Clock } from '../lib/clock.ts'

/** Events a second for each key: a bucket that holds one second's worth, at least one whole batch. */
export interface RateLimit {
  /** 0 when `events` may pass now, else the seconds to wait. */
  take(key: { id: string; ratePerSecond: number }, events: number): number
}

interface Bucket {
  tokens: number
  at: number
}

export function createRateLimit(clock: Clock, batchLimit: number): RateLimit {
  const buckets = new Map<string, Bucket>()
  return {
    take({ id, ratePerSecond }, events) {
      const now = clock.now()
      const most = Math.max(ratePerSecond, batchLimit)
      let bucket = buckets.get(id)
      if (bucket === undefined) buckets.set(id, (bucket = { tokens: most, at: now }))
      bucket.tokens = Math.min(most, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * ratePerSecond)
      bucket.at = now
      if (bucket.tokens < events)
        return Math.max(1, Math.ceil((events - bucket.tokens) / Math.max(1, ratePerSecond)))
      bucket.tokens -= events
      return 0
    },
  }
}

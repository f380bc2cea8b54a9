import type { Delay, DelayRow } from '@guanlan/contract/panels'
import {
  DELAY_BUCKETS,
  delayBucket,
  delayLowerEdge,
  delayPercentile,
  delayUpperEdge,
} from '../delay-buckets.ts'
import { sqlFile, withFragments } from './read.ts'
import type { Question } from './source.ts'
import { windowParams } from './window.ts'

const SQL = sqlFile(import.meta.url, 'delay.sql')

/** Of fewer events a percentile would be the time of a single message. */
const LEAST_EVENTS = 3

/** Time from message to decision of violations (question over hourWindow: full local hours). @param targetMs time to decide in */
export async function readDelay({ read, counted, window }: Question, targetMs: number): Promise<Delay> {
  const rows = await read<{ tier: string; delay_bucket: number; acted: number }>(
    withFragments(SQL, { byGroup: counted.byGroup }),
    {
      ...windowParams(window),
      ...counted.params,
    },
  )
  const bucketsOf = (tiers: readonly string[]) => {
    const buckets = new Array<number>(DELAY_BUCKETS).fill(0)
    for (const row of rows)
      if (tiers.includes(row.tier)) buckets[row.delay_bucket] = (buckets[row.delay_bucket] ?? 0) + row.acted
    return buckets.map((count) => Math.max(0, count))
  }
  const rowOf = (tier: DelayRow['tier'], tiers: readonly string[]): DelayRow => {
    const buckets = bucketsOf(tiers)
    const count = buckets.reduce((sum, each) => sum + each, 0)
    const percentile = (share: number) => (count < LEAST_EVENTS ? null : delayPercentile(buckets, share))
    return { tier, count, medianMs: percentile(0.5), p90Ms: percentile(0.9) }
  }
  const every = ['illegal', 'harmful', 'conduct'] as const
  return {
    targetMs,
    rows: [rowOf('all', every), ...every.map((tier) => rowOf(tier, [tier]))],
    withinTarget: shareWithin(bucketsOf(every), targetMs),
  }
}

/** Share of bucketed durations up to `targetMs`, the target's own bucket split geometrically; null when empty. */
export function shareWithin(buckets: readonly number[], targetMs: number): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0)
  if (total < LEAST_EVENTS) return null
  const last = delayBucket(targetMs)
  const before = buckets.slice(0, last).reduce((sum, count) => sum + count, 0)
  const low = Math.max(delayLowerEdge(last), 1)
  const part = Math.min(1, Math.max(0, Math.log(targetMs / low) / Math.log(delayUpperEdge(last) / low)))
  return (before + (buckets[last] ?? 0) * part) / total
}

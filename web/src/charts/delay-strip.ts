import type { Delay, DelayRow } from '@guanlan/contract/panels'

interface StripRow {
  tier: DelayRow['tier']
  count: number
  medianMs: number
  p90Ms: number
  /** Start and end of the strip on the axis, 0..1. */
  from: number
  to: number
  /** p90 beyond the target. */
  late: boolean
}

export interface Strip {
  rows: StripRow[]
  /** Place of the target on the axis, 0..1. */
  target: number
  ticks: { at: number; ms: number }[]
}

const TICKS_MS = [100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 21_600_000, 86_400_000]

/**
 * Places median and p90 of each tier on one logarithmic axis, because moderation by machine takes a second and by
 * people an hour. Rows without a figure are left out.
 */
export function delayStrip(delay: Delay): Strip {
  const known = delay.rows.filter(
    (row): row is DelayRow & { medianMs: number; p90Ms: number } =>
      row.medianMs !== null && row.p90Ms !== null,
  )
  const all = [delay.targetMs, ...known.flatMap((row) => [row.medianMs, row.p90Ms])].map((ms) =>
    Math.max(ms, 50),
  )
  const low = Math.log(Math.min(...all) * 0.6)
  const high = Math.log(Math.max(...all) * 1.6)
  const place = (ms: number) => (Math.log(Math.max(ms, 50)) - low) / (high - low)
  return {
    rows: known.map((row) => ({
      tier: row.tier,
      count: row.count,
      medianMs: row.medianMs,
      p90Ms: row.p90Ms,
      from: place(row.medianMs),
      to: place(row.p90Ms),
      late: row.p90Ms > delay.targetMs,
    })),
    target: place(delay.targetMs),
    ticks: TICKS_MS.map((ms) => ({ at: place(ms), ms })).filter((tick) => tick.at > 0.02 && tick.at < 0.98),
  }
}

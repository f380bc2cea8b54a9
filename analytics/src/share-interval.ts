import type { ShareInterval } from './privacy/released-cell.ts'

/** Ends of intervals are twentieths. */
export const SHARE_STEPS = 20

/** Ends rounded outwards to a twentieth, as released intervals are. */
export const outwards = (low: number, high: number): ShareInterval => ({
  low: Math.floor(Math.max(0, low) * SHARE_STEPS + 1e-9) / SHARE_STEPS,
  high: Math.ceil(Math.min(1, high) * SHARE_STEPS - 1e-9) / SHARE_STEPS,
})

/** Mean of intervals weighted by messages: holds the share of the whole when each holds its own. */
export function together(
  parts: readonly { readonly interval: ShareInterval; readonly messages: number }[],
): ShareInterval {
  const total = parts.reduce((sum, part) => sum + part.messages, 0)
  const mean = (end: 'low' | 'high') =>
    parts.reduce((sum, part) => sum + part.interval[end] * part.messages, 0) / Math.max(1, total)
  return outwards(mean('low'), mean('high'))
}

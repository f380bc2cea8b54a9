import type { ShareInterval } from './privacy/released-cell.ts'

const STEP = 20

/** Ends rounded outwards to a twentieth, as released intervals are. */
export const outwards = (low: number, high: number): ShareInterval => ({
  low: Math.floor(Math.max(0, low) * STEP + 1e-9) / STEP,
  high: Math.ceil(Math.min(1, high) * STEP - 1e-9) / STEP,
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

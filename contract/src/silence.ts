import { z } from 'zod'
import { Silence } from './alert.ts'

/** A new silence; id, author and start are set by the server. */
export const SilenceRequest = z.strictObject({
  reason: Silence.shape.reason,
  /** ms since epoch, at most 7 days ahead. */
  until: z.int(),
  match: Silence.shape.match,
})
export type SilenceRequest = z.infer<typeof SilenceRequest>

const Count = z.int().min(0)
/** What a silence would have muted in the last 7 days: counts only. */
export const BlastRadius = z.strictObject({
  total: Count,
  byLevel: z.strictObject({ blue: Count, yellow: Count, orange: Count, red: Count }),
})
export type BlastRadius = z.infer<typeof BlastRadius>

export const SilenceView = z.strictObject({
  silence: Silence,
  byName: z.string(),
  /** Unresolved alerts that it mutes and the caller may see, signs of distress never; null for callers without figures. */
  muting: Count.nullable(),
})
export type SilenceView = z.infer<typeof SilenceView>

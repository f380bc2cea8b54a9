import { z } from 'zod'
import { AlertLevel } from './alert-rule.ts'
import { EscalationPolicy } from './escalation.ts'

/** Why a policy would not reach somebody twice over. */
export const PolicyGap = z.strictObject({
  /** 0-based; null: the policy as a whole */
  step: z.int().nullable(),
  unitId: z.string().nullable(),
  reason: z.enum([
    'nobody',
    'one_channel',
    'roster_gap',
    'roster_unknown',
    'last_resort_unreachable',
    'no_step_for_level',
  ]),
  level: AlertLevel.nullable(),
  /** first moment of it, ms since epoch */
  at: z.int().nullable(),
  hours: z.enum(['working', 'night']).nullable(),
})
export type PolicyGap = z.infer<typeof PolicyGap>

export const PolicyView = z.strictObject({
  policy: EscalationPolicy,
  version: z.int(),
  madeBy: z.string(),
  madeAt: z.int(),
  /** As of now; a policy with gaps cannot be saved, one that got them since is shown with them. */
  gaps: z.array(PolicyGap),
})
export type PolicyView = z.infer<typeof PolicyView>

import { z } from 'zod'
import { AlertLevel } from './alert-rule.ts'
import { EscalationPolicy } from './escalation.ts'

/** Why a policy would not reach somebody twice over, who could act. */
export const PolicyGap = z.strictObject({
  /** 0-based; null: the policy as a whole */
  step: z.int().nullable(),
  /** Alerts of these units; empty: it does not depend on the unit. */
  unitIds: z.array(z.string()),
  /** Whom `cannot_take` is about; null for everything else. */
  accountId: z.string().nullable(),
  reason: z.enum([
    'nobody',
    'one_channel',
    'roster_gap',
    'roster_unknown',
    'last_resort_unreachable',
    'no_step_for_level',
    /** notified, but without a role over the units: this account could not take the alert */
    'cannot_take',
  ]),
  level: AlertLevel.nullable(),
  /** first moment of it, ms since epoch */
  at: z.int().nullable(),
  hours: z.enum(['working', 'night']).nullable(),
})
export type PolicyGap = z.infer<typeof PolicyGap>

/** A policy with such a gap cannot be saved. Somebody who cannot take is said, and left to the office: rosters may be regional. */
export const preventsSaving = ({ reason }: PolicyGap): boolean => reason !== 'cannot_take'

export const PolicyView = z.strictObject({
  policy: EscalationPolicy,
  version: z.int(),
  madeBy: z.string(),
  madeAt: z.int(),
  /** As of now; a policy with gaps cannot be saved, one that got them since is shown with them. */
  gaps: z.array(PolicyGap),
})
export type PolicyView = z.infer<typeof PolicyView>

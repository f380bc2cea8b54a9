import { z } from 'zod'
import { AlertRule } from './alert-rule.ts'

/** A rule as it stands: what runs, what waits for a second person, and why it does not run. */
export const RuleView = z.strictObject({
  rule: AlertRule,
  state: z.enum(['active', 'proposed']),
  madeBy: z.string(),
  madeAt: z.int(),
  /** Codes why it cannot run; it is switched off as long as there are any. */
  faults: z.array(z.string()),
  /**
   * As far as the caller may see the units; null for signs of distress, for rules below the floor and for callers
   * without figures.
   */
  instances: z.int().nullable(),
  firing: z.int().nullable(),
})
export type RuleView = z.infer<typeof RuleView>

/** How often a rule would have called on the stored history, from floored values. Never when, never what. */
export const BacktestResult = z.strictObject({
  /** Weeks of history it was played over, at most four; less when the store is younger. */
  weeks: z.number(),
  /** Calls in each whole week back, oldest first. */
  byWeek: z.array(z.int()),
  perWeek: z.number(),
  nightPerWeek: z.number(),
  byUnit: z.array(z.strictObject({ unitId: z.string(), unitName: z.string(), perWeek: z.number() })),
})
export type BacktestResult = z.infer<typeof BacktestResult>

/**
 * How alerting itself does. Never per person: times (medians in ms) and shares (0..1) are null below five episodes that
 * at least three accounts acknowledged.
 */
export const AlertMeasure = z.strictObject({
  /** Rule id, roster id, `by-hand`, `flood` or `drill`. */
  key: z.string(),
  name: z.string(),
  episodes: z.int(),
  acknowledgeMs: z.number().nullable(),
  resolveMs: z.number().nullable(),
  escalated: z.number().nullable(),
  falseAlarms: z.number().nullable(),
})
export type AlertMeasure = z.infer<typeof AlertMeasure>

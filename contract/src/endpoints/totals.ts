import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Decision, UnitId } from '../event.ts'
import { LocalDay } from '../register.ts'
import { CategoryCode, Tier } from '../taxonomy.ts'

export const TotalsQuery = z.strictObject({
  /** Left out: the highest unit the caller may read. */
  unit: UnitId.optional(),
  /** First and last local day, both included; at most 1,100 days. */
  from: LocalDay,
  to: LocalDay,
})
export type TotalsQuery = z.infer<typeof TotalsQuery>

const count = z.int()

/** Counts of whole local days after the floors: groups too small to be counted at this unit are in none of them. */
export const Totals = z.strictObject({
  unit: UnitId,
  from: LocalDay,
  to: LocalDay,
  accepted: count,
  byDecision: z.record(Decision, count),
  /** Acted-on events by tier; `care` is apart because it is not a violation. */
  byTier: z.record(Tier, count),
  byCategory: z.array(z.strictObject({ code: CategoryCode, count })),
  /** Corrections applied to these events. */
  corrected: count,
})
export type Totals = z.infer<typeof Totals>

export const totalsEndpoint = endpoint({
  operationId: 'getTotals',
  method: 'get',
  path: '/api/v1/totals',
  summary: 'Counts of a unit over whole local days, floors applied',
  tag: 'figures',
  access: { rolesOrKey: ['duty', 'group-admin', 'unit-lead', 'communications', 'leader'] },
  query: TotalsQuery,
  response: Totals,
})

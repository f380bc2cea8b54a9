import type { Totals } from '@guanlan/contract/endpoints/totals'
import type { Tier } from '@guanlan/contract/taxonomy'
import { scopeCategories } from '../privacy/group-categories.ts'
import type { Counted } from './counted.ts'
import { atLeastZero, sqlFile, withFragments, type Read } from './read.ts'

const SQL = sqlFile(import.meta.url, 'totals.sql')
const SQL_CORRECTED = sqlFile(import.meta.url, 'totals-corrected.sql')

/**
 * Counts of whole local days. Of a group that speaks for itself in the scope only what it may tell is by category, and
 * its signs of distress are among what was allowed, so that no difference of units shows them; `corrected` leaves care out.
 * @param days first and last day, both included
 * @param limits events of a category before a group tells it, 3 or more; the codes of care
 */
export async function readTotals(
  read: Read,
  counted: Counted,
  days: { from: string; to: string },
  { categoryFloor, care }: { readonly categoryFloor: number; readonly care: readonly string[] },
): Promise<Omit<Totals, 'unit' | 'from' | 'to'>> {
  const params = { ...counted.params, firstDay: days.from, lastDay: days.to }
  const fragments = { byGroup: counted.byGroup, alone: counted.alone }
  const changed = read<{ corrections: number }>(withFragments(SQL_CORRECTED, fragments), { ...params, care })
  const rows = await read<{
    decision: string
    tier: Tier | 'none'
    category: string
    alone: string
    messages: number
    corrections: number
  }>(withFragments(SQL, fragments), params)
  const corrections = [...rows.filter(({ tier }) => tier !== 'care'), ...(await changed)]
  const sum = (matches: (row: (typeof rows)[number]) => boolean) =>
    atLeastZero(rows.filter(matches).reduce((total, row) => total + row.messages, 0))
  const isKept = (row: (typeof rows)[number]) => row.tier === 'care' && row.alone !== ''
  const decided = (decision: string) => sum((row) => !isKept(row) && row.decision === decision)
  const codes = rows.flatMap(({ alone, category: code, tier, messages: count }) =>
    tier === 'none' ? [] : [{ alone, code, tier, count }],
  )
  return {
    accepted: sum(() => true),
    byDecision: {
      allowed: sum((row) => isKept(row) || row.decision === 'allowed'),
      warned: decided('warned'),
      restricted: decided('restricted'),
      removed: decided('removed'),
    },
    byTier: {
      care: sum((row) => row.tier === 'care' && row.alone === ''),
      illegal: sum((row) => row.tier === 'illegal'),
      harmful: sum((row) => row.tier === 'harmful'),
      conduct: sum((row) => row.tier === 'conduct'),
    },
    byCategory: scopeCategories(codes, categoryFloor).map(({ code, count }) => ({ code, count })),
    corrected: atLeastZero(corrections.reduce((total, row) => total + Number(row.corrections), 0)),
  }
}

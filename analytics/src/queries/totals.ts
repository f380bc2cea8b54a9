import type { Totals } from '@guanlan/contract/endpoints/totals'
import type { Counted } from './counted.ts'
import { atLeastZero, sqlFile, withFragments, type Read } from './read.ts'

const SQL = sqlFile(import.meta.url, 'totals.sql')

/** Counts of whole local days. @param days first and last day, both included */
export async function readTotals(
  read: Read,
  counted: Counted,
  days: { from: string; to: string },
): Promise<Omit<Totals, 'unit' | 'from' | 'to'>> {
  const rows = await read<{
    decision: string
    tier: string
    category: string
    messages: number
    corrections: number
  }>(withFragments(SQL, { byGroup: counted.byGroup }), {
    ...counted.params,
    firstDay: days.from,
    lastDay: days.to,
  })
  const sum = (matches: (row: (typeof rows)[number]) => boolean) =>
    atLeastZero(rows.filter(matches).reduce((total, row) => total + row.messages, 0))
  const byCode = new Map<string, number>()
  for (const row of rows)
    if (row.category !== '') byCode.set(row.category, (byCode.get(row.category) ?? 0) + row.messages)
  return {
    accepted: sum(() => true),
    byDecision: {
      allowed: sum((row) => row.decision === 'allowed'),
      warned: sum((row) => row.decision === 'warned'),
      restricted: sum((row) => row.decision === 'restricted'),
      removed: sum((row) => row.decision === 'removed'),
    },
    byTier: {
      care: sum((row) => row.tier === 'care'),
      illegal: sum((row) => row.tier === 'illegal'),
      harmful: sum((row) => row.tier === 'harmful'),
      conduct: sum((row) => row.tier === 'conduct'),
    },
    byCategory: [...byCode]
      .filter(([, count]) => count > 0)
      .map(([code, count]) => ({ code, count }))
      .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
    corrected: atLeastZero(rows.reduce((total, row) => total + row.corrections, 0)),
  }
}

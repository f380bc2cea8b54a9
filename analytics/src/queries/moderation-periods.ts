import type { ModerationPeriod } from '../surge/drift.ts'
import type { Counted } from './counted.ts'
import { atLeastZero, sqlFile, withFragments, type Read } from './read.ts'

const SQL = sqlFile(import.meta.url, 'moderation-periods.sql')

/** Length of a period; periods begin at multiples of it since the epoch. */
export const PERIOD_MS = 6 * 3_600_000

interface Row {
  period: number
  category: string
  messages: number
  acted: number
  automated: number
  overturned: number
}

/**
 * What the upstream decided, by six hours, floors applied.
 * @param days first and last local day, both included
 * @param careCodes codes of the care tier: signs of distress are no violation, taken back or not
 */
export async function readModerationPeriods(
  read: Read,
  counted: Counted,
  days: { from: string; to: string },
  careCodes: readonly string[],
): Promise<ModerationPeriod[]> {
  const rows = await read<Row>(withFragments(SQL, { byGroup: counted.byGroup, alone: counted.alone }), {
    ...counted.params,
    firstDay: days.from,
    lastDay: days.to,
    careCodes: [...careCodes],
  })
  const periods = new Map<number, Row[]>()
  for (const row of rows) periods.set(Number(row.period), [...(periods.get(Number(row.period)) ?? []), row])
  const sum = (list: readonly Row[], of: (row: Row) => number) =>
    atLeastZero(list.reduce((total, row) => total + Number(of(row)), 0))
  return [...periods].map(([period, list]) => ({
    from: period * PERIOD_MS,
    messages: sum(list, (row) => row.messages),
    acted: sum(list, (row) => row.acted),
    automated: sum(list, (row) => row.automated),
    overturned: sum(list, (row) => row.overturned),
    byCategory: Object.fromEntries(
      list.filter((row) => row.category !== '').map((row) => [row.category, atLeastZero(Number(row.acted))]),
    ),
  }))
}

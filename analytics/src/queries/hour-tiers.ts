import type { Counted } from './counted.ts'
import { atLeastZero, sqlFile, withFragments, type Read } from './read.ts'

const SQL = sqlFile(import.meta.url, 'hour-tiers.sql')

/** Counts of one local hour, floors applied. */
export interface HourTiers {
  /** Start of the hour, ms since epoch. */
  readonly at: number
  readonly messages: number
  readonly illegal: number
  readonly harmful: number
  readonly conduct: number
}

/** Violations by tier, hour by hour; hours without a row had no event. @param days first and last local day, both included */
export async function readHourTiers(
  read: Read,
  counted: Counted,
  days: { from: string; to: string },
): Promise<HourTiers[]> {
  const rows = await read<HourTiers>(withFragments(SQL, { byGroup: counted.byGroup }), {
    ...counted.params,
    firstDay: days.from,
    lastDay: days.to,
  })
  return rows.map((row) => ({
    at: Number(row.at) * 1000,
    messages: atLeastZero(row.messages),
    illegal: atLeastZero(row.illegal),
    harmful: atLeastZero(row.harmful),
    conduct: atLeastZero(row.conduct),
  }))
}

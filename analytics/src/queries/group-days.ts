import type { Counted } from './counted.ts'
import { atLeastZero, sqlFile, withFragments, type Read } from './read.ts'

const SQL = sqlFile(import.meta.url, 'group-days.sql')

export interface GroupDay {
  readonly day: string
  readonly messages: number
  /** Violations (warned, restricted or removed; tiers illegal, harmful, conduct), as it stands now. */
  readonly acted: number
  /** Violations at first that were allowed later. */
  readonly overturned: number
}

/**
 * Counts of one group by local day, on the days that `counted` shows; both ends included.
 * @param careCodes codes of the care tier: signs of distress are in no count of one group
 */
export async function readGroupDays(
  read: Read,
  counted: Counted,
  span: { firstDay: string; lastDay: string },
  careCodes: readonly string[],
): Promise<GroupDay[]> {
  if (counted.shownDays.length === 0) return []
  const rows = await read<GroupDay>(withFragments(SQL, { byGroup: counted.byGroup }), {
    ...counted.params,
    ...span,
    careCodes: [...careCodes],
  })
  return rows.map(({ day, messages, acted, overturned }) => ({
    day,
    messages: atLeastZero(messages),
    acted: atLeastZero(acted),
    overturned: atLeastZero(overturned),
  }))
}

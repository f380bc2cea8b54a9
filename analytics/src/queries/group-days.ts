import type { Counted } from './counted.ts'
import { atLeastZero, sqlFile, withFragments, type Read } from './read.ts'

const SQL = sqlFile(import.meta.url, 'group-days.sql')

export interface GroupDay {
  readonly day: string
  readonly messages: number
  /** Warned, restricted or removed, as it stands now. */
  readonly acted: number
  /** Acted on at first and allowed later. */
  readonly overturned: number
}

/** Counts of one group by local day, on the days that `counted` shows; both ends included. */
export async function readGroupDays(
  read: Read,
  counted: Counted,
  span: { firstDay: string; lastDay: string },
): Promise<GroupDay[]> {
  if (counted.shownDays.length === 0) return []
  const rows = await read<GroupDay>(withFragments(SQL, { byGroup: counted.byGroup }), {
    ...counted.params,
    ...span,
  })
  return rows.map(({ day, messages, acted, overturned }) => ({
    day,
    messages: atLeastZero(messages),
    acted: atLeastZero(acted),
    overturned: atLeastZero(overturned),
  }))
}

import type { Tier } from '@guanlan/contract/taxonomy'
import { sqlFile, type Read } from './read.ts'

const SQL = sqlFile(import.meta.url, 'recent-harm.sql')

/** Acted-on events of one group, local hour and category; category '' is all messages (of the last hours only). */
export interface GroupHour {
  readonly day: string
  readonly groupId: string
  /** Start of the hour, ms since epoch. */
  readonly at: number
  readonly tier: Tier | 'none'
  readonly category: string
  readonly events: number
}

/**
 * Raw rows by group: they must be summed through the visibility of their day before anything of them is shown.
 * @param span acted-on events from `from`, messages from `recent` (ms); local days both included
 */
export async function readRecentHarm(
  read: Read,
  span: { from: number; recent: number; firstDay: string; lastDay: string },
): Promise<GroupHour[]> {
  interface Row {
    on_day: string
    group_id: string
    at: number
    tier: Tier | 'none'
    category: string
    events: number
  }
  const rows = await read<Row>(SQL, {
    ...span,
    from: Math.floor(span.from / 1000),
    recent: Math.floor(span.recent / 1000),
  })
  return rows.map((row) => ({
    day: row.on_day,
    groupId: row.group_id,
    at: Number(row.at) * 1000,
    tier: row.tier,
    category: row.category,
    events: Number(row.events),
  }))
}

import { sqlFile, type Read } from './read.ts'

const SQL = sqlFile(import.meta.url, 'group-last-days.sql')

/**
 * Last local day with a message by group, from `firstDay` on. A day, never a count: for the register's finding that a
 * group is silent, which is about the group being there, not about who speaks.
 */
export async function readGroupLastDays(read: Read, firstDay: string): Promise<Map<string, string>> {
  const rows = await read<{ groupId: string; lastDay: string }>(SQL, { firstDay })
  return new Map(rows.map((row) => [row.groupId, row.lastDay]))
}

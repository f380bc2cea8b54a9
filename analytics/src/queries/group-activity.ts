import { sqlFile, type Read } from './read.ts'

const SQL = sqlFile(import.meta.url, 'group-activity.sql')

/** Over the days of a span on which the group was large enough to be shown alone. */
export interface GroupActivity {
  readonly messages: number
  readonly days: number
}

/** Messages of each group over whole local days, both ends included; groups that were never large enough are not in it. */
export async function readGroupActivity(
  read: Read,
  span: { firstDay: string; lastDay: string },
): Promise<Map<string, GroupActivity>> {
  const rows = await read<{ groupId: string; messages: number; days: number }>(SQL, { ...span })
  return new Map(rows.map(({ groupId, messages, days }) => [groupId, { messages, days }]))
}

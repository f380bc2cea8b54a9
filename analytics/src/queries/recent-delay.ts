import { sqlFile, type Read } from './read.ts'

const SQL = sqlFile(import.meta.url, 'recent-delay.sql')

export interface GroupDelay {
  readonly day: string
  readonly groupId: string
  readonly bucket: number
  readonly events: number
}

/** Times to decision by group since `from` (ms), as signed bucket counts; to be summed through the visibility of their day. */
export async function readRecentDelay(
  read: Read,
  span: { from: number; firstDay: string; lastDay: string },
): Promise<GroupDelay[]> {
  const rows = await read<{ on_day: string; group_id: string; delay_bucket: number; events: number }>(SQL, {
    ...span,
    from: Math.floor(span.from / 1000),
  })
  return rows.map((row) => ({
    day: row.on_day,
    groupId: row.group_id,
    bucket: row.delay_bucket,
    events: Number(row.events),
  }))
}

import { sqlFile, type Read } from './read.ts'

const SQL = sqlFile(import.meta.url, 'recent-delay.sql')

export interface GroupDelay {
  readonly day: string
  /** Start of the local hour, ms since epoch. */
  readonly at: number
  readonly groupId: string
  readonly tier: string
  readonly bucket: number
  readonly events: number
}

const LAST = 0xffff_ffff

/**
 * Times to decision of what names a harm by hour, group and tier since `from` (ms), as bucket counts; to be summed through the
 * visibility of their day. `liveFrom`: from then on (ms) without imports and late messages.
 */
export async function readRecentDelay(
  read: Read,
  span: { from: number; firstDay: string; lastDay: string; liveFrom?: number },
): Promise<GroupDelay[]> {
  const rows = await read<{
    on_day: string
    at: number
    group_id: string
    tier: string
    delay_bucket: number
    events: number
  }>(SQL, {
    ...span,
    from: Math.floor(span.from / 1000),
    liveFrom: span.liveFrom === undefined ? LAST : Math.floor(span.liveFrom / 1000),
  })
  return rows.map((row) => ({
    day: row.on_day,
    at: Number(row.at) * 1000,
    groupId: row.group_id,
    tier: row.tier,
    bucket: row.delay_bucket,
    events: Number(row.events),
  }))
}

import { sqlFile, type Read } from './read.ts'
import type { DaySpan } from './report-counts.ts'

const HOURS = sqlFile(import.meta.url, 'report-source-hours.sql')

/** Messages by local hour (start, ms since epoch) of one source, all units together. */
export interface SourceHours {
  readonly source: string
  readonly hours: ReadonlyMap<number, number>
}

/** Sources that sent for any of the units in the span; their hours are of the whole installation, so no small unit shows in them. */
export async function readSourceHours(
  read: Read,
  units: readonly string[],
  days: DaySpan,
): Promise<SourceHours[]> {
  const rows = await read<{ source: string; at: number; messages: number; serves: number }>(HOURS, {
    ...{ units, firstDay: days.from, lastDay: days.to },
  })
  const sources = new Map<string, { hours: Map<number, number>; serves: boolean }>()
  for (const row of rows) {
    const known = sources.get(row.source) ?? { hours: new Map<number, number>(), serves: false }
    known.hours.set(Number(row.at) * 1000, Number(row.messages))
    sources.set(row.source, { hours: known.hours, serves: known.serves || Number(row.serves) === 1 })
  }
  return [...sources]
    .filter(([, { serves }]) => serves)
    .map(([source, { hours }]) => ({ source, hours }))
    .sort((a, b) => (a.source < b.source ? -1 : 1))
}

import { isFresh } from '../is-fresh.ts'
import { sqlFile, type Read } from './read.ts'

/** What stands for one group on one day. */
export interface DayVisibility {
  readonly unitId: string
  readonly own: boolean
  readonly shownAt: string
  readonly active: boolean
}
export type VisibilityOfDay = ReadonlyMap<string, DayVisibility>

/** Who was shown on which day, kept in memory for a moment so that the panels of one tick share one read. */
export interface VisibilityBook {
  of(days: readonly string[]): Promise<ReadonlyMap<string, VisibilityOfDay>>
}

const SQL = sqlFile(import.meta.url, 'visibility-of-days.sql')
/** Within a day what is shown stays shown, so a moment's delay can only show less. */
const FRESH_MS = 1_000
const SETTLED_MS = 60_000
const KEPT_DAYS = 400

interface Row {
  on_day: string
  group_id: string
  unit: string
  shown_alone: number
  counts_at: string
  wrote: number
}

/**
 * @param options.isRecent true for days whose visibility may still change often (today and yesterday)
 * @param options.now ms since epoch
 */
export function createVisibilityBook(options: {
  read: Read
  now: () => number
  isRecent: (day: string) => boolean
}): VisibilityBook {
  const kept = new Map<string, { readAt: number; rows: Promise<VisibilityOfDay> }>()

  function load(days: readonly string[], readAt: number): void {
    const answer = options.read<Row>(SQL, { days: [...days] })
    for (const day of days) {
      const rows = answer.then((all) => collect(all.filter((row) => row.on_day === day)))
      // A failed read is told to whoever waits for it and not kept.
      rows.catch(() => {
        if (kept.get(day)?.rows === rows) kept.delete(day)
      })
      kept.delete(day)
      kept.set(day, { readAt, rows })
    }
    for (const day of kept.keys()) {
      if (kept.size <= KEPT_DAYS) break
      kept.delete(day)
    }
  }

  return {
    async of(days) {
      const now = options.now()
      const stale = days.filter((day) => {
        const entry = kept.get(day)
        return (
          entry === undefined || !isFresh(entry.readAt, now, options.isRecent(day) ? FRESH_MS : SETTLED_MS)
        )
      })
      if (stale.length > 0) load(stale, now)
      const found = new Map<string, VisibilityOfDay>()
      for (const day of days) found.set(day, (await kept.get(day)?.rows) ?? new Map<string, DayVisibility>())
      return found
    },
  }
}

function collect(rows: readonly Row[]): VisibilityOfDay {
  return new Map(
    rows.map(
      (row) =>
        [
          row.group_id,
          { unitId: row.unit, own: row.shown_alone === 1, shownAt: row.counts_at, active: row.wrote === 1 },
        ] as const,
    ),
  )
}

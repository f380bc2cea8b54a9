import { sqlFile } from '@guanlan/analytics/queries/read'
import type { Read } from '@guanlan/analytics/queries/read'
import type { CountRow } from './count-row.ts'
import { createLateCounts } from './late-counts.ts'

/**
 * What the rules count: by minute for two hours, kept in memory as messages are accepted and set right from the store
 * once they are older than a few minutes (corrections, what came before a restart); by hour for longer windows. A short
 * window holds what was accepted in it, a long one what was sent in it: there the difference is small.
 */
export interface Counts {
  /** A message was accepted at `acceptedAt` that was sent in the minute that starts at `minute`, both ms since epoch. */
  observe(seen: { groupId: string; category: string | null; minute: number; acceptedAt: number }): void
  /** Sums over the last `windowMinutes` by local day, in any number of rows; whole hours where the window is longer than two hours. */
  rows(windowMinutes: number, now: number): CountRow[]
  /** Reads the store. Until the first success there is nothing to count. */
  refresh(now: number, long: boolean): Promise<void>
  /** Since when the store could not be read, ms since epoch; null when it could. */
  readonly failingSince: number | null
  readonly ready: boolean
  /** Minute in which the newest message seen by this process was sent, ms since epoch; 0 before the first. */
  readonly newestAt: number
}

const SQL_MINUTES = sqlFile(import.meta.url, 'minute-counts.sql')
const SQL_HOURS = sqlFile(import.meta.url, 'hour-counts.sql')
const MINUTE = 60_000
const HOUR = 3_600_000
/** Longest window that is counted by the minute. */
export const SHORT_WINDOW_MINUTES = 120
const KEPT_MINUTES = SHORT_WINDOW_MINUTES + 10
/** What is younger is counted as it is accepted: it may not have landed yet. */
const SETTLED_MS = 3 * MINUTE
const WEEK_MS = 8 * 24 * HOUR
const KEPT_KEYS = 20_000
/** Minutes older than that hardly change: their sum is kept from one evaluation to the next. */
const LATE_MS = 5 * MINUTE

type Cell = Map<string, number>
const keyOf = createKeys()

/** Keys are asked for with every message and few, so each is made once: a new string would be joined and hashed again. */
function createKeys(): (groupId: string, category: string) => string {
  const keys = new Map<string, Map<string, string>>()
  return (groupId, category) => {
    let own = keys.get(category)
    if (own === undefined || own.size >= KEPT_KEYS) keys.set(category, (own = new Map<string, string>()))
    let key = own.get(groupId)
    if (key === undefined) own.set(groupId, (key = `${groupId}\n${category}`))
    return key
  }
}

interface Span {
  readonly from: number
  readonly to: number
}

function sumOf(
  cells: ReadonlyMap<number, Cell>,
  { from, to }: Span,
  dayOf: (ms: number) => string,
): CountRow[] {
  const days = new Map<string, { at: number; sums: Cell }>()
  for (const [at, cell] of cells) {
    if (at < from || at >= to) continue
    const day = dayOf(at)
    let own = days.get(day)
    if (own === undefined) days.set(day, (own = { at, sums: new Map() }))
    for (const [key, count] of cell) own.sums.set(key, (own.sums.get(key) ?? 0) + count)
  }
  return [...days.values()].flatMap(({ at, sums }) =>
    [...sums].map(([key, count]) => {
      const cut = key.indexOf('\n')
      return { at, groupId: key.slice(0, cut), category: key.slice(cut + 1), count }
    }),
  )
}

type Cells = ReadonlyMap<number, Cell>
type Late = Pick<ReturnType<typeof createLateCounts>, 'rows'>

/** Sums of cells, the last of each window kept until `forget`. */
function createSums(dayOf: (ms: number) => string) {
  const kept = new Map<number, Span & { rows: CountRow[] }>()
  let until = -Infinity
  return {
    of(windowMinutes: number, cells: Cells, span: Span): CountRow[] {
      const known = kept.get(windowMinutes)
      if (known !== undefined && known.from === span.from && known.to === span.to) return known.rows
      const rows = sumOf(cells, span, dayOf)
      kept.set(windowMinutes, { ...span, rows })
      until = Math.max(until, span.to)
      return rows
    },
    changed: (at: number) => at < until,
    forget() {
      kept.clear()
      until = -Infinity
    },
  }
}

/** What windows hold: of short ones all but the last minutes is kept. */
function createWindows(dayOf: (ms: number) => string) {
  const minutes = createSums(dayOf)
  const hours = createSums(dayOf)
  return {
    ...{ minutes, hours },
    rows(
      windowMinutes: number,
      now: number,
      cells: { minutes: Cells; hours: Cells; late: Late },
    ): CountRow[] {
      // The running minute counts whole, so that a condition is seen at once.
      const to = Math.floor(now / MINUTE) * MINUTE + MINUTE
      if (windowMinutes > SHORT_WINDOW_MINUTES) {
        const from = Math.ceil((now - windowMinutes * MINUTE) / MINUTE) * MINUTE
        return hours.of(windowMinutes, cells.hours, { from, to })
      }
      const from = to - windowMinutes * MINUTE
      const late = Math.max(from, to - LATE_MS)
      const before = minutes.of(windowMinutes, cells.minutes, { from, to: late })
      return [...before, ...sumOf(cells.minutes, { from: late, to }, dayOf), ...cells.late.rows(from, to)]
    },
  }
}

function fill(
  cells: Map<number, Cell>,
  rows: readonly { at: number; groupId: string; category: string; count: number }[],
) {
  for (const { at, groupId, category, count } of rows) {
    let cell = cells.get(at)
    if (cell === undefined) cells.set(at, (cell = new Map()))
    cell.set(keyOf(groupId, category), count)
  }
}

const cellOf = (row: { at: number; group_id: string; category: string }) => ({
  at: Number(row.at) * 1000,
  groupId: row.group_id,
  category: row.category,
})

export function createCounts(read: Read, dayOf: (ms: number) => string): Counts {
  const minutes = new Map<number, Cell>()
  let hours = new Map<number, Cell>()
  const late = createLateCounts(KEPT_MINUTES)
  const windows = createWindows(dayOf)
  let [ready, newestAt] = [false, 0]
  let failingSince: number | null = null

  async function readMinutes(now: number): Promise<void> {
    const from = Math.floor((now - KEPT_MINUTES * MINUTE) / MINUTE) * MINUTE
    // The first time everything there is; later only what has surely landed.
    const to = ready ? Math.floor((now - SETTLED_MS) / MINUTE) * MINUTE : now + MINUTE
    const answer = await read<{ at: number; group_id: string; category: string; events: number }>(
      SQL_MINUTES,
      {
        from: from / 1000,
        to: Math.floor(to / 1000),
      },
    )
    for (const at of minutes.keys()) if (at < to && (ready || at < from)) minutes.delete(at)
    fill(
      minutes,
      answer.map((row) => ({ ...cellOf(row), count: Number(row.events) })),
    )
    windows.minutes.forget()
    late.forgetBefore(from)
    ready = true
  }
  async function readHours(now: number): Promise<void> {
    const from = now - WEEK_MS
    const answer = await read<{ at: number; group_id: string; category: string; total: number }>(SQL_HOURS, {
      from: Math.floor(from / 1000),
      firstDay: dayOf(from),
    })
    const next = new Map<number, Cell>()
    fill(
      next,
      answer.map((row) => ({ ...cellOf(row), count: Number(row.total) })),
    )
    hours = next
    windows.hours.forget()
  }
  return {
    observe({ groupId, category, minute, acceptedAt }) {
      newestAt = Math.max(newestAt, minute)
      late.add({ groupId, category: category ?? '', minute, acceptedAt })
      if (windows.minutes.changed(minute)) windows.minutes.forget()
      let cell = minutes.get(minute)
      if (cell === undefined) minutes.set(minute, (cell = new Map()))
      const key = keyOf(groupId, category ?? '')
      cell.set(key, (cell.get(key) ?? 0) + 1)
    },
    rows: (windowMinutes, now) => windows.rows(windowMinutes, now, { minutes, hours, late }),
    async refresh(now, long) {
      try {
        await readMinutes(now)
        if (long) await readHours(now)
        failingSince = null
      } catch (error) {
        failingSince ??= now
        throw error
      }
    },
    get failingSince() {
      return failingSince
    },
    get newestAt() {
      return newestAt
    },
    get ready() {
      return ready
    },
  }
}

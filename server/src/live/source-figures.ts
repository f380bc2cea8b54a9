import { isFresh } from '@guanlan/analytics/is-fresh'
import type { SourceHealth } from '@guanlan/contract/endpoints/source'
import type { SourceState } from '@guanlan/contract/panels'
import type { Clock } from '../lib/clock.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { SourceFigure } from './figures.ts'

export interface SourceFiguresDeps {
  readonly postgres: Postgres
  /** Keys name the sources and the units they may send for. */
  readonly keys: {
    list(): Promise<readonly { source: string; unitId: string; mayIngest: boolean; state: string }[]>
  }
  /** What this process saw; `flush` writes it to the table that is read here. */
  readonly health: {
    sources(): { source: string; lastSeenAt: number; perMinute: number }[]
    flush(): Promise<void>
  }
  readonly clock: Clock
  readonly time: LocalTime
}

export interface SourceFigures {
  /** Every source with a key that may ingest; read at most every few seconds. */
  all(): Promise<readonly SourceFigure[]>
  /** Counts of one source from the local day of `since` (ms since epoch) on, up to the request before this one. */
  ofSource(source: string, since: number): Promise<SourceHealth>
}

const KEPT_MS = 5_000
const RATE_HELD_MS = 60_000
const QUIET_AFTER_MS = 2 * 60_000
const SILENT_AFTER_MS = 15 * 60_000

interface DayRow {
  source: string
  last_seen: number | null
  rejected_today: number
  unknown_today: number
}

const TODAY = `
  SELECT source, (extract(epoch FROM max(last_seen_at)) * 1000)::float8 AS last_seen,
         coalesce(sum((SELECT sum(value::bigint) FROM jsonb_each_text(rejected))) FILTER (WHERE day = $1::date), 0)::float8 AS rejected_today,
         coalesce(sum(corrects_unknown) FILTER (WHERE day = $1::date), 0)::float8 AS unknown_today
  FROM source_health GROUP BY source`

const SINCE = `
  SELECT accepted::float8, duplicates::float8, pending::float8, corrects_unknown::float8, rejected,
         (extract(epoch FROM last_seen_at) * 1000)::float8 AS last_seen
  FROM source_health WHERE source = $1 AND day >= $2::date`

/** Sources as freshness panels and their own keys see them. */
export function createSourceFigures(deps: SourceFiguresDeps): SourceFigures {
  const { postgres, keys, health, clock, time } = deps
  let kept: { at: number; figures: Promise<readonly SourceFigure[]> } | undefined
  const rates = new Map<string, { at: number; perMinute: number }>()
  function rateOf(source: string, perMinute: number, now: number): number {
    let held = rates.get(source)
    if (held === undefined || !isFresh(held.at, now, RATE_HELD_MS))
      rates.set(source, (held = { at: now, perMinute }))
    return held.perMinute
  }

  async function read(): Promise<readonly SourceFigure[]> {
    const now = clock.now()
    const [known, rows] = await Promise.all([keys.list(), postgres.query<DayRow>(TODAY, [time.dayOf(now)])])
    const stored = new Map(rows.map((row) => [row.source, row]))
    const live = new Map(health.sources().map((seen) => [seen.source, seen]))
    const units = new Map<string, Set<string>>()
    for (const key of known) {
      if (key.mayIngest && key.state === 'ok')
        units.set(key.source, (units.get(key.source) ?? new Set()).add(key.unitId))
    }
    return [...units].map(([source, unitIds]) => {
      const row = stored.get(source)
      const seen = live.get(source)
      const lastSeenAt = Math.max(row?.last_seen ?? 0, seen?.lastSeenAt ?? 0) || null
      return {
        source,
        unitIds: [...unitIds],
        state: stateOf(lastSeenAt, now),
        lastSeenAt,
        perMinute: rateOf(source, seen?.perMinute ?? 0, now),
        rejectedToday: row?.rejected_today ?? 0,
        correctsUnknown: row?.unknown_today ?? 0,
      }
    })
  }

  return {
    all() {
      const at = clock.now()
      if (kept === undefined || !isFresh(kept.at, at, KEPT_MS)) {
        const entry = { at, figures: read() }
        entry.figures.catch(() => (kept = kept === entry ? undefined : kept))
        kept = entry
      }
      return kept.figures
    },
    async ofSource(source, since) {
      await health.flush()
      const day = time.dayOf(since)
      const rows = await postgres.query<{
        accepted: number
        duplicates: number
        pending: number
        corrects_unknown: number
        rejected: Record<string, number>
        last_seen: number | null
      }>(SINCE, [source, day])
      const sum = (key: 'accepted' | 'duplicates' | 'pending' | 'corrects_unknown') =>
        rows.reduce((total, row) => total + row[key], 0)
      const rejected: Record<string, number> = {}
      for (const row of rows) {
        for (const [code, count] of Object.entries(row.rejected))
          rejected[code] = (rejected[code] ?? 0) + Number(count)
      }
      return {
        source,
        since: time.dayStart(day),
        accepted: sum('accepted'),
        duplicates: sum('duplicates'),
        pending: sum('pending'),
        correctsUnknown: sum('corrects_unknown'),
        rejected,
        lastSeenAt: Math.round(Math.max(0, ...rows.map((row) => row.last_seen ?? 0))) || null,
      }
    },
  }
}

export function stateOf(lastSeenAt: number | null, now: number): SourceState {
  if (lastSeenAt === null) return 'never'
  const age = now - lastSeenAt
  return age < QUIET_AFTER_MS ? 'live' : age < SILENT_AFTER_MS ? 'quiet' : 'silent'
}

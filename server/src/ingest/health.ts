import type { IngestResult } from '@guanlan/contract/event'
import type { Clock } from '../lib/clock.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Submitter } from './judge.ts'

/** What each source sent, day by day: counts only, written to source_health every few seconds. */
export interface SourceHealth {
  /** Counts the answer to one request; an empty one is a heartbeat. An import is counted, but nobody was heard by it. */
  record(source: string, result: IngestResult, from?: Pick<Submitter, 'history'>): void
  /** Corrections whose target never came. */
  correctionsUnknown(source: string, count: number): void
  /** What this process saw of each source: last request (ms since epoch) and messages accepted in the last 60 s. */
  sources(): { source: string; lastSeenAt: number; perMinute: number }[]
  flush(): Promise<void>
}

interface Counts {
  accepted: number
  duplicates: number
  pending: number
  unknown: number
  rejected: Record<string, number>
  lastSeenAt: number | null
}

const UPSERT = `
  INSERT INTO source_health (source, day, accepted, duplicates, pending, corrects_unknown, rejected, last_seen_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, to_timestamp($8::double precision / 1000))
  ON CONFLICT (source, day) DO UPDATE SET
    accepted = source_health.accepted + excluded.accepted,
    duplicates = source_health.duplicates + excluded.duplicates,
    pending = source_health.pending + excluded.pending,
    corrects_unknown = source_health.corrects_unknown + excluded.corrects_unknown,
    rejected = (SELECT coalesce(jsonb_object_agg(code, total), '{}') FROM (
      SELECT code, sum(count::bigint) AS total FROM (
        SELECT * FROM jsonb_each_text(source_health.rejected) AS a(code, count)
        UNION ALL SELECT * FROM jsonb_each_text(excluded.rejected) AS b(code, count)) AS both_sides GROUP BY code) AS sums),
    last_seen_at = greatest(source_health.last_seen_at, excluded.last_seen_at)`

const SLOTS = 60

/** Messages by second over the last minute. */
function createMinute(clock: Clock) {
  const counts = new Uint32Array(SLOTS)
  let newest = Math.floor(clock.now() / 1000)
  const advance = () => {
    const second = Math.floor(clock.now() / 1000)
    // A clock that was set back further than that: what is counted is not of this minute.
    if (second <= newest - SLOTS) {
      counts.fill(0)
      newest = second
    }
    for (let at = Math.max(newest + 1, second - SLOTS + 1); at <= second; at++) counts[at % SLOTS] = 0
    newest = Math.max(newest, second)
  }
  return {
    add(count: number) {
      advance()
      counts[newest % SLOTS] = (counts[newest % SLOTS] as number) + count
    },
    sum() {
      advance()
      return counts.reduce((total, count) => total + count, 0)
    },
  }
}

export function createSourceHealth(options: {
  postgres: Postgres
  clock: Clock
  time: LocalTime
}): SourceHealth {
  const { postgres, clock, time } = options
  const known = new Map<string, { lastSeenAt: number; minute: ReturnType<typeof createMinute> }>()
  let waiting = new Map<string, Counts>()

  function countsOf(source: string): Counts {
    const key = `${time.dayOf(clock.now())} ${source}`
    let counts = waiting.get(key)
    if (counts === undefined) {
      counts = { accepted: 0, duplicates: 0, pending: 0, unknown: 0, rejected: {}, lastSeenAt: null }
      waiting.set(key, counts)
    }
    return counts
  }
  function merge(into: Counts, from: Counts): void {
    into.accepted += from.accepted
    into.duplicates += from.duplicates
    into.pending += from.pending
    into.unknown += from.unknown
    for (const [code, count] of Object.entries(from.rejected))
      into.rejected[code] = (into.rejected[code] ?? 0) + count
    into.lastSeenAt = from.lastSeenAt ?? into.lastSeenAt
  }
  return {
    record(source, result, from) {
      const counts = countsOf(source)
      counts.accepted += result.accepted
      counts.duplicates += result.duplicates
      counts.pending += result.pending
      for (const { code } of result.rejected) counts.rejected[code] = (counts.rejected[code] ?? 0) + 1
      if (from?.history === true) return
      counts.lastSeenAt = clock.now()
      let seen = known.get(source)
      if (seen === undefined) known.set(source, (seen = { lastSeenAt: 0, minute: createMinute(clock) }))
      seen.lastSeenAt = clock.now()
      seen.minute.add(result.accepted)
    },
    correctionsUnknown(source, count) {
      countsOf(source).unknown += count
    },
    sources: () =>
      [...known].map(([source, { lastSeenAt, minute }]) => ({ source, lastSeenAt, perMinute: minute.sum() })),
    async flush() {
      const batch = waiting
      waiting = new Map()
      for (const [key, counts] of batch) {
        const [day = '', source = ''] = [key.slice(0, 10), key.slice(11)]
        const { accepted, duplicates, pending, unknown, rejected, lastSeenAt } = counts
        try {
          const values = [
            source,
            day,
            accepted,
            duplicates,
            pending,
            unknown,
            JSON.stringify(rejected),
            lastSeenAt,
          ]
          await postgres.query(UPSERT, values)
          batch.delete(key)
        } catch (error) {
          // Counted with the next flush.
          for (const [left, more] of batch) {
            const since = waiting.get(left)
            if (since === undefined) waiting.set(left, more)
            else merge(since, more)
          }
          throw error
        }
      }
    },
  }
}

import { fingerprintOf } from '@guanlan/analytics/alerting/fingerprint'
import type { PastReading } from '@guanlan/analytics/alerting/backtest'
import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import type { VisibilityOfDay } from '@guanlan/analytics/queries/visibility-book'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { LocalTime } from '../lib/local-day.ts'
import {
  observationsOf,
  placeRows,
  type CountCondition,
  type Floors,
  type PlacedRow,
} from './count-figures.ts'
import { readCountHistory } from './count-history.ts'
import { SHORT_WINDOW_MINUTES } from './counts.ts'
import {
  MINUTE,
  type AlertSources,
  type ReaderDeps,
  type Steps,
  type ReplaySpan,
  type Round as ReaderRound,
} from './readers/reader.ts'
import { createReaders } from './readers/registry.ts'

/** Answers what the rules ask for, floored. */
export interface AlertFigures {
  begin(now: number): Promise<Round>
  /** What a rule would have read in the past; null: its kind keeps nothing that could tell. */
  replay(rule: AlertRule, span: ReplaySpan): Promise<Iterable<PastReading>> | null
  /** Floored figures of one instance by steps of minutes, oldest first. */
  steps(rule: AlertRule, condition: CountCondition, fingerprint: string, span: Steps): Promise<number[]>
  readonly released: AlertSources['releasedSteps']
}
export interface Round extends Pick<ReaderRound, 'floors' | 'placed'> {
  /** null: nothing can be said of this rule now (not evaluated). */
  observe(rule: AlertRule, known: ReadonlySet<string>): Promise<Observation[] | null>
}

/** Everything silent for so long: there is no data, which is not zero. */
const SILENT_MS = 15 * MINUTE
const STORE_FAILS_MS = 5 * MINUTE

/** What the floors said last, for while the store does not answer: rules that need none go on, and short failures pass unseen. */
function createLastVisibility({ book }: Pick<ReaderDeps, 'book'>) {
  let last: ReadonlyMap<string, VisibilityOfDay> = new Map()
  let failingSince: number | null = null
  return async (days: readonly string[], now: number) => {
    try {
      last = await book.of(days)
      failingSince = null
    } catch {
      failingSince ??= now
    }
    return { visibility: last, failingSince }
  }
}

export function createAlertFigures(deps: ReaderDeps): AlertFigures {
  const { counts, time, directory } = deps
  const readers = createReaders(deps)
  const readVisibility = createLastVisibility(deps)
  return {
    async steps(rule, condition, fingerprint, span) {
      const steps = await readCountHistory(deps, rule, condition, {
        ...span,
        // What the rule did not count explains no alert.
        liveFrom: span.from,
        isOver: () => false,
      })
      return steps.map(({ tally }) => {
        const own = observationsOf(rule, condition, tally, deps).find(
          ({ subject }) => fingerprintOf(rule.id, subject) === fingerprint,
        )
        return own?.value ?? 0
      })
    },
    replay: readers.replay,
    released: deps.from.releasedSteps,
    async begin(now) {
      const today = time.dayOf(now)
      const days = [time.addDays(today, -1), today]
      const [{ visibility, failingSince }, sources] = await Promise.all([
        readVisibility(days, now),
        deps.from.sources(),
      ])
      const floors: Floors = {
        ...{ directory, visibility, today, dayOf: time.dayOf, categoryFloor: deps.categoryFloor },
      }
      const kept = new Map<string, PlacedRow[]>()
      // What is known of sources may be seconds old: a message that was just accepted says it sooner.
      const heardAt = [counts.newestAt, ...sources.map(({ lastSeenAt }) => lastSeenAt ?? 0)]
      const read = async (windowMinutes: number) => {
        const long = windowMinutes > SHORT_WINDOW_MINUTES
        const more = long ? await deps.book.of(daysBack(time, today, windowMinutes)) : visibility
        return sumUp(placeRows(counts.rows(windowMinutes, now), { ...floors, visibility: more }))
      }
      const placed: ReaderRound['placed'] = async (windowMinutes, by = 'group') => {
        const key = `${windowMinutes} ${by}`
        let rows = kept.get(key)
        if (rows === undefined) {
          rows = by === 'group' ? await read(windowMinutes) : mergeGroups(await placed(windowMinutes))
          kept.set(key, rows)
        }
        return rows
      }
      const round: ReaderRound = {
        ...{ now, floors, sources, placed },
        heard: heardAt.some((at) => now - at < SILENT_MS),
        broken: now - Math.min(failingSince ?? now, counts.failingSince ?? now) > STORE_FAILS_MS,
      }
      return { floors, placed, observe: (rule, known) => readers.observe(rule, round, known) }
    },
  }
}

const daysBack = (time: LocalTime, today: string, windowMinutes: number) =>
  Array.from({ length: Math.ceil(windowMinutes / 1440) + 2 }, (_, i) => time.addDays(today, -i))

/** Groups that stand alike taken together: most rules do not tell them apart. One that speaks for itself somewhere stays. */
const mergeGroups = (rows: readonly PlacedRow[]) =>
  sumUp(rows.map((row) => (row.settledAt === row.shownAt ? { ...row, groupId: '' } : row)))

/** One row for each group, category and cell, so that a thousand rules do not walk every minute. */
function sumUp(rows: readonly PlacedRow[]): PlacedRow[] {
  const sums = new Map<string, PlacedRow & { count: number }>()
  for (const row of rows) {
    const key = `${row.groupId}\n${row.category}\n${row.shownAt}\n${row.settledAt}\n${row.own}\n${row.unitId}`
    const sum = sums.get(key)
    if (sum === undefined) sums.set(key, { ...row })
    else sum.count += row.count
  }
  return [...sums.values()]
}

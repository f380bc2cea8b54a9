import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import { readingOf } from '@guanlan/analytics/alerting/registry'
import { delayPercentile, DELAY_BUCKETS } from '@guanlan/analytics/delay-buckets'
import type { Read } from '@guanlan/analytics/queries/read'
import { readRecentDelay, type GroupDelay } from '@guanlan/analytics/queries/recent-delay'
import type { VisibilityBook } from '@guanlan/analytics/queries/visibility-book'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { LocalTime } from '../lib/local-day.ts'
import type { Directory } from '../register/directory.ts'
import { countFigures, distressFigures, placeRows, type Floors, type PlacedRow } from './count-figures.ts'
import type { Counts } from './counts.ts'
import { SHORT_WINDOW_MINUTES } from './counts.ts'

/** One source as alerting needs it. */
export interface SourceSeen {
  readonly source: string
  readonly unitIds: readonly string[]
  readonly lastSeenAt: number | null
}

/** What other services know of topics, sentiment, surges and the register; a kind without one has no data. */
export interface AlertSources {
  readonly sources: () => Promise<readonly SourceSeen[]> | readonly SourceSeen[]
  /** Released figures for kinds that this folder does not count itself: null while the service is not there. */
  readonly others?: Partial<
    Record<AlertRule['condition']['kind'], (rule: AlertRule, now: number) => Promise<Observation[] | null>>
  >
}

export interface FiguresDeps {
  readonly counts: Counts
  readonly book: VisibilityBook
  readonly read: Read
  readonly directory: Directory
  readonly time: LocalTime
  readonly categoryFloor: number
  readonly from: AlertSources
}

/** Answers what the rules ask for, floored; null: nothing can be said of this rule now (not evaluated). */
export interface AlertFigures {
  begin(now: number): Promise<Round>
}
export interface Round {
  observe(rule: AlertRule, known: ReadonlySet<string>): Promise<Observation[] | null>
  /** Rows of a window with what the floors say of them. */
  placed(windowMinutes: number): Promise<PlacedRow[]>
  readonly floors: Floors
}

const MINUTE = 60_000
const NOTHING = { groupId: null, category: null, topicId: null, source: null } as const
/** Everything silent for so long: there is no data, which is not zero. */
const SILENT_MS = 15 * MINUTE
const DELAY_KEPT_MS = 60_000
const STORE_FAILS_MS = 5 * MINUTE

export function createAlertFigures(deps: FiguresDeps): AlertFigures {
  const { counts, time, directory } = deps
  let delays: { key: string; at: number; rows: Promise<GroupDelay[]> } | undefined

  function delayRows(windowMinutes: number, now: number): Promise<GroupDelay[]> {
    const key = String(windowMinutes)
    if (delays?.key === key && now - delays.at < DELAY_KEPT_MS) return delays.rows
    const from = time.hourStart(now - windowMinutes * MINUTE)
    const rows = readRecentDelay(deps.read, { from, firstDay: time.dayOf(from), lastDay: time.dayOf(now) })
    delays = { key, at: now, rows }
    return rows
  }
  return {
    async begin(now) {
      const today = time.dayOf(now)
      const days = [time.addDays(today, -1), today]
      const [visibility, sources] = await Promise.all([deps.book.of(days), deps.from.sources()])
      const floors: Floors = {
        ...{ directory, visibility, today, dayOf: time.dayOf, categoryFloor: deps.categoryFloor },
      }
      const kept = new Map<number, PlacedRow[]>()
      // What is known of sources may be seconds old: a message that was just accepted says it sooner.
      const heardAt = [counts.newestAt, ...sources.map(({ lastSeenAt }) => lastSeenAt ?? 0)]
      const heard = heardAt.some((at) => now - at < SILENT_MS)
      const placed = async (windowMinutes: number) => {
        let rows = kept.get(windowMinutes)
        if (rows === undefined) {
          const long = windowMinutes > SHORT_WINDOW_MINUTES
          const more = long ? await deps.book.of(daysBack(time, today, windowMinutes)) : visibility
          rows = sumUp(placeRows(counts.rows(windowMinutes, now), { ...floors, visibility: more }))
          kept.set(windowMinutes, rows)
        }
        return rows
      }
      const broken = counts.failingSince !== null && now - counts.failingSince > STORE_FAILS_MS
      return {
        floors,
        placed,
        async observe(rule, known) {
          const { condition } = rule
          if (condition.kind === 'silent-source') return silences(rule, sources, floors, now)
          const other = deps.from.others?.[condition.kind]
          if (other !== undefined) return other(rule, now)
          if (condition.kind === 'time-to-decision')
            return decisionFigures(rule, await delayRows(condition.windowMinutes, now), floors)
          if (!counts.ready && !broken) return null
          if (condition.kind === 'distress')
            return heard ? distressFigures(rule, await placed(readingOf(rule).windowMinutes), floors) : null
          if (condition.kind !== 'threshold' && condition.kind !== 'rate') return null
          const figures = countFigures(rule, condition, await placed(condition.windowMinutes), floors, known)
          if (broken) return figures.map((each) => ({ ...each, value: null, error: 'store_unreadable' }))
          return heard ? figures : figures.map((each) => ({ ...each, value: null }))
        },
      }
    },
  }
}

const daysBack = (time: LocalTime, today: string, windowMinutes: number) =>
  Array.from({ length: Math.ceil(windowMinutes / 1440) + 2 }, (_, i) => time.addDays(today, -i))

/** One row for each group, category and cell, so that a thousand rules do not walk every minute. */
function sumUp(rows: readonly PlacedRow[]): PlacedRow[] {
  const sums = new Map<string, PlacedRow & { count: number }>()
  for (const row of rows) {
    const key = `${row.groupId}\n${row.category}\n${row.shownAt}\n${row.own}\n${row.unitId}`
    const sum = sums.get(key)
    if (sum === undefined) sums.set(key, { ...row })
    else sum.count += row.count
  }
  return [...sums.values()]
}

/** Whole minutes since a source was last heard of; a source that never sent is a matter of set-up, not of silence. */
function silences(
  rule: AlertRule,
  sources: readonly SourceSeen[],
  { directory, today }: Floors,
  now: number,
): Observation[] {
  const scopes = rule.where.units.length === 0 ? [directory.root] : rule.where.units
  return sources.flatMap(({ source, unitIds, lastSeenAt }) => {
    const unitId = unitIds[0]
    if (lastSeenAt === null || unitId === undefined) return []
    if (!scopes.some((scope) => directory.tree.isWithinOn(unitId, scope, today))) return []
    // A name may hold a slash, an id may not.
    const subject = { ...NOTHING, unitId, source: source.replaceAll('/', ':') }
    return [{ subject, value: Math.floor((now - lastSeenAt) / MINUTE), basis: null, error: null }]
  })
}

/** Minutes to decision from bucket counts of the groups that count where the rule looks. */
function decisionFigures(rule: AlertRule, rows: readonly GroupDelay[], floors: Floors): Observation[] {
  const { condition } = rule
  // Stored delays are summed over the tiers: a rule of one tier has no figure yet, and says so.
  if (condition.kind !== 'time-to-decision') return []
  if (condition.tier !== 'all')
    return [
      {
        subject: { ...NOTHING, unitId: floors.directory.root },
        value: null,
        basis: null,
        error: 'tier_unread',
      },
    ]
  const { directory, today, visibility } = floors
  const buckets = new Map<string, { unitId: string; groupId: string | null; counts: number[] }>()
  const add = (unitId: string, groupId: string | null, row: GroupDelay) => {
    const key = `${unitId}|${groupId ?? ''}`
    let own = buckets.get(key)
    if (own === undefined)
      buckets.set(key, (own = { unitId, groupId, counts: new Array<number>(DELAY_BUCKETS).fill(0) }))
    own.counts[row.bucket] = (own.counts[row.bucket] ?? 0) + row.events
  }
  const scopes = rule.where.units.length === 0 ? [directory.root] : rule.where.units
  for (const row of rows) {
    const seen = visibility.get(row.day)?.get(row.groupId)
    if (seen === undefined || seen.shownAt === '') continue
    if (!scopes.some((scope) => directory.tree.isWithinOn(seen.shownAt, scope, today))) continue
    if (rule.per === 'org') add(directory.root, null, row)
    else if (rule.per === 'group') {
      if (seen.own) add(seen.unitId, row.groupId, row)
    } else {
      for (const unitId of [seen.shownAt, ...directory.tree.ancestorsOn(seen.shownAt, today)])
        add(unitId, null, row)
    }
  }
  const share = condition.statistic === 'median' ? 0.5 : 0.9
  return [...buckets.values()].map(({ unitId, groupId, counts }) => {
    const positive = counts.map((count) => Math.max(0, count))
    const ms = delayPercentile(positive, share)
    const basis = positive.reduce((sum, count) => sum + count, 0)
    return {
      subject: { ...NOTHING, unitId, groupId },
      value: ms === null ? null : ms / MINUTE,
      basis,
      error: null,
    }
  })
}

import type { Freshness, SourceState } from '@guanlan/contract/panels'
import type { Words } from '@guanlan/contract/panels'
import type { Range, Scope } from '@guanlan/contract/scope'
import { isFresh } from '@guanlan/analytics/is-fresh'
import { createCounting, type Counting } from '@guanlan/analytics/queries/counted'
import { keepFor } from '@guanlan/analytics/queries/kept-read'
import type { Read } from '@guanlan/analytics/queries/read'
import { readSending, type Sending } from '@guanlan/analytics/queries/sending'
import type { Question } from '@guanlan/analytics/queries/source'
import { createVisibilityBook, type VisibilityBook } from '@guanlan/analytics/queries/visibility-book'
import { daysOf, type Window } from '@guanlan/analytics/queries/window'
import type { Clock } from '../lib/clock.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Directory } from '../register/directory.ts'

/** One source as the freshness panel shows it; `unitIds` are those of its keys. */
export interface SourceFigure {
  readonly source: string
  readonly unitIds: readonly string[]
  readonly state: SourceState
  /** Exact, for rules; screens are told roughly. */
  readonly lastSeenAt: number | null
  /** Looked at once a minute: the moment at which a rounded rate changes would tell the exact one. */
  readonly perMinute: number
  readonly rejectedToday: number
  readonly correctsUnknown: number
}

export interface FigureDeps {
  readonly clickhouse: ClickHouse
  readonly directory: Pick<Directory, 'root' | 'tree' | 'groupsOf' | 'unitOf' | 'unit' | 'group' | 'taxonomy'>
  readonly time: LocalTime
  readonly clock: Clock
  /** Different active people today, so far, as counted in memory, of a unit in the groups that count there; 0 when nobody was seen. */
  readonly people: { group(groupId: string): number; unit(unitId: string): number }
  readonly pulse: { perSecond(groupIds: Iterable<string>): number[] }
  readonly sources: () => Promise<readonly SourceFigure[]> | readonly SourceFigure[]
  /** Accepted events not yet in the store. */
  readonly backlog: () => number
  /** Words of the newest release of a unit. */
  readonly words: (unitId: string) => Words | Promise<Words>
  /** Time in which a violation should be decided, ms. */
  readonly decideWithinMs: number
  /** Different people before a count of people is told, 10 or more. */
  readonly peopleFloor: number
  /** Events of a category before a group shows it, 3 or more. */
  readonly categoryFloor: number
}

/** What panels read from: the stores and memories, with the floors already between. */
export interface Figures {
  readonly deps: FigureDeps
  readonly book: VisibilityBook
  readonly counting: Counting
  /** The unit of a scope (the organisation is its root); undefined for a group. */
  unitOf(scope: Scope): string | undefined
  /** The scope's counting rows over a window, or null when the floors hide the scope in all of it. */
  question(scope: Scope, range: Range, window: Window): Promise<Question | null>
  sending(range: Range, window: Window): Promise<Sending>
  freshness(scope: Scope): Promise<Freshness>
}

/** Whether sources were sending is the same for every scope, so one read serves a while. */
const SENDING_KEPT_MS = 5_000
/** What is only compared with changes by corrections and late events alone. */
const PAST_KEPT_MS = 60_000
const QUERY_SECONDS = 10

export function createFigures(deps: FigureDeps): Figures {
  const { clickhouse, directory, time, clock } = deps
  const lane = (name: 'ticker' | 'reader'): Read => {
    return (sql, params) => clickhouse.query(sql, params, { lane: name, timeoutSeconds: QUERY_SECONDS })
  }
  const ticker = lane('ticker')
  const reader = lane('reader')
  const tickerPast = keepFor(PAST_KEPT_MS, () => clock.now(), ticker)
  const readerPast = keepFor(PAST_KEPT_MS, () => clock.now(), reader)
  // Long ranges must not hold up the second.
  const readOf = (range: Range) => (range === 'hour' || range === 'day' ? ticker : reader)
  const isRecent = (day: string) => day >= time.addDays(time.dayOf(clock.now()), -1)
  const book = createVisibilityBook({ read: ticker, now: () => clock.now(), isRecent })
  const counting = createCounting(() => directory, book)
  const heard = new Map<string, { at: number; sending: Promise<Sending> }>()
  const unitOf = (scope: Scope) =>
    scope.kind === 'org' ? directory.root : scope.kind === 'unit' ? scope.id : undefined

  return {
    deps,
    book,
    counting,
    unitOf,
    async question(scope, range, window) {
      const unit = unitOf(scope)
      const counted =
        unit === undefined
          ? await counting.atGroup(scope.kind === 'group' ? scope.id : '', window.days)
          : await counting.atUnit(unit, window.days)
      const shown = unit === undefined ? upToMinute(window, clock.now()) : window
      const current = daysOf(time, [window.now])
      if (!counted.shownDays.some((day) => current.includes(day))) return null
      return {
        read: readOf(range),
        readPast: range === 'hour' || range === 'day' ? tickerPast : readerPast,
        kind: unit === undefined ? 'group' : 'unit',
        counted,
        window: shown,
      }
    },
    sending(range, window) {
      const now = clock.now()
      const known = heard.get(range)
      if (known !== undefined && isFresh(known.at, now, SENDING_KEPT_MS)) return known.sending
      const sending = readSending(readOf(range), window)
      heard.set(range, { at: now, sending })
      sending.catch(() => heard.delete(range))
      return sending
    },
    freshness: (scope) => freshnessOf(deps, scope),
  }
}

/** A group is shown in full minutes: the running one is left out until it is over. */
function upToMinute(window: Window, now: number): Window {
  const minute = Math.floor(now / 60_000) * 60_000
  return {
    ...window,
    now: { from: window.now.from, to: Math.max(window.now.from, Math.min(window.now.to, minute)) },
  }
}

/** A rate of a source with few senders would be theirs, so rates are rounded down to tens. */
const RATE_STEP = 10
/** Everything accepted, less what screens show of visible groups, is what hidden ones sent: small backlogs are not told. */
const BACKLOG_STEP = 500
/** The moment of a source's last message would be that of a person, so it is told roughly, and only once it matters. */
const QUARTER_MS = 900_000
const down = (value: number, step: number) => Math.floor(value / step) * step

async function freshnessOf(
  { directory, time, clock, ...deps }: FigureDeps,
  scope: Scope,
): Promise<Freshness> {
  const today = time.dayOf(clock.now())
  const unit =
    scope.kind === 'org'
      ? directory.root
      : scope.kind === 'unit'
        ? scope.id
        : directory.unitOf(scope.id, today)
  const related = (other: string) =>
    unit !== undefined &&
    (directory.tree.isWithinOn(other, unit, today) || directory.tree.isWithinOn(unit, other, today))
  const sources = (await deps.sources()).filter((source) => source.unitIds.some(related))
  const quietSince = ({ state, lastSeenAt }: SourceFigure) =>
    state === 'live' || lastSeenAt === null ? null : down(lastSeenAt, QUARTER_MS)
  const seen = sources.flatMap((source) => quietSince(source) ?? [])
  const isLive = sources.some(({ state }) => state === 'live')
  return {
    lastAcceptedAt: isLive || seen.length === 0 ? null : Math.max(...seen),
    backlog: down(deps.backlog(), BACKLOG_STEP),
    sources: sources
      .map((figure) => {
        const { source, state, rejectedToday, correctsUnknown } = figure
        const perMinute = down(figure.perMinute, RATE_STEP)
        return { source, state, lastSeenAt: quietSince(figure), perMinute, rejectedToday, correctsUnknown }
      })
      .sort((a, b) => (a.source < b.source ? -1 : 1)),
  }
}

import { createCounting } from '@guanlan/analytics/queries/counted'
import { readTotals } from '@guanlan/analytics/queries/totals'
import { createVisibilityBook } from '@guanlan/analytics/queries/visibility-book'
import { daysOf } from '@guanlan/analytics/queries/window'
import { totalsEndpoint } from '@guanlan/contract/endpoints/totals'
import { appError } from '@guanlan/contract/errors'
import { homeScope, mayOpenScope } from '../../identity/access.ts'
import type { Clock } from '../../lib/clock.ts'
import type { LocalTime } from '../../lib/local-day.ts'
import type { ClickHouse } from '../../ports/clickhouse.ts'
import type { Directory } from '../../register/directory.ts'
import { route, type Caller, type KeyCaller, type Route } from '../route.ts'

export interface TotalsDeps {
  readonly clickhouse: ClickHouse
  readonly directory: Directory
  readonly time: LocalTime
  readonly clock: Clock
  /** Events of a category before a group tells it, 3 or more. */
  readonly categoryFloor: number
}

const MOST_DAYS = 1_100
const QUERY_SECONDS = 30

/** Totals of a unit over whole local days: the same floors as the screens, read afresh at each request. */
export function totalsRoute({ clickhouse, directory, time, clock, categoryFloor }: TotalsDeps): Route {
  const read = <T>(sql: string, params: Record<string, unknown>) =>
    clickhouse.query<T>(sql, params, { lane: 'reader', timeoutSeconds: QUERY_SECONDS })

  return route(totalsEndpoint, async ({ actor, key, query }) => {
    const { from, to } = query
    if (from > to) throw appError('bad_request', 'from lies after to', { pointer: '/query/from' })
    if (time.dayNumber(to) - time.dayNumber(from) >= MOST_DAYS) {
      throw appError('bad_request', `takes at most ${MOST_DAYS} days`, { pointer: '/query/to' })
    }
    const today = time.dayOf(clock.now())
    const unit = query.unit ?? highestUnit(actor, key, directory, today)
    if (unit === undefined || !mayRead(unit, actor, key, directory, today)) {
      throw appError('forbidden', 'This account or key may not read that unit')
    }
    const days = daysOf(time, [{ from: time.dayStart(from), to: time.dayStart(time.addDays(to, 1)) }])
    const book = createVisibilityBook({ read, now: () => clock.now(), isRecent: () => true })
    const counted = await createCounting(() => directory, book).atUnit(unit, days)
    const codes = directory.taxonomy.all
    const care = codes.filter(({ tier }) => tier === 'care').map(({ code }) => code)
    return { unit, from, to, ...(await readTotals(read, counted, { from, to }, { categoryFloor, care })) }
  })
}

function highestUnit(
  actor: Caller | undefined,
  key: KeyCaller | undefined,
  directory: Directory,
  today: string,
): string | undefined {
  if (key !== undefined) return key.unitId
  const home = actor === undefined ? null : homeScope(actor, directory, today)
  if (home === null) return undefined
  return home === 'org' ? directory.root : home.slice('unit:'.length)
}

function mayRead(
  unit: string,
  actor: Caller | undefined,
  key: KeyCaller | undefined,
  directory: Directory,
  today: string,
): boolean {
  if (key !== undefined) return directory.tree.isWithinOn(unit, key.unitId, today)
  return actor !== undefined && mayOpenScope(actor, { kind: 'unit', id: unit }, directory, today)
}

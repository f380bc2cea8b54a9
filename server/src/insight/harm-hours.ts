import { tellable } from '@guanlan/analytics/privacy/group-categories'
import { DELAY_BUCKETS, delayPercentile } from '@guanlan/analytics/delay-buckets'
import { readRecentDelay } from '@guanlan/analytics/queries/recent-delay'
import { settledAt } from '@guanlan/analytics/privacy/settle'
import { readRecentHarm, type GroupHour } from '@guanlan/analytics/queries/recent-harm'
import type { Read } from '@guanlan/analytics/queries/read'
import type { VisibilityBook, VisibilityOfDay } from '@guanlan/analytics/queries/visibility-book'
import { isVagueCategory, type Tier } from '@guanlan/contract/taxonomy'
import type { LocalTime } from '../lib/local-day.ts'
import type { Directory } from '../register/directory.ts'

/** What moderation acted on in one unit or group, by hours back (0: the running hour), floors applied. */
export interface HarmHours {
  /** violations that name a harm by hours back, 0 to 23; of a group alone conduct only as far as it tells it */
  readonly acted: number[]
  /** events of the newest two hours by category */
  readonly recent: Map<string, number>
  /** messages of the newest four hours, by hours back */
  readonly messages: number[]
  /** times to decision of the last day, by bucket */
  readonly delays: number[]
}

export interface HarmBook {
  /** `unit:<id>` and `group:<id>` that pass the floors today */
  readonly scopes: ReadonlyMap<string, HarmHours>
  readonly at: number
}

const HOUR = 3_600_000
const HOURS = 24
const RECENT = 4
const NEWEST = 2
const LEAST_DELAYS = 3

const empty = (): Building => ({
  acted: new Array<number>(HOURS).fill(0),
  recent: new Map(),
  messages: new Array<number>(RECENT).fill(0),
  delays: new Array<number>(DELAY_BUCKETS).fill(0),
  alone: new Map(),
})

export interface HarmDeps {
  readonly read: Read
  readonly book: VisibilityBook
  readonly directory: Pick<Directory, 'tree'>
  readonly time: LocalTime
  /** events of a category before a group shows it */
  readonly categoryFloor: number
}

/** Reads the last day once for every unit and group; rows enter a scope only where the visibility of their day lets them count. */
export async function readHarmBook(deps: HarmDeps, now: number): Promise<HarmBook> {
  const { read, book, time } = deps
  const hour = time.hourStart(now)
  const from = hour - (HOURS - 1) * HOUR
  const [firstDay, lastDay] = [time.dayOf(from), time.dayOf(now)]
  const span = { from, recent: hour - (RECENT - 1) * HOUR, firstDay, lastDay }
  const [rows, delays, visible] = await Promise.all([
    readRecentHarm(read, span),
    readRecentDelay(read, span),
    book.of([...new Set([firstDay, lastDay])]),
  ])
  const scopes = new Map<string, Building>()
  const chains = new Map<string, readonly Link[]>()
  const chainOf = (day: string, groupId: string): readonly Link[] => {
    const key = `${day} ${groupId}`
    let chain = chains.get(key)
    if (chain === undefined)
      chains.set(key, (chain = linksOf(visible.get(day), groupId, day, deps.directory.tree)))
    return chain
  }
  for (const [groupId] of visible.get(lastDay) ?? [])
    for (const { scope } of chainOf(lastDay, groupId)) if (!scopes.has(scope)) scopes.set(scope, empty())
  for (const row of rows) {
    const back = Math.round((hour - row.at) / HOUR)
    if (back < 0 || back >= HOURS || isVagueCategory(row.category)) continue
    for (const { scope, settled } of chainOf(row.day, row.groupId)) {
      const hours = scopes.get(scope)
      if (hours !== undefined) add(hours, settled, back, row)
    }
  }
  for (const row of delays)
    for (const { scope } of chainOf(row.day, row.groupId)) {
      const hours = scopes.get(scope)
      if (hours !== undefined) hours.delays[row.bucket] = (hours.delays[row.bucket] ?? 0) + row.events
    }
  for (const hours of scopes.values())
    for (const categories of hours.alone.values()) tell(hours, categories, deps.categoryFloor)
  return { scopes, at: now }
}

/** A scope that a group's rows enter, and whether its categories count there as they are. */
interface Link {
  readonly scope: string
  readonly settled: boolean
}
/** Events of one category by hours back. */
interface CategoryHours {
  readonly code: string
  readonly tier: Tier
  readonly hours: number[]
}
/** With the groups that speak for themselves: what they tell is known when all of their categories are. */
interface Building extends HarmHours {
  readonly alone: Map<string, Map<string, CategoryHours>>
}

function linksOf(
  seen: VisibilityOfDay | undefined,
  groupId: string,
  day: string,
  tree: HarmDeps['directory']['tree'],
): Link[] {
  const row = seen?.get(groupId)
  if (seen === undefined || row === undefined) return []
  const units = row.shownAt === '' ? [] : tree.ancestorsOn(row.shownAt, day)
  const meets = units.indexOf(settledAt(seen, tree, day).get(groupId) ?? '')
  return [
    ...(row.own ? [{ scope: `group:${groupId}`, settled: false }] : []),
    ...units.map((unit, i) => ({ scope: `unit:${unit}`, settled: meets >= 0 && i >= meets })),
  ]
}

function add(hours: Building, settled: boolean, back: number, row: GroupHour): void {
  if (row.category === '' || row.tier === 'none') {
    if (back < RECENT) hours.messages[back] = (hours.messages[back] ?? 0) + row.events
    return
  }
  const { groupId, category: code, tier } = row
  // Vague categories are left out of their tier, so that of a group alone it is told by category.
  if (settled || tier !== 'conduct') hours.acted[back] = (hours.acted[back] ?? 0) + row.events
  if (settled) {
    if (back < NEWEST) hours.recent.set(code, (hours.recent.get(code) ?? 0) + row.events)
    return
  }
  const categories = hours.alone.get(groupId) ?? new Map<string, CategoryHours>()
  hours.alone.set(groupId, categories)
  const own = categories.get(code) ?? { code, tier, hours: new Array<number>(HOURS).fill(0) }
  categories.set(code, own)
  own.hours[back] = (own.hours[back] ?? 0) + row.events
}

/** Adds what one group tells of its categories: by the hour what is not told by its tier, and of the newest two hours. */
function tell(hours: HarmHours, categories: ReadonlyMap<string, CategoryHours>, floor: number): void {
  const all = [...categories.values()]
  const told = (count: (each: CategoryHours) => number) =>
    tellable(
      all.map((each) => ({ code: each.code, tier: each.tier, count: count(each) })),
      floor,
    )
  for (let back = 0; back < HOURS; back++)
    for (const { tier, count } of told((each) => each.hours[back] ?? 0))
      if (tier === 'conduct') hours.acted[back] = (hours.acted[back] ?? 0) + count
  const newest = (each: CategoryHours) => each.hours.slice(0, NEWEST).reduce((sum, count) => sum + count, 0)
  for (const { code, count } of told(newest)) hours.recent.set(code, (hours.recent.get(code) ?? 0) + count)
}

/** Median time to decision, ms; null for fewer than three decisions. */
export function medianDelay(hours: HarmHours): number | null {
  const counts = hours.delays.map((count) => Math.max(0, count))
  return counts.reduce((sum, count) => sum + count, 0) < LEAST_DELAYS ? null : delayPercentile(counts, 0.5)
}

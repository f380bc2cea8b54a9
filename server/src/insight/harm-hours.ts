import { DELAY_BUCKETS, delayPercentile } from '@guanlan/analytics/delay-buckets'
import { readRecentDelay } from '@guanlan/analytics/queries/recent-delay'
import { readRecentHarm } from '@guanlan/analytics/queries/recent-harm'
import type { Read } from '@guanlan/analytics/queries/read'
import type { VisibilityBook } from '@guanlan/analytics/queries/visibility-book'
import { isSensitiveCategory } from '@guanlan/contract/taxonomy'
import type { LocalTime } from '../lib/local-day.ts'
import type { Directory } from '../register/directory.ts'

/** What moderation acted on in one unit or group, by hours back (0: the running hour), floors applied. */
export interface HarmHours {
  /** violations by hours back, 0 to 23 */
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
const LEAST_DELAYS = 3

const empty = (): HarmHours => ({
  acted: new Array<number>(HOURS).fill(0),
  recent: new Map(),
  messages: new Array<number>(RECENT).fill(0),
  delays: new Array<number>(DELAY_BUCKETS).fill(0),
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
  const scopes = new Map<string, HarmHours>()
  const chains = new Map<string, string[]>()
  const at = (scope: string) => {
    const known = scopes.get(scope) ?? empty()
    scopes.set(scope, known)
    return known
  }
  const scopesOf = (day: string, groupId: string): string[] => {
    const key = `${day} ${groupId}`
    const known = chains.get(key)
    if (known !== undefined) return known
    const row = visible.get(day)?.get(groupId)
    const units =
      row === undefined || row.shownAt === '' ? [] : deps.directory.tree.ancestorsOn(row.shownAt, day)
    const chain = [...(row?.own === true ? [`group:${groupId}`] : []), ...units.map((unit) => `unit:${unit}`)]
    chains.set(key, chain)
    return chain
  }
  for (const [groupId] of visible.get(lastDay) ?? [])
    for (const scope of scopesOf(lastDay, groupId)) at(scope)
  for (const row of rows) {
    const back = Math.round((hour - row.at) / HOUR)
    if (back < 0 || back >= HOURS) continue
    for (const scope of scopesOf(row.day, row.groupId)) {
      const hours = scopes.get(scope)
      if (hours !== undefined) add(hours, scope, back, row)
    }
  }
  for (const row of delays)
    for (const scope of scopesOf(row.day, row.groupId)) {
      const hours = scopes.get(scope)
      if (hours !== undefined) hours.delays[row.bucket] = (hours.delays[row.bucket] ?? 0) + row.events
    }
  applyGroupFloor(scopes, deps.categoryFloor)
  return { scopes, at: now }
}

function add(hours: HarmHours, scope: string, back: number, row: { category: string; events: number }): void {
  if (row.category === '') {
    if (back < RECENT) hours.messages[back] = (hours.messages[back] ?? 0) + row.events
    return
  }
  hours.acted[back] = (hours.acted[back] ?? 0) + row.events
  // Self-harm, minors and leaks of privacy count at unit scope and above only.
  if (back < 2 && !(scope.startsWith('group:') && isSensitiveCategory(row.category)))
    hours.recent.set(row.category, (hours.recent.get(row.category) ?? 0) + row.events)
}

/** At group scope a category enters with at least three events, as it does on its screens. */
function applyGroupFloor(scopes: ReadonlyMap<string, HarmHours>, floor: number): void {
  for (const [scope, hours] of scopes) {
    if (!scope.startsWith('group:')) continue
    for (const [code, events] of hours.recent) if (events < floor) hours.recent.delete(code)
  }
}

/** Median time to decision, ms; null for fewer than three decisions. */
export function medianDelay(hours: HarmHours): number | null {
  const counts = hours.delays.map((count) => Math.max(0, count))
  return counts.reduce((sum, count) => sum + count, 0) < LEAST_DELAYS ? null : delayPercentile(counts, 0.5)
}

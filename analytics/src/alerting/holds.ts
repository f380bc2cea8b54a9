/** Why an alert stays quiet: silences, inhibition, grouping, flood. Each names what ends it, so nothing is quiet forever. */
import type { AlertSubject, Silence } from '@guanlan/contract/alert'
import { ALERT_LEVELS } from '@guanlan/contract/alert-rule'
import type { Alert, Hold } from './alert-state.ts'
import type { UnitTree } from './fingerprint.ts'
import { isWithin } from './fingerprint.ts'

const MINUTE = 60_000
/** Alerts with one probable cause: opened within so many minutes of the first. */
const GROUP_WINDOW = 10 * MINUTE
export const FLOOD_WINDOW = 10 * MINUTE

const inCategory = (category: string | null, wanted: string): boolean =>
  category === wanted || category?.startsWith(`${wanted}.`) === true

/** A silence of a unit covers everything below it; one of a category its children. */
export const silenceMatches = (
  units: UnitTree,
  silence: Silence,
  subject: AlertSubject,
  ruleId: string | null,
): boolean => {
  const { unitId, groupId, category, ruleId: rule } = silence.match
  return (
    (unitId === null || isWithin(units, subject.unitId, unitId)) &&
    (groupId === null || subject.groupId === groupId) &&
    (category === null || inCategory(subject.category, category)) &&
    (rule === null || ruleId === rule)
  )
}

const rank = (alert: Alert): number => ALERT_LEVELS.indexOf(alert.level)

const isActive = (alert: Alert): boolean => alert.status !== 'resolved' && alert.hold === null

/** A unit's alert covers alerts of the same category of its groups and of units below, as long as it is as grave. */
const covers = (units: UnitTree, wide: Alert, narrow: Alert): boolean => {
  if (wide.subject.groupId !== null || wide.subject.topicId !== null || wide.subject.source !== null)
    return false
  if (narrow.subject.topicId !== null || narrow.subject.source !== null) return false
  if (wide.subject.category !== narrow.subject.category || rank(wide) < rank(narrow)) return false
  const below = narrow.subject.groupId !== null || narrow.subject.unitId !== wide.subject.unitId
  return below && isWithin(units, narrow.subject.unitId, wide.subject.unitId)
}

const isOlder = (a: Alert, b: Alert): boolean =>
  a.openedAt < b.openedAt || (a.openedAt === b.openedAt && a.id < b.id)

const leads = (first: Alert, other: Alert): boolean =>
  first.groupKey === other.groupKey &&
  isOlder(first, other) &&
  rank(first) >= rank(other) &&
  other.openedAt - first.openedAt <= GROUP_WINDOW

export interface Surroundings {
  readonly units: UnitTree
  readonly silences: readonly Silence[]
  /** alerts held back by a flood, with the flood's alert */
  readonly flooded: ReadonlyMap<string, string>
  /** ids of unresolved alerts of rules that may cover or lead others: by category (units' alerts only), by group key */
  readonly wide: ReadonlyMap<string | null, readonly string[]>
  readonly grouped: ReadonlyMap<string, readonly string[]>
  /** an alert as it is now: what was decided for one is seen by the next */
  readonly current: (id: string) => Alert | undefined
}

const push = <K>(map: Map<K, string[]>, key: K, id: string): void => {
  const ids = map.get(key)
  if (ids) ids.push(id)
  else map.set(key, [id])
}

export const surroundingsOf = (
  open: readonly Alert[],
  rest: Pick<Surroundings, 'units' | 'silences' | 'flooded' | 'current'>,
): Surroundings => {
  const wide = new Map<string | null, string[]>()
  const grouped = new Map<string, string[]>()
  for (const alert of open) {
    if (alert.origin !== 'rule' || alert.quiet) continue
    push(grouped, alert.groupKey, alert.id)
    if (alert.subject.groupId === null) push(wide, alert.subject.category, alert.id)
  }
  return { ...rest, wide, grouped }
}

const findActive = (
  around: Surroundings,
  ids: readonly string[],
  alert: Alert,
  fits: (other: Alert) => boolean,
): Alert | undefined => {
  for (const id of ids) {
    const other = id === alert.id ? undefined : around.current(id)
    if (other && isActive(other) && fits(other)) return other
  }
  return undefined
}

/**
 * Why `alert` may not page now, or null. What a person raised is never held; distress only by a silence; red by a
 * silence or by an alert that is red itself; the flood's own alert by nothing.
 */
export const holdOf = (alert: Alert, around: Surroundings, now: number): Hold | null => {
  if (alert.origin !== 'rule') return null
  const silence = around.silences.find(
    (s) => s.from <= now && now < s.until && silenceMatches(around.units, s, alert.subject, alert.ruleId),
  )
  if (silence) return { kind: 'silence', by: silence.id }
  if (alert.quiet) return null
  const wide = findActive(around, around.wide.get(alert.subject.category) ?? [], alert, (other) =>
    covers(around.units, other, alert),
  )
  if (wide) return { kind: 'inhibited', by: wide.id }
  const first = findActive(around, around.grouped.get(alert.groupKey) ?? [], alert, (other) =>
    leads(other, alert),
  )
  if (first) return { kind: 'grouped', by: first.id }
  const flood = around.flooded.get(alert.id)
  return flood !== undefined && alert.level !== 'red' ? { kind: 'flood', by: flood } : null
}

/** "Would have muted n alerts in 7 days", by level: counts of past alerts only, never a list. */
export const blastRadius = (
  units: UnitTree,
  silence: Silence,
  past: readonly {
    readonly subject: AlertSubject
    readonly ruleId: string | null
    readonly level: Alert['level']
    readonly openedAt: number
  }[],
  now: number,
): { readonly total: number; readonly byLevel: Readonly<Record<Alert['level'], number>> } => {
  const byLevel = { blue: 0, yellow: 0, orange: 0, red: 0 }
  for (const alert of past) {
    const recent = alert.openedAt <= now && alert.openedAt > now - 7 * 24 * 60 * MINUTE
    if (recent && silenceMatches(units, silence, alert.subject, alert.ruleId)) byLevel[alert.level]++
  }
  return { total: byLevel.blue + byLevel.yellow + byLevel.orange + byLevel.red, byLevel }
}

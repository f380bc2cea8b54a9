/** Identity and grouping of alerts: one cause, one alert, one stream of pages. */
import type { AlertSubject } from '@guanlan/contract/alert'

/** The same rule on the same subject is the same alert. Ids hold no `|`. */
export const fingerprintOf = (ruleId: string, subject: AlertSubject): string =>
  [
    ruleId,
    subject.unitId,
    subject.groupId ?? '',
    subject.category ?? '',
    subject.topicId ?? '',
    subject.source ?? '',
  ].join('|')

/** Parent of each unit; null for the root. */
export type UnitTree = ReadonlyMap<string, string | null>

/** The unit, its parent, …, the root. Ends at an unknown unit or a cycle. */
export const pathUp = (units: UnitTree, unitId: string): string[] => {
  const path: string[] = []
  for (
    let at: string | null | undefined = unitId;
    at !== null && at !== undefined && !path.includes(at);
    at = units.get(at)
  )
    path.push(at)
  return path
}

export const isWithin = (units: UnitTree, unitId: string, ancestor: string): boolean =>
  pathUp(units, unitId).includes(ancestor)

/** The unit below the root that a unit belongs to (the root itself for the root): what an external channel may name. */
export const topUnitOf = (units: UnitTree, unitId: string): string => {
  const path = pathUp(units, unitId)
  return path[Math.max(0, path.length - 2)] ?? unitId
}

/** Alerts that probably have one cause: same top unit and same category, topic or source; rules without any, by rule. */
export const groupKeyOf = (units: UnitTree, ruleId: string | null, subject: AlertSubject): string =>
  [
    topUnitOf(units, subject.unitId),
    subject.category ?? subject.topicId ?? subject.source ?? ruleId ?? 'manual',
  ].join('|')

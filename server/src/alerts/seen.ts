import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import type { UnitTree } from '@guanlan/analytics/alerting/fingerprint'
import { isWithin } from '@guanlan/analytics/alerting/fingerprint'
import { silenceMatches } from '@guanlan/analytics/alerting/holds'
import type { World } from '@guanlan/analytics/alerting/world'
import type { Silence } from '@guanlan/contract/alert'
import type { RuleView } from '@guanlan/contract/alert-measure'
import type { AlertRule } from '@guanlan/contract/alert-rule'

/** Whose eyes: null where the caller sees no figures at all. */
export interface Eyes {
  readonly mayOpen: (unitId: string) => boolean
  readonly maySee: (alert: Alert) => boolean
}

/**
 * How many instances of a rule there are and fire, in units that the caller may open. Of signs of distress and of rules
 * below the floor there is no counter: it would be the very figure that nobody is to see.
 */
export function instancesSeen(
  rule: AlertRule,
  instances: World['instances'],
  eyes: Eyes | null,
): Pick<RuleView, 'instances' | 'firing'> {
  if (eyes === null || rule.condition.kind === 'distress' || rule.belowFloor)
    return { instances: null, firing: null }
  const own = [...instances].filter(([key]) => {
    const [ruleId, unitId = ''] = key.split('|')
    return ruleId === rule.id && eyes.mayOpen(unitId)
  })
  const firing = own.filter(([, { status }]) => status === 'firing' || status === 'recovering').length
  return { instances: own.length, firing }
}

/** Signs of distress and alerts below the floor: counted for nobody. */
export const isUncounted = (
  { quiet, ruleId }: Pick<Alert, 'quiet' | 'ruleId'>,
  isBelowFloor: (ruleId: string) => boolean,
): boolean => quiet || (ruleId !== null && isBelowFloor(ruleId))

/** How many unresolved alerts a silence mutes, among those that the caller may see and that may be counted. */
export function mutedSeen(
  silence: Silence,
  alerts: World['alerts'],
  units: UnitTree,
  eyes: Eyes | null,
  isBelowFloor: (ruleId: string) => boolean,
): number | null {
  if (eyes === null) return null
  return [...alerts.values()].filter(
    (alert) =>
      alert.status !== 'resolved' &&
      !isUncounted(alert, isBelowFloor) &&
      eyes.maySee(alert) &&
      silenceMatches(units, silence, alert.subject, alert.ruleId),
  ).length
}

/** Does a silence over `unitId` concern somebody who holds `held`? It lies below it, or mutes it from above. */
export const concerns = (
  units: UnitTree,
  unitId: string,
  held: readonly string[],
  ofGroup: boolean,
): boolean =>
  held.some((each) => isWithin(units, unitId, each) || (!ofGroup && isWithin(units, each, unitId)))

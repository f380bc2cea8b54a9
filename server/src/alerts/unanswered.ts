import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import type { Scope } from '@guanlan/contract/scope'
import type { Directory } from '../register/directory.ts'
import { isDrill } from './engine-drive.ts'

/**
 * Since when an alert of a scope waits for somebody to take it: when the oldest one was opened, ms since epoch; null when
 * none waits. A unit has the alerts of everything below it, a group its own. Neither drills nor signs of distress count,
 * and of a group nothing that was raised below the floor: its risk is shown to more people than the alert is.
 */
export function unansweredSince(
  alerts: Iterable<Alert>,
  scope: Scope,
  day: string,
  options: {
    readonly directory: Pick<Directory, 'tree' | 'root'>
    readonly isBelowFloor: (ruleId: string) => boolean
  },
): number | null {
  const { directory, isBelowFloor } = options
  const unit = scope.kind === 'org' ? directory.root : scope.id
  let oldest: number | null = null
  for (const alert of alerts) {
    if (alert.status !== 'open' || alert.quiet || isDrill(alert)) continue
    const { subject, ruleId } = alert
    const inside =
      scope.kind === 'group'
        ? subject.groupId === scope.id && (ruleId === null || !isBelowFloor(ruleId))
        : directory.tree.isWithinOn(subject.unitId, unit, day)
    if (inside && (oldest === null || alert.openedAt < oldest)) oldest = alert.openedAt
  }
  return oldest
}

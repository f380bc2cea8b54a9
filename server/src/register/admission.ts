import type { GroupState } from '@guanlan/contract/register'
import type { RejectionCode } from '@guanlan/contract/event'

/** A group may be without an administrator for this many days before its events are refused. */
export const ADMISSION_GRACE_DAYS = 7

/** What the register must say before events of a group are taken. Days are local, 'YYYY-MM-DD'. */
export interface AdmissionFacts {
  readonly state: GroupState
  readonly filedOn: string | null
  /** First day of the refusal when nobody answered for the group since it was filed. */
  readonly filedCoveredUntil: string | null
  readonly informedOn: string | null
  readonly dissolvedOn: string | null
  /** `coveredUntil`: `toDay` plus the days of grace; null while open. */
  readonly administrators: readonly {
    readonly fromDay: string
    readonly toDay: string | null
    readonly coveredUntil: string | null
  }[]
}

export interface Refusal {
  readonly code: RejectionCode
  readonly pointer: string
  readonly detail: string
}

function hasAdministrator(group: AdmissionFacts, day: string): boolean {
  for (const { fromDay, coveredUntil } of group.administrators) {
    if (fromDay <= day && (coveredUntil === null || day < coveredUntil)) return true
  }
  return group.filedOn !== null && group.filedOn <= day && day < (group.filedCoveredUntil ?? day)
}

/**
 * Why a message sent on `sentDay` is refused, or undefined. The order is fixed: not filed, dissolved, no administrator
 * for seven days, members not informed before that day.
 */
export function decideAdmission(group: AdmissionFacts, sentDay: string): Refusal | undefined {
  const isFiled = group.state === 'filed' || (group.state === 'dissolved' && group.filedOn !== null)
  if (!isFiled)
    return {
      code: 'group_not_filed',
      pointer: '/group',
      detail: 'the group is in the register but not filed',
    }
  if (group.state === 'dissolved' && sentDay > (group.dissolvedOn ?? '')) {
    return {
      code: 'group_dissolved',
      pointer: '/time',
      detail: 'the group was dissolved before this message was sent',
    }
  }
  if (!hasAdministrator(group, sentDay)) {
    return {
      code: 'group_no_administrator',
      pointer: '/group',
      detail: 'nobody has answered for the group for 7 days',
    }
  }
  if (group.informedOn === null) {
    return {
      code: 'group_not_informed',
      pointer: '/group',
      detail: 'the register does not say that members were informed',
    }
  }
  if (sentDay <= group.informedOn) {
    return {
      code: 'group_not_informed',
      pointer: '/time',
      detail: 'sent before the day after members were informed',
    }
  }
  return undefined
}

/** Before a policy is accepted: does every step, for every level, at every hour ahead, reach somebody twice over? */
import type { AlertLevel } from '@guanlan/contract/alert-rule'
import { ALERT_LEVELS } from '@guanlan/contract/alert-rule'
import type { EscalationPolicy, EscalationStep, EscalationTarget } from '@guanlan/contract/escalation'
import { isWorkingTime, localTime } from './calendar.ts'
import type { Directory } from './recipients.ts'
import { accountsOf } from './recipients.ts'
import { turnsBetween } from './roster.ts'

export interface PolicyGap {
  /** 0-based step; null: the policy as a whole */
  readonly step: number | null
  readonly unitId: string | null
  readonly reason:
    | 'nobody'
    | 'one_channel'
    | 'roster_gap'
    | 'roster_unknown'
    | 'last_resort_unreachable'
    | 'no_step_for_level'
  readonly level: AlertLevel | null
  /** first moment of it, epoch ms, for what depends on time */
  readonly at: number | null
  /** local working time or night, for what depends on the channel set */
  readonly hours: 'working' | 'night' | null
}

const HOUR = 3_600_000
const HORIZON = 14 * 24 * HOUR
const GAP = { step: null, unitId: null, level: null, at: null, hours: null } as const

/** Moments at which the answer can change: hand-overs of the step's rosters, and one of each kind of hours. */
const momentsOf = (directory: Directory, step: EscalationStep, now: number): number[] => {
  const handovers = step.targets.flatMap((target) => {
    const roster = target.kind === 'roster' ? directory.rosters.get(target.rosterId) : undefined
    return roster ? turnsBetween(roster, directory.calendar, now, now + HORIZON).map(({ from }) => from) : []
  })
  const hourly = Array.from({ length: 14 * 24 }, (_, i) => now + i * HOUR)
  const working = hourly.find((at) => isWorkingTime(directory.calendar, at))
  const night = hourly.find((at) => !isWorkingTime(directory.calendar, at))
  return [
    ...new Set([
      ...handovers,
      ...(working === undefined ? [] : [working]),
      ...(night === undefined ? [] : [night]),
    ]),
  ].sort((a, b) => a - b)
}

const verifiedOf = (directory: Directory, accountId: string, channels: readonly string[]): number =>
  channels.filter((channel) => directory.accounts.get(accountId)?.verified.includes(channel)).length

const faultAt = (
  directory: Directory,
  step: EscalationStep,
  unitId: string,
  at: number,
): PolicyGap['reason'] | null => {
  const channels = isWorkingTime(directory.calendar, at) ? step.channels.working : step.channels.night
  const accounts = step.targets.flatMap((target) => accountsOf(directory, target, unitId, at))
  if (accounts.some((id) => verifiedOf(directory, id, channels) >= 2)) return null
  if (accounts.some((id) => verifiedOf(directory, id, channels) === 1)) return 'one_channel'
  return accounts.length === 0 && step.targets.every(({ kind }) => kind === 'roster')
    ? 'roster_gap'
    : 'nobody'
}

const unknownRosters = (directory: Directory, targets: readonly EscalationTarget[]): boolean =>
  targets.some((target) => target.kind === 'roster' && !directory.rosters.has(target.rosterId))

const gapsOfStep = (
  directory: Directory,
  step: EscalationStep,
  index: number,
  unitIds: readonly string[],
  now: number,
): PolicyGap[] => {
  if (unknownRosters(directory, step.targets)) return [{ ...GAP, step: index, reason: 'roster_unknown' }]
  const moments = momentsOf(directory, step, now)
  return unitIds.flatMap((unitId) => {
    const seen = new Set<string>()
    return moments.flatMap((at): PolicyGap[] => {
      const reason = faultAt(directory, step, unitId, at)
      const hours = isWorkingTime(directory.calendar, at) ? ('working' as const) : ('night' as const)
      if (reason === null || seen.has(`${reason} ${hours}`)) return []
      seen.add(`${reason} ${hours}`)
      return [{ step: index, unitId, reason, level: null, at, hours }]
    })
  })
}

/**
 * Gaps of a policy for alerts of the given units over the next 14 days; empty: it may be switched on. Every gap is named
 * once for each step, unit, reason and kind of hours.
 */
export const preflight = (
  policy: EscalationPolicy,
  directory: Directory,
  unitIds: readonly string[],
  now: number,
): PolicyGap[] => {
  const gaps = policy.steps.flatMap((step, i) => gapsOfStep(directory, step, i, unitIds, now))
  for (const level of ALERT_LEVELS) {
    if (!policy.steps.some(({ levels }) => levels.length === 0 || levels.includes(level)))
      gaps.push({ ...GAP, reason: 'no_step_for_level', level })
  }
  const rescued = policy.lastResort.some((id) => {
    const account = directory.accounts.get(id)
    return account?.active === true && account.verified.length >= 2
  })
  return rescued ? gaps : [...gaps, { ...GAP, reason: 'last_resort_unreachable' }]
}

/** "2026-11-21 22:00" in local time, for naming a gap. */
export const localMoment = (directory: Directory, at: number): string => {
  const { day, minute } = localTime(directory.calendar, at)
  return `${day} ${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

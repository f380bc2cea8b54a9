/** Before a policy is accepted: does every step, for every level, at every hour ahead, reach somebody twice over? */
import { ALERT_LEVELS } from '@guanlan/contract/alert-rule'
import { ALERT_READERS } from '@guanlan/contract/endpoints/alerts'
import type { EscalationPolicy, EscalationStep, EscalationTarget } from '@guanlan/contract/escalation'
import type { PolicyGap } from '@guanlan/contract/policy'
import { isWorkingTime } from './calendar.ts'
import { pathUp } from './fingerprint.ts'
import type { Directory } from './recipients.ts'
import { accountsOf } from './recipients.ts'
import { turnsBetween } from './roster.ts'

const HOUR = 3_600_000
const HORIZON = 14 * 24 * HOUR

/** What a gap says unless it says more; `unitIds` is added to, so each has its own. */
const gapOf = (reason: PolicyGap['reason'], over: Partial<PolicyGap> = {}): PolicyGap => ({
  ...{ step: null, unitIds: [], accountId: null, level: null, at: null, hours: null, reason },
  ...over,
})

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
  if (unknownRosters(directory, step.targets)) return [gapOf('roster_unknown', { step: index })]
  const moments = momentsOf(directory, step, now)
  const found = new Map<string, PolicyGap>()
  for (const unitId of unitIds) {
    for (const at of moments) {
      const reason = faultAt(directory, step, unitId, at)
      if (reason === null) continue
      const hours = isWorkingTime(directory.calendar, at) ? 'working' : 'night'
      const gap = found.get(`${reason} ${hours}`) ?? gapOf(reason, { step: index, at, hours })
      found.set(`${reason} ${hours}`, gap)
      gap.at = Math.min(gap.at ?? at, at)
      if (gap.unitIds.at(-1) !== unitId) gap.unitIds.push(unitId)
    }
  }
  return [...found.values()]
}

/** Accounts that a step names or that have a turn ahead. Targets by role hold it over the unit or above it. */
const namedBy = (directory: Directory, { targets }: EscalationStep, now: number): string[] =>
  targets.flatMap((target) => {
    if (target.kind === 'account') return [target.accountId]
    const roster = target.kind === 'roster' ? directory.rosters.get(target.rosterId) : undefined
    const turns = roster ? turnsBetween(roster, directory.calendar, now, now + HORIZON) : []
    return turns.flatMap(({ accountId }) => accountId ?? [])
  })

/** One gap for each account that would be notified of alerts which it may not open, and so not take. */
const cannotTake = (
  directory: Directory,
  accountIds: readonly string[],
  step: number | null,
  unitIds: readonly string[],
): PolicyGap[] =>
  [...new Set(accountIds)].flatMap((accountId) => {
    if (directory.accounts.get(accountId)?.active !== true) return []
    const takes: readonly string[] = ALERT_READERS
    const held = directory.grants.filter((each) => each.accountId === accountId && takes.includes(each.role))
    const closed = unitIds.filter(
      (unitId) => !pathUp(directory.units, unitId).some((up) => held.some((each) => each.unitId === up)),
    )
    return closed.length === 0 ? [] : [gapOf('cannot_take', { step, accountId, unitIds: closed })]
  })

/**
 * Gaps of a policy for alerts of the given units over the next 14 days; empty: it reaches somebody twice over, and everybody
 * it names can take what they are called for. Named once for each step, reason and kind of hours, or account.
 */
export const preflight = (
  policy: EscalationPolicy,
  directory: Directory,
  unitIds: readonly string[],
  now: number,
): PolicyGap[] => {
  const gaps = policy.steps.flatMap((step, i) => [
    ...gapsOfStep(directory, step, i, unitIds, now),
    ...cannotTake(directory, namedBy(directory, step, now), i, unitIds),
  ])
  for (const level of ALERT_LEVELS) {
    if (!policy.steps.some(({ levels }) => levels.length === 0 || levels.includes(level)))
      gaps.push(gapOf('no_step_for_level', { level }))
  }
  const rescued = policy.lastResort.some((id) => {
    const account = directory.accounts.get(id)
    return account?.active === true && account.verified.length >= 2
  })
  return [
    ...gaps,
    ...(rescued ? [] : [gapOf('last_resort_unreachable')]),
    ...cannotTake(directory, policy.lastResort, null, unitIds),
  ]
}

/** From a policy's targets to accounts and channels, by the directory as it is at that moment. */
import type { Role } from '@guanlan/contract/account'
import type { AlertLevel } from '@guanlan/contract/alert-rule'
import type {
  EscalationPolicy,
  EscalationStep,
  EscalationTarget,
  Roster,
  WorkCalendar,
} from '@guanlan/contract/escalation'
import { isWorkingTime } from './calendar.ts'
import type { UnitTree } from './fingerprint.ts'
import { pathUp } from './fingerprint.ts'
import { onDuty } from './roster.ts'

/** Plain snapshot of whom the alerting may reach. */
export interface Directory {
  readonly units: UnitTree
  readonly accounts: ReadonlyMap<string, { readonly active: boolean; readonly verified: readonly string[] }>
  readonly grants: readonly { readonly accountId: string; readonly role: Role; readonly unitId: string }[]
  readonly rosters: ReadonlyMap<string, Roster>
  readonly calendar: WorkCalendar
}

const isActive = (directory: Directory, accountId: string): boolean =>
  directory.accounts.get(accountId)?.active === true

/** Holders at the first unit of the path that has any: the walk along the unit tree. */
const holders = (directory: Directory, role: Role, path: readonly string[]): string[] => {
  for (const unitId of path) {
    const found = directory.grants.filter(
      (g) => g.role === role && g.unitId === unitId && isActive(directory, g.accountId),
    )
    if (found.length > 0) return found.map(({ accountId }) => accountId)
  }
  return []
}

const startOf = (from: 'unit' | 'parent' | 'top', path: readonly string[]): string[] => {
  if (from === 'unit') return [...path]
  if (from === 'parent') return path.length > 1 ? path.slice(1) : [...path]
  return path.slice(-1)
}

export const accountsOf = (
  directory: Directory,
  target: EscalationTarget,
  unitId: string,
  now: number,
): string[] => {
  if (target.kind === 'account') return isActive(directory, target.accountId) ? [target.accountId] : []
  if (target.kind === 'role')
    return holders(directory, target.role, startOf(target.from, pathUp(directory.units, unitId)))
  const roster = directory.rosters.get(target.rosterId)
  return roster ? onDuty(roster, directory.calendar, now).filter((id) => isActive(directory, id)) : []
}

export const appliesTo = (step: EscalationStep, level: AlertLevel): boolean =>
  step.levels.length === 0 || step.levels.includes(level)

export const channelsAt = (directory: Directory, step: EscalationStep, now: number): readonly string[] =>
  isWorkingTime(directory.calendar, now) ? step.channels.working : step.channels.night

/** One account on one verified channel. */
export interface Destination {
  readonly accountId: string
  readonly channel: string
}

export interface Reached {
  readonly destinations: readonly Destination[]
  /** accounts found whose channels of this step are all unverified */
  readonly unreachable: readonly string[]
  /** nobody was found by the step's own targets */
  readonly lastResort: boolean
}

const destinationsOf = (
  directory: Directory,
  accounts: readonly string[],
  channels: readonly string[],
): Destination[] =>
  accounts.flatMap((accountId) => {
    const verified = directory.accounts.get(accountId)?.verified ?? []
    return channels.filter((channel) => verified.includes(channel)).map((channel) => ({ accountId, channel }))
  })

/** Whom a step reaches now; when its own targets reach nobody, the policy's last resort on every channel they have. */
export const reach = (
  directory: Directory,
  policy: EscalationPolicy,
  step: EscalationStep,
  unitId: string,
  now: number,
): Reached => {
  const channels = channelsAt(directory, step, now)
  const accounts = [...new Set(step.targets.flatMap((target) => accountsOf(directory, target, unitId, now)))]
  const destinations = destinationsOf(directory, accounts, channels)
  const unreachable = accounts.filter((id) => !destinations.some((d) => d.accountId === id))
  if (destinations.length > 0) return { destinations, unreachable, lastResort: false }
  const last = policy.lastResort.filter((id) => isActive(directory, id))
  const everything = last.flatMap((accountId) =>
    (directory.accounts.get(accountId)?.verified ?? []).map((channel) => ({ accountId, channel })),
  )
  return { destinations: everything, unreachable, lastResort: true }
}

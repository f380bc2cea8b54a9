import type { GroupKind, GroupState } from '@guanlan/contract/register'
import type { FindingCode, GroupTier } from '@guanlan/contract/register'
import { addDays } from './days.ts'

/** What the register and the last activity say about one group. Days are local, 'YYYY-MM-DD'. */
export interface FindingFacts {
  readonly kind: GroupKind
  readonly state: GroupState
  readonly name: string
  readonly unitName: string
  readonly size: number | null
  readonly filedOn: string | null
  readonly informedOn: string | null
  readonly realNamesConfirmedOn: string | null
  readonly expiresOn: string | null
  readonly nextReviewOn: string | null
  /** Posts that answer for the group today. */
  readonly posts: readonly string[]
  /** First day since which nobody answers; null while somebody does. */
  readonly withoutAdministratorSince: string | null
  /** Last day with a message; null when none is known, undefined when activity cannot be told now. */
  readonly lastMessageOn: string | null | undefined
}

export interface FindingPolicy {
  readonly sizeCap: number | null
  readonly reviewMonths: number | null
}

export interface Finding {
  readonly code: FindingCode
  /** Day since which it is so. */
  readonly since: string
  readonly dueOn: string
  /** Post that has to mend it: the first administrator, or the lead of the unit. */
  readonly owner: string
}

/** A temporary group has a week after its work before it counts as overdue. */
const EXPIRY_GRACE_DAYS = 7
const SILENT_DAYS = 90
const UNIT_LEAD = 'unit-lead'

/** Days to mend a finding, from the day it was found. */
const DAYS_TO_MEND: Record<FindingCode, number> = {
  no_administrator: 7,
  not_informed: 7,
  over_cap: 30,
  real_names_unconfirmed: 30,
  expired: 7,
  review_overdue: 14,
  name: 30,
  silent: 30,
}

type Check = (facts: FindingFacts, policy: FindingPolicy, today: string) => string | null

/** Units write their names in groups with or without blanks and case; a part of the name of at least two signs counts. */
function namesUnit(groupName: string, unitName: string): boolean {
  const fold = (text: string) => text.normalize('NFKC').toLowerCase().replaceAll(/\s/g, '')
  return fold(groupName).includes(fold(unitName))
}

/** Each check gives the day since which something is wrong, or null. */
const CHECKS: Record<FindingCode, Check> = {
  no_administrator: (facts) => facts.withoutAdministratorSince,
  over_cap: ({ size }, { sizeCap }, today) =>
    size !== null && sizeCap !== null && size > sizeCap ? today : null,
  not_informed: ({ informedOn, filedOn }, _policy, today) =>
    informedOn === null ? (filedOn ?? today) : null,
  real_names_unconfirmed: ({ kind, realNamesConfirmedOn, filedOn }, _policy, today) =>
    kind !== 'public' && realNamesConfirmedOn === null ? (filedOn ?? today) : null,
  expired: ({ expiresOn }, _policy, today) =>
    expiresOn !== null && today > addDays(expiresOn, EXPIRY_GRACE_DAYS)
      ? addDays(expiresOn, EXPIRY_GRACE_DAYS + 1)
      : null,
  review_overdue: ({ nextReviewOn }, _policy, today) =>
    nextReviewOn !== null && today > nextReviewOn ? addDays(nextReviewOn, 1) : null,
  name: ({ name, unitName }, _policy, today) => (namesUnit(name, unitName) ? null : today),
  silent: ({ lastMessageOn, filedOn }, _policy, today) => {
    if (lastMessageOn === undefined) return null
    const last = lastMessageOn ?? filedOn
    return last !== null && today >= addDays(last, SILENT_DAYS) ? addDays(last, SILENT_DAYS) : null
  },
}

/** What is to be mended about a filed group on `today`; drafts, returned and dissolved groups have no findings. */
export function findingsOf(facts: FindingFacts, policy: FindingPolicy, today: string): Finding[] {
  if (facts.state !== 'filed') return []
  return (Object.keys(CHECKS) as FindingCode[]).flatMap((code) => {
    const since = CHECKS[code](facts, policy, today)
    if (since === null) return []
    return [{ code, since, dueOn: addDays(today, DAYS_TO_MEND[code]), owner: facts.posts[0] ?? UNIT_LEAD }]
  })
}

/**
 * Graded management: key, regular or light, by kind (does it reach the public?), size and messages a day over 30 days.
 * Points: service or public 2, others 1; 50 members 1, 100 members 2; 10 messages a day 1, 100 a day 2. Key from 5, regular from 3.
 */
export function tierOf(kind: GroupKind, size: number | null, messages30Days: number): GroupTier {
  const reach = kind === 'service' || kind === 'public' ? 2 : 1
  const members = size ?? 0
  const perDay = messages30Days / 30
  const points =
    reach + (members >= 100 ? 2 : members >= 50 ? 1 : 0) + (perDay >= 100 ? 2 : perDay >= 10 ? 1 : 0)
  return points >= 5 ? 'key' : points >= 3 ? 'regular' : 'light'
}

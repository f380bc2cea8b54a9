import { appError } from '@guanlan/contract/errors'
import type { GroupPolicy, GroupStep } from '@guanlan/contract/register'
import type { GroupRecord } from './import-plan.ts'

/** Months from a day, the last day of the month where the target has no such day. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const target = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate()
  target.setUTCDate(Math.min(date, last))
  return target.toISOString().slice(0, 10)
}

/** What a group must say before it can be submitted, as (pointer, what to do). */
function missingFor(group: GroupRecord, posts: readonly string[]): [string, string] | undefined {
  if (group.purpose === '') return ['/purpose', 'say what the group is for']
  if (group.platform === '') return ['/platform', 'say on which platform the group is']
  if (posts.length === 0) return ['/administratorPosts', 'name the post that answers for the group']
  if (group.kind === 'temporary' && group.expiresOn === null)
    return ['/expiresOn', 'a temporary group says when its work ends']
  return undefined
}

const FROM: Record<GroupStep, readonly GroupRecord['state'][]> = {
  submit: ['draft', 'returned'],
  approve: ['submitted'],
  return: ['submitted'],
  dissolve: ['filed'],
  'approve-end': ['filed'],
  'return-end': ['filed'],
}

function filed(group: GroupRecord, policy: Pick<GroupPolicy, 'reviewMonths'>, today: string): GroupRecord {
  const review = policy.reviewMonths === null ? null : addMonths(today, policy.reviewMonths)
  return {
    ...group,
    state: 'filed',
    filedOn: group.filedOn ?? today,
    nextReviewOn: group.nextReviewOn ?? review,
  }
}

/**
 * One step of filing or dissolving. What needs approval waits; what is reported or exempt is done at once. A group whose end
 * waits stays filed, and its events are taken.
 * @throws appError conflict when the state does not take the step, unprocessable when something is missing
 */
export function takeStep(
  group: GroupRecord,
  step: GroupStep,
  context: {
    readonly policy: Pick<GroupPolicy, 'filing' | 'dissolution' | 'reviewMonths'>
    readonly posts: readonly string[]
    readonly today: string
  },
): GroupRecord {
  if (!FROM[step].includes(group.state))
    throw appError('conflict', `a ${group.state} group does not take this step`)
  const { policy, posts, today } = context
  switch (step) {
    case 'submit': {
      const missing = missingFor(group, posts)
      if (missing !== undefined) throw appError('unprocessable', missing[1], { pointer: missing[0] })
      return policy.filing === 'approve' ? { ...group, state: 'submitted' } : filed(group, policy, today)
    }
    case 'approve':
      return filed(group, policy, today)
    case 'return':
      return { ...group, state: 'returned' }
    case 'dissolve':
      if (group.dissolvingSince !== null) throw appError('conflict', 'its end waits for the office already')
      return policy.dissolution === 'approve'
        ? { ...group, dissolvingSince: today }
        : { ...group, state: 'dissolved', dissolvedOn: today }
    case 'approve-end':
    case 'return-end':
      if (group.dissolvingSince === null) throw appError('conflict', 'nobody has submitted its end')
      return step === 'approve-end'
        ? { ...group, state: 'dissolved', dissolvedOn: today, dissolvingSince: null }
        : { ...group, dissolvingSince: null }
  }
}

/** Steps that the office in charge takes, and never the one who submitted. */
export const OFFICE_STEPS: readonly GroupStep[] = ['approve', 'return', 'approve-end', 'return-end']

/** First day on which a group has been without an administrator, or null. Rows are of one group. */
export function withoutAdministratorSince(
  rows: readonly { readonly fromDay: string; readonly toDay: string | null }[],
  filedOn: string | null,
  today: string,
): string | null {
  if (rows.some((row) => row.fromDay <= today && (row.toDay === null || today < row.toDay))) return null
  const ends = rows.flatMap((row) => (row.toDay !== null && row.toDay <= today ? [row.toDay] : []))
  return ends.sort().at(-1) ?? filedOn ?? today
}

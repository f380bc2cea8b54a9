import type { GroupDetail, GroupHealth } from '@guanlan/contract/register'
import type { GroupDay } from '@guanlan/analytics/queries/group-days'
import type { Sql } from '../ports/postgres.ts'
import { policyOf } from './policies.ts'

/** Floored counts of one group over the days from `firstDay` to `lastDay`; days without a row may not be shown. */
export type ReadGroupDays = (groupId: string, firstDay: string, lastDay: string) => Promise<GroupDay[]>

export const HEALTH_DAYS = 30

/** Puts the register and the counts of 30 complete days together. `counts` null: the caller sees no figures. */
export async function groupHealth(
  sql: Sql,
  { group, administrators, findings }: GroupDetail,
  counts: readonly GroupDay[] | null,
  days: readonly string[],
): Promise<GroupHealth> {
  const byDay = new Map((counts ?? []).map((each) => [each.day, each]))
  const messages = [...byDay.values()].reduce((sum, each) => sum + each.messages, 0)
  const { sizeCap } = await policyOf(sql, group.kind)
  const memberDays = (group.size ?? 0) * byDay.size
  return {
    groupId: group.id,
    name: group.name,
    unitId: group.unitId,
    kind: group.kind,
    state: group.state,
    tier: group.tier,
    size: group.size,
    sizeCap,
    posts: administrators.filter((row) => row.toDay === null).map((row) => row.post),
    nextReviewOn: group.nextReviewOn,
    expiresOn: group.expiresOn,
    findings,
    days: days.map((day) => {
      const { messages = null, acted = null, overturned = null } = byDay.get(day) ?? {}
      return { day, messages, acted, overturned }
    }),
    messagesPerMemberDay: memberDays === 0 ? null : Math.round((messages / memberDays) * 1000) / 1000,
  }
}

import type { GroupActivity } from '@guanlan/analytics/queries/group-activity'
import { tierOf } from '@guanlan/analytics/register-findings'
import type { GroupKind, GroupTier } from '@guanlan/contract/register'
import type { Postgres } from '../ports/postgres.ts'

/** Floored activity of 30 days by group; undefined when the event store cannot tell now. */
export type ReadActivity = () => Promise<ReadonlyMap<string, GroupActivity> | undefined>

interface ActivityRow {
  id: string
  kind: GroupKind
  size: number | null
  tier: GroupTier | null
  messages: number | null
  days: number | null
}

/** Keeps the tier and activity of each group beside the register, so that lists of thousands filter by it. Resolves with how many changed. */
export function createActivityKeeper(deps: {
  readonly postgres: Postgres
  readonly activity: ReadActivity
  readonly today: () => string
}): { refresh(): Promise<number> } {
  const { postgres, activity, today } = deps
  return {
    async refresh() {
      const known = await activity()
      if (known === undefined) return 0
      const rows = await postgres.query<ActivityRow>(
        `SELECT g.id, g.kind, g.size, a.tier, a.messages, a.days FROM chat_group AS g
         LEFT JOIN group_activity AS a ON a.group_id = g.id WHERE g.state = 'filed'`,
      )
      const changed = rows.flatMap((row) => {
        const { messages = 0, days = 0 } = known.get(row.id) ?? {}
        // Days on which the group was too small to be shown count as quiet.
        const tier = tierOf(row.kind, row.size, messages)
        const same = row.tier === tier && row.messages === messages && row.days === days
        return same ? [] : [{ id: row.id, tier, messages, days }]
      })
      if (changed.length === 0) return 0
      await postgres.query(
        `INSERT INTO group_activity (group_id, tier, messages, days, day)
         SELECT id, tier, messages, days, $2 FROM jsonb_to_recordset($1::jsonb) AS row (id text, tier text, messages bigint, days smallint)
         ON CONFLICT (group_id) DO UPDATE SET tier = excluded.tier, messages = excluded.messages, days = excluded.days, day = excluded.day`,
        [JSON.stringify(changed), today()],
      )
      return changed.length
    },
  }
}

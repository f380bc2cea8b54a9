import type { FirstSteps } from '@guanlan/contract/account'
import type { Sql } from '../ports/postgres.ts'

interface Counts extends Omit<FirstSteps, 'lastEventAt' | 'refusedToday'> {
  lastEventAt: Date | null
}

/** How far an installation has come: counts only, of the whole of it. */
export async function readFirstSteps(sql: Sql, today: string): Promise<FirstSteps> {
  const counts = await sql.query<Counts>(
    `SELECT (SELECT count(*) FROM unit) AS units,
       (SELECT count(*) FROM chat_group) AS groups,
       (SELECT count(*) FROM chat_group WHERE state = 'filed') AS "filedGroups",
       (SELECT count(*) FROM ingest_key WHERE revoked_at IS NULL AND may_ingest) AS keys,
       (SELECT max(coalesce(last_seen_at, day)) FROM source_health WHERE accepted > 0) AS "lastEventAt",
       (SELECT count(*) FROM alerting_document WHERE kind = 'rule' AND state = 'active' AND body->>'enabled' = 'true') AS rules,
       (SELECT count(DISTINCT id) FROM alerting_document
        WHERE kind = 'rule' AND state IN ('active', 'replaced') AND decided_by IS NOT NULL) AS "ownRules",
       (SELECT count(*) FROM display_token WHERE revoked_at IS NULL) AS walls`,
  )
  const refused = await sql.query<{ code: string; n: number }>(
    `SELECT r.key AS code, sum(r.value::bigint)::bigint AS n FROM source_health AS s, jsonb_each_text(s.rejected) AS r
     WHERE s.day = $1 GROUP BY r.key ORDER BY r.key`,
    [today],
  )
  const row = counts[0]
  if (row === undefined) throw new Error('the counts could not be read')
  return {
    ...row,
    lastEventAt: row.lastEventAt?.toISOString() ?? null,
    refusedToday: Object.fromEntries(refused.map(({ code, n }) => [code, Number(n)])),
  }
}

import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import type { Sql } from '../ports/postgres.ts'

interface ResolvedQuery {
  /** ms since epoch; resolved before this moment */
  readonly before: number
  readonly limit: number
  /** units whose alerts the caller may see */
  readonly units: readonly string[]
  /** units whose signs of distress the caller may see besides those that were sent to them or raised by them */
  readonly careUnits: readonly string[]
  readonly accountId: string
}

const RESOLVED = `
  SELECT state FROM alert
  WHERE resolved_at < $1 AND unit_id = ANY ($3)
    AND (NOT quiet OR unit_id = ANY ($4) OR state @> $5::jsonb OR (origin = 'hand' AND strpos(fingerprint, $6) > 0))
  ORDER BY resolved_at DESC LIMIT $2`

/**
 * A page of resolved alerts, newest first. What the caller may not see is left out by the query: were it cut before that, a
 * page could be empty although there is more, and its length would tell of alerts of other units.
 */
export function resolvedAlerts(sql: Sql, query: ResolvedQuery): Promise<{ state: Alert }[]> {
  const { before, limit, units, careUnits, accountId } = query
  return sql.query<{ state: Alert }>(RESOLVED, [
    ...[new Date(before).toISOString(), limit, [...units], [...careUnits]],
    ...[JSON.stringify({ reached: [{ accountId }] }), `|${accountId}|`],
  ])
}

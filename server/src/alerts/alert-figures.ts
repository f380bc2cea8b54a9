import { enoughToTell, medianOfMany } from '@guanlan/analytics/alerting/measures'
import type { AlertOutcome } from '@guanlan/contract/alert'
import type { Sql } from '../ports/postgres.ts'

/**
 * What happened with alerts in a span. Times are medians in ms over those that got so far; null below five episodes that at
 * least three accounts acknowledged: fewer are the times of the person who was on duty.
 */
export interface AlertCounts {
  readonly raised: number
  readonly acknowledged: number
  readonly acknowledgeMs: number | null
  /** Raised until a person said what came of it. */
  readonly answerMs: number | null
  /** Went beyond the first step of their policy. */
  readonly escalations: number
  readonly falseAlarms: number
  /** Unresolved at the end of the span. */
  readonly open: number
}

export interface AlertFiguresOfSpan {
  readonly total: AlertCounts
  /** key: rule id, `by-hand` or `flood`; most raised first. */
  readonly byRule: readonly (AlertCounts & { readonly key: string })[]
  /** unitId: the unit that the alert was raised for. */
  readonly byUnit: readonly (AlertCounts & { readonly unitId: string })[]
}

interface Row {
  readonly key: string
  readonly unit_id: string
  readonly opened: number
  readonly acknowledged: number | null
  readonly by: string | null
  readonly resolved: number | null
  readonly steps: number
  readonly outcome: AlertOutcome | null
}

/** Who acknowledged the episode `e`: told apart for the floor on times, and given on to nobody. */
export const TAKEN_BY = `
  (SELECT step.by FROM alert_timeline AS step
   WHERE step.alert_id = e.alert_id AND step.code = 'acknowledged' AND step.at = e.acknowledged_at LIMIT 1)`

const EPISODES = `
  SELECT key, unit_id, steps, outcome, ${TAKEN_BY} AS by,
         (extract(epoch FROM e.opened_at) * 1000)::float8 AS opened,
         (extract(epoch FROM e.acknowledged_at) * 1000)::float8 AS acknowledged,
         (extract(epoch FROM e.resolved_at) * 1000)::float8 AS resolved
  FROM alert_episode AS e JOIN alert AS a ON a.id = e.alert_id
  WHERE NOT quiet AND key <> 'drill' AND e.opened_at < $2 AND ($3::text[] IS NULL OR unit_id = ANY ($3))
    AND (e.opened_at >= $1 OR e.resolved_at IS NULL OR e.resolved_at >= $2)`

function countsOf(rows: readonly Row[], from: number, to: number): AlertCounts {
  const raised = rows.filter(({ opened }) => opened >= from)
  const before = (at: number | null): at is number => at !== null && at < to
  const answered = raised.filter(({ resolved, outcome }) => before(resolved) && outcome !== 'recovered')
  const taken = raised.flatMap((row) =>
    before(row.acknowledged) ? [{ by: row.by, ms: row.acknowledged - row.opened }] : [],
  )
  const told = enoughToTell(taken.map(({ by }) => by))
  return {
    raised: raised.length,
    acknowledged: taken.length,
    acknowledgeMs: told ? medianOfMany(taken.map(({ ms }) => ms)) : null,
    answerMs: told
      ? medianOfMany(answered.map(({ opened, resolved }) => (resolved ?? opened) - opened))
      : null,
    escalations: raised.filter(({ steps }) => steps > 1).length,
    falseAlarms: answered.filter(({ outcome }) => outcome === 'false-alarm').length,
    open: rows.filter(({ resolved }) => !before(resolved)).length,
  }
}

/**
 * Alerts raised in [from, to) (ms since epoch), and those still open at its end. Neither drills nor signs of distress are
 * in it, and nothing is per person.
 *
 * @param units the units whose own alerts count, descendants named one by one; null: all
 */
export async function alertFigures(
  sql: Sql,
  from: number,
  to: number,
  units: readonly string[] | null,
): Promise<AlertFiguresOfSpan> {
  const iso = (at: number) => new Date(at).toISOString()
  const rows = await sql.query<Row>(EPISODES, [iso(from), iso(to), units === null ? null : [...units]])
  const by = <K extends 'key' | 'unit_id'>(column: K) => {
    const parts = new Map<string, Row[]>()
    for (const row of rows) parts.set(row[column], [...(parts.get(row[column]) ?? []), row])
    return [...parts]
      .map(([name, own]) => ({ name, counts: countsOf(own, from, to) }))
      .sort((a, b) => b.counts.raised - a.counts.raised || (a.name < b.name ? -1 : 1))
  }
  return {
    total: countsOf(rows, from, to),
    byRule: by('key').map(({ name, counts }) => ({ key: name, ...counts })),
    byUnit: by('unit_id').map(({ name, counts }) => ({ unitId: name, ...counts })),
  }
}

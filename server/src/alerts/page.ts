import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import { fingerprintOf } from '@guanlan/analytics/alerting/fingerprint'
import { readingOf } from '@guanlan/analytics/alerting/registry'
import { enoughToTell, median } from '@guanlan/analytics/alerting/measures'
import type { AlertOutcome, AlertPage, AlertTimelineEntry } from '@guanlan/contract/alert'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import { TAKEN_BY } from './alert-figures.ts'
import type { AlertsService } from './alerts.ts'
import { DRILL_MARK } from './engine-drive.ts'
import { partsOf, trendOf } from './trend.ts'
import { callsOf, summaryOf } from './views.ts'

const MOST_ENTRIES = 500
/** Days over which alerts of the same kind are looked back on. */
const REMEMBERED_DAYS = 90

type Figures = Pick<AlertPage, 'fired' | 'contribution' | 'places' | 'trend' | 'noTrend'>
const NO_FIGURES: Figures = { fired: null, contribution: [], places: [], trend: null, noTrend: 'no-rule' }

/** What fired, as of now and floored; below the floor, in distress and raised by hand there is no figure. */
async function figuresOf(alert: Alert, alerts: AlertsService): Promise<Figures> {
  const rule = alert.ruleId === null ? undefined : alerts.documents().rules.get(alert.ruleId)?.body
  if (rule === undefined) return NO_FIGURES
  const { counted, windowMinutes } = readingOf(rule)
  const { condition } = rule
  const levels = 'levels' in condition ? condition.levels.map(({ level, from }) => ({ level, from })) : []
  const silent = rule.belowFloor || alert.quiet
  const fired = { kind: condition.kind, counted, windowMinutes, levels: silent ? [] : levels, value: null }
  if (silent) return { ...NO_FIGURES, noTrend: 'no-figure', fired }
  const now = alerts.clock.now()
  const round = await alerts.figures.begin(now)
  const [observations, parts, trend] = await Promise.all([
    round.observe(rule, new Set([alert.fingerprint])),
    partsOf(alert, rule, round, windowMinutes, alerts.directory),
    trendOf(alert, rule, alerts.figures, now),
  ])
  const own = observations?.find(({ subject }) => fingerprintOf(rule.id, subject) === alert.fingerprint)
  return {
    fired: { ...fired, value: own === undefined ? null : shownValue(alert, rule, own) },
    ...parts,
    ...trend,
  }
}

/** Null where it rests on too little, and for a list of categories of one group: its page shows them one by one or not at all. */
function shownValue({ subject }: Alert, rule: AlertRule, { value, basis }: Observation): number | null {
  const { condition } = rule
  const least =
    'leastCount' in condition
      ? condition.leastCount
      : 'leastMessages' in condition
        ? condition.leastMessages
        : 0
  if (basis !== null && basis < least) return null
  const ofList = subject.groupId !== null && subject.category === null && rule.where.categories.length > 0
  return ofList && 'counted' in condition && condition.counted !== 'messages' ? null : value
}

const SAME_KIND = `
  SELECT e.outcome, ${TAKEN_BY} AS by, (extract(epoch FROM e.resolved_at - e.opened_at) * 1000)::float8 AS took
  FROM alert_episode AS e JOIN alert AS a ON a.id = e.alert_id
  WHERE e.outcome IS NOT NULL AND e.resolved_at > $1 AND a.rule_id IS NOT DISTINCT FROM $2 AND a.origin = $3 AND a.unit_id = $4
    AND (e.alert_id <> $5 OR e.episode <> $6) AND key <> 'drill' AND NOT a.quiet`

/**
 * What came of this kind of alert in this unit lately; null where it would be what one person on duty did, as in results
 * and reports. Signs of distress are not counted, nor pointed at from another one.
 */
async function sameKindOf(alert: Alert, { postgres, clock }: AlertsService): Promise<AlertPage['sameKind']> {
  if (alert.quiet) return null
  const rows = await postgres.query<{ outcome: AlertOutcome; by: string | null; took: number }>(SAME_KIND, [
    ...[new Date(clock.now() - REMEMBERED_DAYS * 86_400_000).toISOString(), alert.ruleId, alert.origin],
    ...[alert.subject.unitId, alert.id, alert.episode],
  ])
  const resolveMs = median(rows.map(({ took }) => took))
  if (resolveMs === null || !enoughToTell(rows.map(({ by }) => by))) return null
  const counts = new Map<AlertOutcome, number>()
  for (const { outcome } of rows) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return {
    ended: rows.length,
    outcomes: [...counts]
      .map(([outcome, count]) => ({ outcome, count }))
      .sort((a, b) => b.count - a.count || (a.outcome < b.outcome ? -1 : 1)),
    resolveMs,
  }
}

/** Whoever started a drill, without its mark. */
const accountOf = (by: string | null) => (by?.startsWith(DRILL_MARK) ? by.slice(DRILL_MARK.length) : by)

export async function readPage(alert: Alert, alerts: AlertsService): Promise<AlertPage> {
  const { postgres, clock } = alerts
  const [timeline, notes, last, figures, sameKind] = await Promise.all([
    postgres.query<Omit<AlertTimelineEntry, 'at'> & { at: Date }>(
      'SELECT at, code, by, data FROM alert_timeline WHERE alert_id = $1 ORDER BY id DESC LIMIT $2',
      [alert.id, MOST_ENTRIES],
    ),
    postgres.query<{ id: string; at: Date; by: string; text: string }>(
      'SELECT id, at, by, text FROM alert_note WHERE alert_id = $1 ORDER BY at, id',
      [alert.id],
    ),
    postgres.query<{ state: Alert }>(
      `SELECT state FROM alert WHERE id <> $1 AND resolved_at IS NOT NULL AND rule_id IS NOT DISTINCT FROM $2 AND unit_id = $3
         AND NOT quiet AND NOT $4 AND origin = $5
       ORDER BY resolved_at DESC LIMIT 1`,
      [alert.id, alert.ruleId, alert.subject.unitId, alert.quiet, alert.origin],
    ),
    figuresOf(alert, alerts),
    sameKindOf(alert, alerts),
  ])
  const call = callsOf(alert, alerts, clock.now())
  const before = last[0]?.state
  const ids = new Set([
    ...timeline.flatMap(({ by, data }) => [accountOf(by), data.by, data.to, data.accountId]),
    ...notes.map(({ by }) => by),
    ...call.flatMap(({ accounts }) => accounts),
    ...[alert.taken?.by, alert.assignee, alert.closing?.by],
  ])
  const { names } = alerts.reach()
  return {
    alert: summaryOf(alert, alerts),
    ...figures,
    sameKind,
    timeline: timeline
      .reverse()
      .map((entry) => ({ ...entry, at: entry.at.getTime(), by: accountOf(entry.by) })),
    notes: notes.map((note) => ({ ...note, at: note.at.getTime() })),
    call,
    lastTime: before?.resolved
      ? {
          ...{ id: before.id, openedAt: before.openedAt },
          ...{ resolvedAt: before.resolved.at, outcome: before.resolved.outcome },
        }
      : null,
    names: Object.fromEntries(
      [...ids].flatMap((id) => {
        const name = typeof id === 'string' ? names.get(id) : undefined
        return name === undefined ? [] : [[id, name]]
      }),
    ),
  }
}

import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import { fingerprintOf } from '@guanlan/analytics/alerting/fingerprint'
import { readingOf } from '@guanlan/analytics/alerting/registry'
import type { AlertPage, AlertTimelineEntry } from '@guanlan/contract/alert'
import type { AlertsService } from './alerts.ts'
import { callsOf, summaryOf } from './views.ts'

const MOST_ENTRIES = 500
const MOST_PARTS = 8

/** What fired, as of now and floored; below the floor, in distress and raised by hand there is no figure. */
async function firedOf(
  alert: Alert,
  alerts: AlertsService,
): Promise<Pick<AlertPage, 'fired' | 'contribution'>> {
  const rule = alert.ruleId === null ? undefined : alerts.documents().rules.get(alert.ruleId)?.body
  if (rule === undefined) return { fired: null, contribution: [] }
  const { counted, windowMinutes } = readingOf(rule)
  const { condition } = rule
  const levels = 'levels' in condition ? condition.levels.map(({ level, from }) => ({ level, from })) : []
  const silent = rule.belowFloor || alert.quiet
  const fired = { kind: condition.kind, counted, windowMinutes, levels: silent ? [] : levels, value: null }
  if (silent) return { fired, contribution: [] }
  const round = await alerts.figures.begin(alerts.clock.now())
  const observations = await round.observe(rule, new Set([alert.fingerprint]))
  const value =
    observations?.find(({ subject }) => fingerprintOf(rule.id, subject) === alert.fingerprint)?.value ?? null
  const counts = new Map<string, number>()
  // Only a unit's categories: those of one group would need the suppression that its own panel has.
  if (alert.subject.groupId === null && windowMinutes > 0) {
    for (const row of await round.placed(windowMinutes)) {
      const category = alerts.directory.taxonomy.get(row.category)
      if (category === undefined || category.tier === 'care' || row.shownAt === '') continue
      if (!alerts.directory.tree.isWithinOn(row.shownAt, alert.subject.unitId, round.floors.today)) continue
      counts.set(row.category, (counts.get(row.category) ?? 0) + row.count)
    }
  }
  const contribution = [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
    .slice(0, MOST_PARTS)
  return { fired: { ...fired, value }, contribution }
}

export async function readPage(alert: Alert, alerts: AlertsService): Promise<AlertPage> {
  const { postgres, clock } = alerts
  const [timeline, notes, last, fired] = await Promise.all([
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
       ORDER BY resolved_at DESC LIMIT 1`,
      [alert.id, alert.ruleId, alert.subject.unitId],
    ),
    firedOf(alert, alerts),
  ])
  const call = callsOf(alert, alerts, clock.now())
  const before = last[0]?.state
  const ids = new Set([
    ...timeline.flatMap(({ by, data }) => [by, data.by, data.to, data.accountId]),
    ...notes.map(({ by }) => by),
    ...call.flatMap(({ accounts }) => accounts),
    ...[alert.taken?.by, alert.assignee, alert.closing?.by],
  ])
  const { names } = alerts.reach()
  return {
    alert: summaryOf(alert, alerts),
    ...fired,
    trend: null,
    timeline: timeline.reverse().map((entry) => ({ ...entry, at: entry.at.getTime() })),
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

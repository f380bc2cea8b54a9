import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import { dueAt } from '@guanlan/analytics/alerting/alert-state'
import { accountsOf, appliesTo, channelsAt } from '@guanlan/analytics/alerting/recipients'
import type { AlertCall, AlertSummary } from '@guanlan/contract/alert'
import { ALERT_LEVELS } from '@guanlan/contract/alert-rule'
import type { Alerts } from '@guanlan/contract/panels'
import type { Scope } from '@guanlan/contract/scope'
import type { Directory } from '../register/directory.ts'
import type { Documents } from './documents.ts'
import { isDrill } from './engine-drive.ts'
import type { Reach } from './reach.ts'

export interface ViewDeps {
  readonly directory: Directory
  readonly documents: () => Documents
  readonly reach: () => Reach
}

export function summaryOf(alert: Alert, { directory, documents, reach }: ViewDeps): AlertSummary {
  const { subject, hold, taken, closing, resolved } = alert
  const policy = reach().policies.get(alert.policyId)
  return {
    id: alert.id,
    level: alert.level,
    status: alert.status,
    origin: isDrill(alert) ? 'drill' : alert.origin,
    ruleId: alert.ruleId,
    ruleName: alert.ruleId === null ? null : (documents().rules.get(alert.ruleId)?.body.name ?? alert.ruleId),
    subject,
    unitName: directory.unit(subject.unitId)?.name ?? subject.unitId,
    groupName: subject.groupId === null ? null : (directory.group(subject.groupId)?.name ?? subject.groupId),
    openedAt: alert.openedAt,
    clearedAt: alert.clearedAt,
    dueAt: hold === null ? dueAt(alert) : null,
    step: alert.walk.step,
    steps: policy?.steps.length ?? 1,
    takenBy: taken?.by ?? null,
    assignee: alert.assignee,
    hold,
    firstConfirmedBy: closing?.by ?? null,
    resolvedAt: resolved?.at ?? null,
    outcome: resolved?.outcome ?? null,
    quiet: alert.quiet,
    episode: alert.episode,
  }
}

const gravest = (a: Alert, b: Alert): number =>
  ALERT_LEVELS.indexOf(b.level) - ALERT_LEVELS.indexOf(a.level) || a.openedAt - b.openedAt

export const unresolved = (alerts: Iterable<Alert>): Alert[] =>
  [...alerts].filter(({ status }) => status !== 'resolved').sort(gravest)

const MOST_ROWS = 50

/** What walls and desks show of a unit and everything below it. Never of one group, never a sign of distress. */
export function panelOf(
  alerts: Iterable<Alert>,
  scope: Scope,
  today: { readonly day: string; readonly start: number },
  deps: ViewDeps,
): Alerts | null {
  if (scope.kind === 'group') return null
  const { directory } = deps
  const unit = scope.kind === 'org' ? directory.root : scope.id
  const inside = [...alerts].filter(
    ({ quiet, subject }) => !quiet && directory.tree.isWithinOn(subject.unitId, unit, today.day),
  )
  // What another alert stands for, or a silence mutes, comes after what somebody has to take.
  const open = unresolved(inside).sort((a, b) => Number(a.hold !== null) - Number(b.hold !== null))
  const counts = { blue: 0, yellow: 0, orange: 0, red: 0 }
  for (const { level, hold } of open) if (hold === null) counts[level]++
  return {
    rows: open.slice(0, MOST_ROWS).map((alert) => {
      const { id, level, status, origin, ruleName, unitName, openedAt, dueAt: due } = summaryOf(alert, deps)
      const { unitId, category } = alert.subject
      return {
        ...{ id, level, status, origin, ruleName, unitId, unitName, category, openedAt },
        ...{ cleared: alert.clearedAt !== null, dueAt: due, held: alert.hold !== null },
      }
    }),
    counts,
    waiting: open.filter(({ status, hold }) => status === 'open' && hold === null).length,
    resolvedToday: inside.filter(({ resolved }) => resolved !== null && resolved.at >= today.start).length,
  }
}

/** Whom the next steps reach, as of now. */
export function callsOf(alert: Alert, { reach }: ViewDeps, now: number): AlertCall[] {
  const { directory, policies } = reach()
  const policy = policies.get(alert.policyId)
  if (policy === undefined || alert.status === 'resolved') return []
  let at = Math.max(now, alert.walk.dueAt)
  return policy.steps.slice(alert.walk.step).flatMap((step, i): AlertCall[] => {
    if (i > 0) at += step.afterMinutes * 60_000
    if (!appliesTo(step, alert.level)) return []
    const found = step.targets.flatMap((target) => accountsOf(directory, target, alert.subject.unitId, at))
    const accounts = [...new Set(found.length > 0 ? found : policy.lastResort)]
    return [{ step: alert.walk.step + i, at, accounts, channels: [...channelsAt(directory, step, at)] }]
  })
}

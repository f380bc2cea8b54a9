import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import type { AlertPage, AlertSubject } from '@guanlan/contract/alert'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import { HOUR, MINUTE, type Steps } from './readers/reader.ts'
import { isNarrowed, observationsOf, sumFigures, type CountCondition, type Cut } from './count-figures.ts'
import type { AlertFigures, Round } from './figures.ts'
import type { Directory } from '../register/directory.ts'

const BEFORE_MS = HOUR
const AFTER_MS = HOUR
const LONGEST_MS = 48 * HOUR
const RELEASED_STEP_MS = 15 * MINUTE
const MOST_PARTS = 8

/** The rule's own count, whatever statistic it is judged by; null for rules that count nothing. */
export function countedBy(rule: AlertRule): CountCondition | null {
  const { condition } = rule
  if (!('counted' in condition)) return null
  return { kind: 'threshold', counted: condition.counted, windowMinutes: 60, levels: [] }
}

const stepFor = (spanMs: number) =>
  spanMs <= 4 * HOUR ? 5 * MINUTE : spanMs <= 12 * HOUR ? 15 * MINUTE : HOUR

type Trend = Pick<AlertPage, 'trend' | 'noTrend'>
const none = (noTrend: NonNullable<AlertPage['noTrend']>): Trend => ({ trend: null, noTrend })

/** Steps of at least `leastMs` from before an alert until after its end. The running step is not over: it would look like a fall. */
function stepsOf({ openedAt, resolved }: Alert, now: number, leastMs: number): Steps {
  const end = Math.min(now, (resolved?.at ?? now) + AFTER_MS, openedAt + LONGEST_MS)
  const stepMs = Math.max(leastMs, stepFor(end - openedAt + BEFORE_MS))
  const from = Math.floor((openedAt - BEFORE_MS) / stepMs) * stepMs
  return { from, to: Math.floor(end / stepMs) * stepMs, stepMs }
}

/** What was released of the topic or the mood that an alert is about: one series of lower bounds. */
async function releasedTrend(
  of: 'messages' | 'negative',
  alert: Alert,
  figures: Pick<AlertFigures, 'released'>,
  now: number,
): Promise<Trend> {
  // A cell's window lasts five minutes or longer: in shorter steps most would be empty.
  const steps = stepsOf(alert, now, RELEASED_STEP_MS)
  const { topicId, unitId } = alert.subject
  const points = await figures.released(of, { topicId, unitId }, steps)
  if (points.every((point) => point === null)) return none('not-released')
  const { from, stepMs } = steps
  return { trend: { of: `released-${of}`, from, stepSeconds: stepMs / 1000, points }, noTrend: null }
}

/**
 * Before and since, by steps: counts through the same floors as the rule, or what was released of a topic or a mood. None
 * below the floor, in distress, for one category of one group, whose minutes no screen shows, and for rules that count nothing.
 */
export async function trendOf(
  alert: Alert,
  rule: AlertRule,
  figures: Pick<AlertFigures, 'steps' | 'released'>,
  now: number,
): Promise<Trend> {
  const { subject } = alert
  if (rule.belowFloor || alert.quiet) return none('no-figure')
  const { kind } = rule.condition
  if (kind === 'topic-risk') return releasedTrend('messages', alert, figures, now)
  if (kind === 'sentiment-shift') return releasedTrend('negative', alert, figures, now)
  const condition = countedBy(rule)
  if (condition === null) return none('not-counted')
  if (subject.groupId !== null && isNarrowed(rule, condition)) return none('group-category')
  const { from, to, stepMs } = stepsOf(alert, now, 0)
  const points = await figures.steps(rule, condition, alert.fingerprint, { from, to, stepMs })
  return { trend: { of: 'counts', from, stepSeconds: stepMs / 1000, points }, noTrend: null }
}

/**
 * What the figure is made of: by category, and by the units right below (of a rule for the organisation that names units:
 * by those), each part through the same floors as the figure. Not for one group, whose own page says it.
 */
export async function partsOf(
  alert: Alert,
  rule: AlertRule,
  round: Round,
  windowMinutes: number,
  directory: Directory,
): Promise<Pick<AlertPage, 'contribution' | 'places'>> {
  const condition = countedBy(rule)
  const { unitId: unit, groupId, category: only } = alert.subject
  if (condition === null || groupId !== null || windowMinutes === 0 || rule.belowFloor)
    return { contribution: [], places: [] }
  const rows = await round.placed(windowMinutes)
  const isOf = ({ category }: AlertSubject) => only === null || category === only
  const read = (cut: Cut, of: AlertRule = rule) =>
    observationsOf(of, condition, sumFigures(of, condition, rows, round.floors, cut), round.floors, cut)
  const categories = new Map<string, number>()
  for (const { subject, value } of condition.counted === 'messages' ? [] : read({ byCategory: true }))
    if (subject.unitId === unit && subject.category !== null && isOf(subject))
      categories.set(subject.category, value ?? 0)
  const named = rule.per === 'org' && rule.where.units.length > 0
  const below = new Set(named ? rule.where.units : directory.tree.childrenOn(unit, round.floors.today))
  const children = new Map<string, number>()
  for (const { subject, value } of read({ byCategory: only !== null }, { ...rule, per: 'unit' }))
    if (below.has(subject.unitId) && isOf(subject)) children.set(subject.unitId, value ?? 0)
  const largest = (counts: ReadonlyMap<string, number>) =>
    [...counts]
      .filter(([, count]) => count > 0)
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, MOST_PARTS)
  return {
    contribution: largest(categories).map(([code, count]) => ({ code, count })),
    places: largest(children).map(([unitId, count]) => ({
      ...{ unitId, count },
      unitName: directory.unit(unitId)?.name ?? unitId,
    })),
  }
}

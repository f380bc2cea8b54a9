import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import type { AlertPage } from '@guanlan/contract/alert'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import { HOUR, MINUTE, type Steps } from './readers/reader.ts'
import type { CountCondition } from './count-figures.ts'
import { wants } from './count-figures.ts'
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
  const narrowed = subject.category !== null || rule.where.categories.length > 0
  if (subject.groupId !== null && narrowed && condition.counted !== 'messages') return none('group-category')
  const { from, to, stepMs } = stepsOf(alert, now, 0)
  const steps = await figures.steps(rule, condition, { from, to, stepMs })
  const points = steps.map(({ sums }) => sums.get(alert.fingerprint)?.value ?? 0)
  return { trend: { of: 'counts', from, stepSeconds: stepMs / 1000, points }, noTrend: null }
}

/** What the figure is made of: by category, and by the units right below. Not for one group, whose own page suppresses. */
export async function partsOf(
  alert: Alert,
  rule: AlertRule,
  round: Round,
  windowMinutes: number,
  directory: Directory,
): Promise<Pick<AlertPage, 'contribution' | 'places'>> {
  const condition = countedBy(rule)
  const { unitId: unit, groupId, category: only } = alert.subject
  if (condition === null || groupId !== null || windowMinutes === 0) return { contribution: [], places: [] }
  const { today } = round.floors
  const childOf = new Map<string, string>()
  for (const child of directory.tree.childrenOn(unit, today))
    for (const below of directory.tree.subtreeOn(child, today)) childOf.set(below, child)
  const categories = new Map<string, number>()
  const children = new Map<string, number>()
  for (const row of await round.placed(windowMinutes)) {
    if (row.shownAt === '' || !directory.tree.isWithinOn(row.shownAt, unit, today)) continue
    const category = row.category === '' ? undefined : directory.taxonomy.get(row.category)
    if (!wants(rule, condition, category) || (only !== null && row.category !== only)) continue
    if (category !== undefined && category.tier !== 'care')
      categories.set(row.category, (categories.get(row.category) ?? 0) + row.count)
    const child = childOf.get(row.shownAt)
    if (child !== undefined) children.set(child, (children.get(child) ?? 0) + row.count)
  }
  const largest = (counts: ReadonlyMap<string, number>) =>
    [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_PARTS)
  return {
    contribution: largest(categories).map(([code, count]) => ({ code, count })),
    places: largest(children).map(([unitId, count]) => ({
      ...{ unitId, count },
      unitName: directory.unit(unitId)?.name ?? unitId,
    })),
  }
}

import type { Window } from '@guanlan/analytics/queries/window'
import type { Risk, RiskRow, TrendMark } from '@guanlan/contract/panels'
import { RANGE_STEPS, scopeKey, type Scope } from '@guanlan/contract/scope'
import type { TopicRow } from '@guanlan/contract/topic'
import type { Insight } from './parts.ts'
import { answerState, topicEvidence } from './judge.ts'
import { moodPoints } from './mood.ts'
import type { InsightPanels } from './panels.ts'
import { pointsOf } from './risk.ts'
import type { Score, Subject } from './score-store.ts'
import { topicRow } from './topic-rows.ts'

const HOUR = 3_600_000
const MEMORY_MS = 24 * HOUR

/** What a scope's own score is kept under; the organisation is its root. */
export function subjectOf(scope: Scope, root: string): Subject {
  if (scope.kind === 'group') return { subject: `group:${scope.id}`, unit: '' }
  const unit = scope.kind === 'org' ? root : scope.id
  return { subject: `unit:${unit}`, unit }
}

/** Topics of a unit as lists show them, highest score first. */
export function topicRows(insight: Insight, unitId: string, now: number): TopicRow[] {
  const { topics, risk, deps } = insight
  return topics
    .list(unitId, now)
    .map((topic) => {
      const score = risk.newest({ subject: `topic:${topic.id}`, unit: unitId })
      return topicRow(topic, topics.cellsOf(unitId, topic.id), deps.categories, now, {
        score: score === undefined ? null : Math.round(score.score),
        level: score?.level ?? 'none',
        answer: answerState(topicEvidence(insight, unitId, topic, now)),
      })
    })
    .sort(
      (a, b) =>
        (b.score ?? 0) - (a.score ?? 0) || b.peoplePerHour - a.peoplePerHour || (a.id < b.id ? -1 : 1),
    )
}

function warmUpOf({ deps }: Insight) {
  const { minutes, of } = deps.warmUp()
  return {
    state: minutes < of ? ('warming_up' as const) : ('ready' as const),
    warmMinutes: minutes,
    warmOf: of,
  }
}

function riskRow({ risk, deps }: Insight, scope: Scope, score: Score, now: number): RiskRow {
  const subject = subjectOf(scope, deps.directory.root)
  const points = pointsOf(score)
  const total = Object.values(points).reduce((sum, each) => sum + each, 0)
  const before = risk.hourAgo(subject, now)
  const name =
    scope.kind === 'group'
      ? deps.directory.group(scope.id)?.name
      : deps.directory.unit(scope.kind === 'org' ? deps.directory.root : scope.id)?.name
  return {
    scope: scopeKey(scope),
    name: name ?? scopeKey(scope),
    score: total,
    level: score.level,
    points,
    change: before === null ? null : total - Math.round(before),
    spark: risk.hourly(subject, now),
  }
}

/** A scope's own score and those of its units and qualifying groups. Sorted by score, never by mood. */
function riskBoard(insight: Insight, scope: Scope, now: number): Risk | null {
  const { risk, deps } = insight
  const { directory, time } = deps
  const book = insight.harm()
  const own = subjectOf(scope, directory.root)
  if (book === undefined) return { computedAt: null, self: null, rows: [], notShown: 0 }
  if (!book.scopes.has(own.subject)) return null
  const rowOf = (each: Scope) => {
    const subject = subjectOf(each, directory.root)
    const score = risk.newest(subject)
    return score === undefined || !book.scopes.has(subject.subject)
      ? undefined
      : riskRow(insight, each, score, now)
  }
  const day = time.dayOf(now)
  const children: Scope[] =
    scope.kind === 'group'
      ? []
      : [
          ...directory.tree.childrenOn(own.unit, day).map((id) => ({ kind: 'unit' as const, id })),
          ...directory.groupsOf([own.unit], day).map((id) => ({ kind: 'group' as const, id })),
        ]
  const rows = children.flatMap((child) => rowOf(child) ?? [])
  rows.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
  const self = rowOf(scope) ?? null
  return { computedAt: risk.computedAt(), self, rows, notShown: children.length - rows.length }
}

function marksIn(marks: readonly Omit<TrendMark, 'step'>[], window: Window): TrendMark[] {
  const step = window.stepSeconds * 1000
  return marks
    .filter((mark) => mark.at >= window.now.from && mark.at < window.now.to)
    .map((mark) => ({ ...mark, step: Math.floor((mark.at - window.now.from) / step) }))
}

/** What the panels read. */
export function insightPanels(insight: Insight): InsightPanels {
  const { deps, topics } = insight
  const keyOf = (scope: Scope) => subjectOf(scope, deps.directory.root)
  return {
    topics(unitId, now) {
      const rows = topicRows(insight, unitId, now)
      const releasedAt = rows.length === 0 ? null : Math.max(...rows.map((row) => row.to))
      return { ...warmUpOf(insight), releasedAt, rows }
    },
    async sentiment(unitId, range, now) {
      const { stepSeconds, steps } = RANGE_STEPS[range]
      const to = Math.ceil(now / 60_000) * 60_000
      const from = to - stepSeconds * steps * 1000
      const cells =
        now - from <= MEMORY_MS
          ? topics.releasedMood(unitId)
          : await insight.released.ofScope(unitId, 'sentiment', from)
      const calibration = deps.calibration()
      const points = moodPoints(cells, calibration, { from, to, stepMs: stepSeconds * 1000 })
      return { ...warmUpOf(insight), calibrated: calibration !== undefined, from, to, points }
    },
    risk: async (scope, now) => riskBoard(insight, scope, now),
    surge: (scope, _range, window) => insight.series.trend(keyOf(scope).subject, window, deps.clock.now()),
    async marks(scope, window) {
      // The upstream is looked at where there is enough to look at: a group shows the marks of its unit.
      const unit =
        scope.kind === 'group'
          ? deps.directory.unitOf(scope.id, deps.time.dayOf(deps.clock.now()))
          : keyOf(scope).unit
      if (unit === undefined) return []
      const marks = await insight.drift.of(unit, deps.clock.now())
      return marksIn(
        marks.map(({ at, kind, before, after, categories }) => ({
          ...{ at, kind, before, after, categories: categories.map((each) => ({ ...each })) },
        })),
        window,
      )
    },
  }
}

import { unansweredComponent, type Components } from '@guanlan/analytics/risk/components'
import type { TopicSummary } from '@guanlan/analytics/topics/topic-view'
import { parseScope } from '@guanlan/contract/scope'
import { isVagueCategory } from '@guanlan/contract/taxonomy'
import type { AnswerState } from '@guanlan/contract/topic'
import { harmComponents, unitComponents } from './harm-risk.ts'
import type { Insight } from './parts.ts'
import { usualNegative } from './mood.ts'
import type { Judged } from './risk.ts'
import { answerClock, topicComponents, type TopicEvidence } from './topic-risk.ts'

const HOUR = 3_600_000
const DAY_MS = 24 * HOUR
const PEOPLE_STEP = 5

const weightOf = ({ deps }: Insight, code: string): number => {
  const category = deps.directory.taxonomy.get(code)
  return category === undefined || category.tier === 'care' || isVagueCategory(code) ? 0 : category.weight
}

/** What a topic's score in a unit is computed from. */
export function topicEvidence(
  insight: Insight,
  unitId: string,
  topic: TopicSummary,
  now: number,
): TopicEvidence {
  const { deps, topics, answers } = insight
  const { directory, time, people } = deps
  const units = directory.tree.ancestorsOn(unitId, time.dayOf(now))
  const mood = topics.mood(unitId).filter((cell) => cell.to > now - DAY_MS)
  return {
    cells: topics.cellsOf(unitId, topic.id),
    now,
    active: Math.floor(people.active(unitId) / PEOPLE_STEP) * PEOPLE_STEP,
    qualifyingGroups: people.qualifyingGroups(unitId),
    usualNegative: usualNegative(mood),
    harmOf(index) {
      const code = deps.categories[index]
      const weight = code === undefined ? 0 : weightOf(insight, code)
      return code === undefined || weight === 0 ? undefined : { code, weight }
    },
    answeredAt: answers.answeredAt(topic.id, units),
    firstSeen: topic.firstSeen,
    merged: topic.mergedInto !== null,
    targetMs: deps.answerWithinMs,
  }
}

export function answerState(evidence: TopicEvidence): AnswerState {
  const { answeredAt, reopenedAt } = answerClock(evidence)
  return answeredAt === null ? 'none' : reopenedAt === null ? 'answered' : 'reopened'
}

/** Newest mood of a unit beyond its usual, 0..1. */
function moodComponent({ topics }: Insight, unitId: string, now: number): number {
  const cells = topics.mood(unitId).filter((cell) => cell.to > now - DAY_MS)
  const newest = cells.at(-1)
  if (newest === undefined || now - newest.to > HOUR) return 0
  const low = newest.sentiment?.negative.low ?? 0
  return Math.min(1, Math.max(0, (low - usualNegative(cells.slice(0, -1))) / 0.5))
}

/** How long an alert of the unit or group has waited for somebody to take it, against the time in which an answer is due. */
function alertsComponent(insight: Insight, scopeKey: string, now: number): number {
  const scope = parseScope(scopeKey)
  const owedSince = scope === undefined ? null : insight.unansweredSince(scope, now)
  const clock = { owedSince, answeredAt: null, reopenedAt: null }
  return unansweredComponent(clock, insight.deps.answerWithinMs, now)
}

/** Everything that has a score now: topics where they were released, units and groups where the floors show them. */
export function judgeAll(insight: Insight, now: number): Judged[] {
  const { deps, topics } = insight
  const judged: Judged[] = []
  const byUnit = new Map<string, Components[]>()
  for (const unit of topics.scopes()) {
    for (const topic of topics.list(unit, now)) {
      const components = topicComponents(topicEvidence(insight, unit, topic, now))
      judged.push({ kind: 'topic', subject: `topic:${topic.id}`, unit, components })
      byUnit.set(unit, [...(byUnit.get(unit) ?? []), components])
    }
  }
  const book = insight.harm()
  if (book === undefined) return judged
  const passed = Math.min(1, Math.max(0, (now - deps.time.hourStart(now)) / HOUR))
  for (const [scope, hours] of book.scopes) {
    const counted = harmComponents({
      ...{ hours, passed, targetMs: deps.decideWithinMs },
      weightOf: (code) => weightOf(insight, code),
    })
    const harm = { ...counted, unanswered: alertsComponent(insight, scope, now) }
    if (scope.startsWith('group:')) {
      judged.push({ kind: 'group', subject: scope, unit: '', components: harm })
      continue
    }
    const unit = scope.slice(5)
    const components = unitComponents(harm, byUnit.get(unit) ?? [])
    const negative = Math.max(components.negative, moodComponent(insight, unit, now))
    judged.push({ kind: 'unit', subject: scope, unit, components: { ...components, negative } })
  }
  return judged
}

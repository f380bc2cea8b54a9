import { trendWindow } from '@guanlan/analytics/queries/window'
import {
  answerTopicEndpoint,
  getTopicEndpoint,
  topicTimelineEndpoint,
} from '@guanlan/contract/endpoints/topics'
import { appError } from '@guanlan/contract/errors'
import { parseScope, scopeKey } from '@guanlan/contract/scope'
import type { TopicDetail, TopicUnit } from '@guanlan/contract/topic'
import { mayOpenScope } from '../../identity/access.ts'
import type { Insight } from '../../insight/parts.ts'
import { topicRows } from '../../insight/screens.ts'
import { topicCell, topicTimeline } from '../../insight/topic-rows.ts'
import type { ReadNames } from '../account-names.ts'
import { route, type Caller, type Route } from '../route.ts'

const HOUR = 3_600_000
const DAY_MS = 24 * HOUR

/** The unit of a scope that the caller may open. @throws appError forbidden, and for a group: what people say is never of one */
export function unitOfScope({ deps }: Insight, actor: Caller | undefined, key: string): string {
  const scope = parseScope(key)
  const today = deps.time.dayOf(deps.clock.now())
  if (scope === undefined || actor === undefined || !mayOpenScope(actor, scope, deps.directory, today))
    throw appError('forbidden', 'This account may not open that scope')
  if (scope.kind === 'group') throw appError('forbidden', 'Topics are never shown for one group')
  return scope.kind === 'org' ? deps.directory.root : scope.id
}

const scopeOfUnit = ({ deps }: Insight, unitId: string) =>
  unitId === deps.directory.root ? 'org' : scopeKey({ kind: 'unit', id: unitId })

/** Children in which the topic was released within a day; counts only. */
function unitsOf(insight: Insight, unitId: string, topicId: string, now: number): TopicUnit[] {
  const { deps, topics } = insight
  return deps.directory.tree.childrenOn(unitId, deps.time.dayOf(now)).flatMap((id) => {
    const cell = topics.cellsOf(id, topicId).at(-1)
    if (cell === undefined || now - cell.to > DAY_MS) return []
    const name = deps.directory.unit(id)?.name ?? id
    return [
      { scope: scopeOfUnit(insight, id), name, to: cell.to, people: cell.people, messages: cell.messages },
    ]
  })
}

async function detailOf(
  insight: Insight,
  names: ReadNames,
  unitId: string,
  id: string,
  since: number,
): Promise<TopicDetail> {
  const { deps, topics, risk, scores, answers } = insight
  const now = deps.clock.now()
  const topic = topicRows(insight, unitId, now).find((row) => row.id === id)
  if (topic === undefined) throw appError('not_found', 'no topic has this id here')
  const subject = { subject: `topic:${id}`, unit: unitId }
  const [cells, past, explanation, nameOf] = await Promise.all([
    deps.cells.ofTopic(id, [unitId]),
    scores.of(subject, now - 7 * DAY_MS),
    risk.explanation(subject, since),
    names(),
  ])
  const summary = topics.list(unitId, now).find((each) => each.id === id)
  const above = deps.directory.tree.ancestorsOn(unitId, deps.time.dayOf(now))
  return {
    scope: scopeOfUnit(insight, unitId),
    topic: { ...topic, firstSeen: cells[0]?.to ?? topic.firstSeen },
    cells: cells.map((cell) => topicCell(cell, deps.categories)),
    scores: past.map(({ at, score, level }) => ({ at, score: Math.round(score), level })),
    explanation,
    units: unitsOf(insight, unitId, id, now),
    answers: answers
      .of(id)
      .filter((answer) => above.includes(answer.unitId))
      .map(({ at, by, unitId: unit, note }) => ({
        ...{ at: new Date(at).toISOString(), by: nameOf(by), note },
        scope: scopeOfUnit(insight, unit),
      })),
    splitFrom: summary?.splitFrom ?? null,
    mergedInto: summary?.mergedInto ?? null,
  }
}

/** Topics by opaque id; a list of them comes over the socket. Nothing here takes a word. */
export function topicRoutes(insight: Insight, names: ReadNames): Route[] {
  const { deps, risk } = insight
  return [
    route(topicTimelineEndpoint, async ({ actor, query }) => {
      const unit = unitOfScope(insight, actor, query.scope)
      const window = trendWindow(deps.time, query.range, deps.clock.now())
      const step = window.stepSeconds * 1000
      const cells = await deps.cells.ofScope(unit, 'topic', window.now.from)
      const topics = topicTimeline(cells, { from: window.now.from, stepMs: step, steps: window.steps })
      return {
        scope: query.scope,
        stepSeconds: window.stepSeconds,
        from: window.now.from,
        topics: topics.map((topic) => ({
          ...topic,
          level: risk.newest({ subject: `topic:${topic.id}`, unit })?.level ?? 'none',
        })),
      }
    }),
    route(getTopicEndpoint, ({ actor, params, query }) => {
      const unit = unitOfScope(insight, actor, query.scope)
      const since = query.since === undefined ? deps.clock.now() - HOUR : Date.parse(query.since)
      return detailOf(insight, names, unit, params.id, since)
    }),
    route(answerTopicEndpoint, async ({ actor, params, body }) => {
      const unit = unitOfScope(insight, actor, body.scope)
      const now = deps.clock.now()
      if (!insight.topics.list(unit, now).some((topic) => topic.id === params.id))
        throw appError('not_found', 'no topic has this id here')
      await insight.answers.add(actor?.id ?? '', params.id, unit, body.note)
      await insight.tick()
      return detailOf(insight, names, unit, params.id, now - HOUR)
    }),
  ]
}

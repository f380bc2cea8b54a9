import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import type { PastReading } from '@guanlan/analytics/alerting/backtest'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import { NOTHING, scopesOf, type Floors } from '../count-figures.ts'
import { isInScopes, type ReaderDeps, type RuleReader, type TopicSeen } from './reader.ts'

/**
 * Risk levels of released topics. A topic is one instance however many units talk of it: of the deepest unit that holds
 * all of them, and it stays there as long as its alert stands.
 */
export function topicRiskReader({ from, directory, time }: ReaderDeps): RuleReader<'topic-risk'> {
  return {
    async observe(rule, { floors, now }, known) {
      const seen = from.topics(now)
      return seen === null ? null : figuresOf(rule, seen, floors, known)
    },
    async replay(rule, span) {
      const rows = await from.topicLevels(span.from)
      return replayed(rule, rows, { directory, today: time.dayOf(span.to) })
    },
  }
}

function* replayed(
  rule: AlertRule,
  rows: readonly (TopicSeen & { readonly at: number })[],
  floors: Pick<Floors, 'directory' | 'today'>,
): Generator<PastReading> {
  const standing = new Map<string, TopicSeen>()
  const known = new Set<string>()
  for (const row of rows) {
    standing.set(`${row.topicId} ${row.unitId}`, row)
    const own = [...standing.values()].filter(({ topicId }) => topicId === row.topicId)
    const observations = figuresOf(rule, own, floors, known)
    for (const { subject } of observations) known.add(`${rule.id}|${subject.unitId}|||${row.topicId}|`)
    yield { at: row.at, observations }
  }
}

function figuresOf(
  rule: AlertRule,
  seen: readonly TopicSeen[],
  floors: Pick<Floors, 'directory' | 'today'>,
  known: ReadonlySet<string>,
): Observation[] {
  const { directory, today } = floors
  const scopes = scopesOf(rule, floors)
  const topics = new Map<string, TopicSeen[]>()
  for (const each of seen) {
    if (!isInScopes(scopes, each.unitId, floors)) continue
    topics.set(each.topicId, [...(topics.get(each.topicId) ?? []), each])
  }
  const placeOf = new Map<string, string>()
  for (const key of known) {
    const [ruleId, unitId = '', , , topicId = ''] = key.split('|')
    if (ruleId === rule.id) placeOf.set(topicId, unitId)
  }
  const { isWithinOn, ancestorsOn } = directory.tree
  const depth = (unitId: string) => ancestorsOn(unitId, today).length
  return [...topics].flatMap(([topicId, list]): Observation[] => {
    const along = list.filter(({ unitId: here }) =>
      list.every(({ unitId }) => isWithinOn(unitId, here, today) || isWithinOn(here, unitId, today)),
    )
    const deepest = along.toSorted((a, b) => depth(b.unitId) - depth(a.unitId))[0] ?? list[0]
    const unitId = placeOf.get(topicId) ?? deepest?.unitId
    if (unitId === undefined) return []
    const value = Math.max(...list.map(({ rank }) => rank))
    return [{ subject: { ...NOTHING, unitId, topicId }, value, basis: null, error: null }]
  })
}

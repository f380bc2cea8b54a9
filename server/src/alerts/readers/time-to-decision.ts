import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import { delayPercentile, DELAY_BUCKETS } from '@guanlan/analytics/delay-buckets'
import { isFresh } from '@guanlan/analytics/is-fresh'
import { readRecentDelay, type GroupDelay } from '@guanlan/analytics/queries/recent-delay'
import type { VisibilityOfDay } from '@guanlan/analytics/queries/visibility-book'
import { NOTHING, scopesOf, type Floors } from '../count-figures.ts'
import { daysOf, HOUR, isInScopes, MINUTE, type ReaderDeps, type RuleOf, type RuleReader } from './reader.ts'

const KEPT_MS = 60_000
type TimeRule = RuleOf<'time-to-decision'>

/** Minutes from message to decision, from bucket counts of full hours; the running hour counts as far as it is there. */
export function timeToDecisionReader(deps: ReaderDeps): RuleReader<'time-to-decision'> {
  const { time, book } = deps
  const kept = new Map<number, { at: number; rows: Promise<GroupDelay[]> }>()

  const spanOf = (from: number, to: number) => ({
    from,
    firstDay: time.dayOf(from),
    lastDay: time.dayOf(to),
  })
  function recent(windowMinutes: number, now: number): Promise<GroupDelay[]> {
    const known = kept.get(windowMinutes)
    if (known !== undefined && isFresh(known.at, now, KEPT_MS)) return known.rows
    const from = time.hourStart(now - windowMinutes * MINUTE)
    const rows = readRecentDelay(deps.read, { ...spanOf(from, now), liveFrom: from })
    rows.catch(() => kept.delete(windowMinutes))
    kept.set(windowMinutes, { at: now, rows })
    return rows
  }
  return {
    async observe(rule, { now, floors }) {
      const { windowMinutes } = rule.condition
      const from = time.hourStart(now - windowMinutes * MINUTE)
      const rows = await recent(windowMinutes, now)
      return decisionFigures(rule, rows, { ...floors, visibility: await book.of(daysOf(time, from, now)) })
    },
    async replay(rule, span) {
      const hours = Math.max(1, Math.ceil(rule.condition.windowMinutes / 60))
      const from = time.hourStart(span.from)
      const [rows, visibility] = await Promise.all([
        readRecentDelay(deps.read, spanOf(from, span.to)),
        book.of(daysOf(time, from, span.to)),
      ])
      const byHour = new Map<number, GroupDelay[]>()
      for (const row of rows) byHour.set(row.at, [...(byHour.get(row.at) ?? []), row])
      return replayed(rule, byHour, { from, to: span.to, hours, visibility, deps })
    },
  }
}

function* replayed(
  rule: TimeRule,
  byHour: ReadonlyMap<number, GroupDelay[]>,
  options: {
    readonly from: number
    readonly to: number
    readonly hours: number
    readonly visibility: ReadonlyMap<string, VisibilityOfDay>
    readonly deps: Pick<ReaderDeps, 'directory' | 'time'>
  },
) {
  const { from, to, hours, visibility, deps } = options
  const floors = { directory: deps.directory, today: deps.time.dayOf(to), visibility }
  let before: readonly Observation[] = []
  for (let at = from; at + HOUR <= to; at += HOUR) {
    const rows = Array.from({ length: hours }, (_, back) => byHour.get(at - back * HOUR) ?? []).flat()
    const now = decisionFigures(rule, rows, floors)
    const named = new Set(now.map(({ subject }) => `${subject.unitId}|${subject.groupId}`))
    // What is no longer there says once that it is over.
    const gone = before
      .filter(({ subject }) => !named.has(`${subject.unitId}|${subject.groupId}`))
      .map((each) => ({ ...each, value: 0, basis: 0 }))
    before = now
    yield { at: at + HOUR, observations: [...now, ...gone] }
  }
}

function decisionFigures(
  rule: TimeRule,
  rows: readonly GroupDelay[],
  floors: Pick<Floors, 'directory' | 'today' | 'visibility'>,
): Observation[] {
  const { condition } = rule
  const { directory, today, visibility } = floors
  const buckets = new Map<string, { unitId: string; groupId: string | null; counts: number[] }>()
  const add = (unitId: string, groupId: string | null, row: GroupDelay) => {
    const key = `${unitId}|${groupId ?? ''}`
    let own = buckets.get(key)
    if (own === undefined)
      buckets.set(key, (own = { unitId, groupId, counts: new Array<number>(DELAY_BUCKETS).fill(0) }))
    own.counts[row.bucket] = (own.counts[row.bucket] ?? 0) + row.events
  }
  const scopes = scopesOf(rule, floors)
  for (const row of rows) {
    if (condition.tier !== 'all' && row.tier !== condition.tier) continue
    const seen = visibility.get(row.day)?.get(row.groupId)
    if (seen === undefined || seen.shownAt === '' || !isInScopes(scopes, seen.shownAt, floors)) continue
    if (rule.per === 'org') add(directory.root, null, row)
    else if (rule.per === 'group') {
      if (seen.own) add(seen.unitId, row.groupId, row)
    } else
      // The unit at which it counts comes first among its own ancestors.
      for (const unitId of directory.tree.ancestorsOn(seen.shownAt, today))
        if (isInScopes(scopes, unitId, floors)) add(unitId, null, row)
  }
  const share = condition.statistic === 'median' ? 0.5 : 0.9
  return [...buckets.values()].map(({ unitId, groupId, counts }) => {
    const positive = counts.map((count) => Math.max(0, count))
    const ms = delayPercentile(positive, share)
    const basis = positive.reduce((sum, count) => sum + count, 0)
    const subject = { ...NOTHING, unitId, groupId }
    // Of a few decisions it would be the time of a single message: they are fine whatever they took.
    if (basis < condition.leastCount || ms === null) return { subject, value: 0, basis, error: null }
    return { subject, value: ms / MINUTE, basis, error: null }
  })
}

import type { PastReading } from '@guanlan/analytics/alerting/backtest'
import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import type { VisibilityOfDay } from '@guanlan/analytics/queries/visibility-book'
import { createCountSurge, SURGE_DEFAULTS, type CountSurge } from '@guanlan/analytics/surge/count-surge'
import type { AlertSubject } from '@guanlan/contract/alert'
import { readSendingHours } from '../../insight/sending-hours.ts'
import { readCountHistory, type StepFigures } from '../count-history.ts'
import { daysOf, HOUR, MINUTE, type ReaderDeps, type RuleOf, type RuleReader } from './reader.ts'

type SurgeRule = RuleOf<'surge'>

/** One instance: its detector over full hours, and what the newest said. */
interface Series {
  readonly subject: AlertSubject
  readonly detector: CountSurge
  score: number
  count: number
}
interface Held {
  readonly key: string
  until: number
  /** From then on the weeks are read anew. */
  readonly readAgainAt: number
  /** Under way: the hours since `until`. */
  catching: Promise<unknown> | null
  failed: unknown
  readonly series: Map<string, Series>
  /** Hours observed: whether somebody was sending, and of whom the floors left something to count. */
  readonly hours: Hour[]
}
interface Hour {
  readonly at: number
  readonly heard: boolean
  readonly shown: (subject: AlertSubject) => boolean
}
interface Fed {
  readonly step: StepFigures
  readonly hour: Hour
}

const HISTORY_DAYS = 35
const KEPT = 50
/** History changes behind the detectors: by imports (what they show is known a minute later), by corrections, by deletion. */
const READ_AGAIN_MS = { first: 10 * MINUTE, then: 24 * HOUR }
/** An hour is over when what was sent in it has landed. */
const SETTLED_MS = 3 * MINUTE
const never = () => false

/** A rise that its own series shows rarely: floored counts of full hours, judged by the detector of the trend panels. */
export function surgeReader(deps: ReaderDeps): RuleReader<'surge'> {
  const { time } = deps
  const held = new Map<string, Held>()
  const lastHour = (now: number) => time.hourStart(now - SETTLED_MS) - HOUR

  function fresh(rule: SurgeRule, until: number, readAgainAt: number): Held {
    const nothing = { catching: null, failed: null, series: new Map(), hours: [] }
    return { key: keyOf(rule), until, readAgainAt, ...nothing }
  }
  async function advance(mine: Held, rule: SurgeRule, last: number, isOver: () => boolean): Promise<Fed[]> {
    const [from, to] = [mine.until + HOUR, last + HOUR]
    if (from >= to) return []
    const [steps, heard, visibility] = await Promise.all([
      readCountHistory(deps, rule, rule.condition, { from, to, stepMs: HOUR, isOver }),
      readSendingHours(deps.read, time, from, to),
      deps.book.of(daysOf(time, from, to)),
    ])
    const shown = new Map([...visibility].map(([day, seen]) => [day, shownIn(seen, deps, day)]))
    return steps.map((step): Fed => {
      const hour = {
        at: step.at,
        heard: heard.has(step.at),
        shown: shown.get(time.dayOf(step.at)) ?? never,
      }
      return { step, hour }
    })
  }
  async function catchUp(mine: Held, rule: SurgeRule, last: number): Promise<void> {
    for (const each of await advance(mine, rule, last, never)) {
      feed(mine, each, deps)
      await breathe()
    }
    mine.until = last
  }
  return {
    async observe(rule, { now }) {
      const known = held.get(rule.id)
      const last = lastHour(now)
      const same = known?.key === keyOf(rule) && known.until <= last ? known : undefined
      const usable = same !== undefined && now < same.readAgainAt ? same : undefined
      const wait = same === undefined ? READ_AGAIN_MS.first : READ_AGAIN_MS.then
      const mine = usable ?? fresh(rule, last - HISTORY_DAYS * 24 * HOUR, now + wait)
      held.delete(rule.id)
      held.set(rule.id, mine)
      if (held.size > KEPT) held.delete([...held.keys()][0] ?? '')
      // Weeks are read aside: other rules are not to wait for them.
      if (mine.until < last && mine.catching === null)
        mine.catching = catchUp(mine, rule, last)
          .catch((error: unknown) => void (mine.failed = error))
          .finally(() => (mine.catching = null))
      if (last - mine.until <= 3 * HOUR) await mine.catching
      if (mine.failed !== null) {
        const error = mine.failed
        held.delete(rule.id)
        throw error
      }
      return mine.catching === null ? [...mine.series.values()].map(observationOf) : null
    },
    async replay(rule, span) {
      // Two weeks before the span, so that the detectors know what is usual when it begins.
      const start = time.hourStart(span.from) - 14 * 24 * HOUR
      const mine = fresh(rule, start - HOUR, Infinity)
      const fed = await advance(mine, rule, lastHour(span.to), span.isOver)
      return replayed(mine, fed, span.from, deps)
    },
  }
}

const keyOf = ({ version, condition, per, where }: SurgeRule) =>
  JSON.stringify([version, condition.counted, per, where])
const breathe = () => new Promise((resolve) => setImmediate(resolve))
const observationOf = ({ subject, score, count }: Series): Observation => ({
  subject,
  ...{ value: score, basis: count, error: null },
})

function* replayed(mine: Held, fed: readonly Fed[], from: number, deps: ReaderDeps): Generator<PastReading> {
  for (const each of fed) {
    feed(mine, each, deps)
    if (each.step.at < from) continue
    yield { at: each.step.at + HOUR, observations: [...mine.series.values()].map(observationOf) }
  }
}

/** Brings every series of a rule on by one hour; one that is new had nothing in the hours before. */
function feed(mine: Held, { step, hour }: Fed, deps: ReaderDeps): void {
  for (const [key, { subject }] of step.sums) {
    if (mine.series.has(key)) continue
    const series = { subject, detector: detectorAt(hour.at, deps), score: 0, count: 0 }
    for (const before of mine.hours)
      if (before.heard) series.detector.observe(before.at, before.shown(subject) ? 0 : null)
    mine.series.set(key, series)
  }
  for (const [key, series] of mine.series) {
    const known = hour.heard && hour.shown(series.subject)
    const count = step.sums.get(key)?.value ?? 0
    const point = series.detector.observe(hour.at, known ? count : null)
    if (known) Object.assign(series, { score: point.score, count })
  }
  mine.hours.push(hour)
  while (mine.hours.length > HISTORY_DAYS * 24) mine.hours.shift()
}

/** Whether the floors leave something to count of a subject on a day: what is not shown is a gap, not a zero. */
function shownIn(seen: VisibilityOfDay, { directory }: ReaderDeps, day: string) {
  const units = new Set<string>()
  for (const { shownAt } of seen.values())
    if (shownAt !== '') for (const unit of directory.tree.ancestorsOn(shownAt, day)) units.add(unit)
  return ({ groupId, unitId }: AlertSubject): boolean =>
    groupId === null ? units.has(unitId) : seen.get(groupId)?.own === true
}

function detectorAt(at: number, { time }: ReaderDeps): CountSurge {
  const day = time.dayOf(at)
  const utcOffsetMinutes = (Date.parse(`${day}T00:00:00Z`) - time.dayStart(day)) / 60_000
  return createCountSurge({ ...SURGE_DEFAULTS, tickMinutes: 60, utcOffsetMinutes, leastCount: 0 })
}

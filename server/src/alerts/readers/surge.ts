import type { PastReading } from '@guanlan/analytics/alerting/backtest'
import { fingerprintOf } from '@guanlan/analytics/alerting/fingerprint'
import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import type { VisibilityOfDay } from '@guanlan/analytics/queries/visibility-book'
import {
  createCountSurge,
  SURGE_DEFAULTS,
  type CountSurge,
  type SurgeState,
} from '@guanlan/analytics/surge/count-surge'
import type { AlertSubject } from '@guanlan/contract/alert'
import { readSendingHours } from '../../insight/sending-hours.ts'
import { observationsOf } from '../count-figures.ts'
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
  /** Start of the newest hour observed. */
  until: number
  /** From then on the weeks are read anew. */
  readonly readAgainAt: number
  /** Under way: the hours since `until`. */
  catching: Promise<unknown> | null
  /** Why reading failed, and when it is tried again. */
  failed: { readonly error: unknown; readonly retryAt: number } | null
  askedAt: number
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
  readonly at: number
  /** Floored counts by instance: everything, from which the detectors learn. */
  readonly counts: Counts
  /** The same without imports and late messages: what an alert may come from. */
  readonly live: Counts
  readonly hour: Hour
}
type Counts = ReadonlyMap<string, Observation>

const HISTORY_DAYS = 35
/** A rule that was not asked for so long is switched off or gone. */
const FORGOTTEN_MS = 2 * HOUR
const RETRY_MS = 2 * MINUTE
/** So few hours are read while the rule is evaluated; more are read aside, one rule after another. */
const AT_ONCE_MS = 3 * HOUR
/** History changes behind the detectors: by imports (what they show is known a minute later), by corrections, by deletion. */
const READ_AGAIN_MS = { first: 10 * MINUTE, then: 24 * HOUR }
/** An hour is over when what was sent in it has landed. */
const SETTLED_MS = 3 * MINUTE
const never = () => false

/** A rise that its own series shows rarely: floored counts of full hours, judged by the detector of the trend panels. */
export function surgeReader(deps: ReaderDeps): RuleReader<'surge'> {
  const { time } = deps
  const held = new Map<string, Held>()
  let reading: Promise<unknown> = Promise.resolve()
  const lastHour = (now: number) => time.hourStart(now - SETTLED_MS) - HOUR

  async function catchUp(mine: Held, rule: SurgeRule, last: number): Promise<void> {
    // Replaced or forgotten while it waited.
    const isOver = () => held.get(rule.id) !== mine
    if (isOver()) return
    for (const each of await readHours(deps, mine, rule, { last, isOver })) {
      if (isOver()) return
      feed(mine, each, deps)
      mine.until = each.at
      await breathe()
    }
    mine.until = last
  }
  /** Weeks are read aside: other rules are not to wait for them, and the store not for fifty of them at once. */
  function start(mine: Held, rule: SurgeRule, last: number, now: number): void {
    const aside = last - mine.until > AT_ONCE_MS
    const work = aside ? reading.then(() => catchUp(mine, rule, last)) : catchUp(mine, rule, last)
    mine.failed = null
    mine.catching = work
      .catch((error: unknown) => void (mine.failed = { error, retryAt: now + RETRY_MS }))
      .finally(() => (mine.catching = null))
    if (aside) reading = mine.catching
  }
  /** Kept for as long as the rule is evaluated. */
  function heldFor(rule: SurgeRule, last: number, now: number): Held {
    for (const [id, { askedAt }] of held) if (now - askedAt > FORGOTTEN_MS) held.delete(id)
    const known = held.get(rule.id)
    const same = known?.key === keyOf(rule) && known.until <= last ? known : undefined
    if (same !== undefined && now < same.readAgainAt) return same
    const wait = same === undefined ? READ_AGAIN_MS.first : READ_AGAIN_MS.then
    const mine = fresh(rule, last - HISTORY_DAYS * 24 * HOUR, now + wait)
    held.set(rule.id, mine)
    return mine
  }
  return {
    async observe(rule, { now }) {
      const last = lastHour(now)
      const mine = heldFor(rule, last, now)
      mine.askedAt = now
      const mayTry =
        mine.failed === null || now >= mine.failed.retryAt || now < mine.failed.retryAt - RETRY_MS
      if (mine.until < last && mine.catching === null && mayTry) start(mine, rule, last, now)
      if (last - mine.until <= AT_ONCE_MS) await mine.catching
      if (mine.failed !== null) throw mine.failed.error
      return mine.catching === null ? [...mine.series.values()].map(observationOf) : null
    },
    async replay(rule, span) {
      // Two weeks before the span, so that the detectors know what is usual when it begins.
      const start = time.hourStart(span.from) - 14 * 24 * HOUR
      const mine = fresh(rule, start - HOUR, Infinity)
      const fed = await readHours(deps, mine, rule, { last: lastHour(span.to), isOver: span.isOver })
      return replayed(mine, fed, span.from, deps)
    },
  }
}

function fresh(rule: SurgeRule, until: number, readAgainAt: number): Held {
  const nothing = { catching: null, failed: null, askedAt: 0, series: new Map(), hours: [] }
  return { key: keyOf(rule), until, readAgainAt, ...nothing }
}

/** The hours after `mine.until` up to `last`, floored one by one. */
async function readHours(
  deps: ReaderDeps,
  mine: Held,
  rule: SurgeRule,
  { last, isOver }: { readonly last: number; readonly isOver: () => boolean },
): Promise<Fed[]> {
  const { time } = deps
  const [from, to] = [mine.until + HOUR, last + HOUR]
  if (from >= to) return []
  const history = (from: number, liveFrom: number) =>
    readCountHistory(deps, rule, rule.condition, { from, to, stepMs: HOUR, liveFrom, isOver })
  const [steps, heard, visibility] = await Promise.all([
    history(from, to),
    readSendingHours(deps.read, time, from, to),
    deps.book.of(daysOf(time, from, to)),
  ])
  // Only the last hour is judged.
  const newest = await history(last, last)
  const shown = new Map([...visibility].map(([day, seen]) => [day, shownIn(seen, deps, day)]))
  const countsOf = (tally: StepFigures['tally']): Counts =>
    new Map(
      observationsOf(rule, rule.condition, tally, deps).map((each) => [
        fingerprintOf(rule.id, each.subject),
        each,
      ]),
    )
  return steps.map(({ at, tally }): Fed => {
    const counts = countsOf(tally)
    const own = newest.find((step) => step.at === at)
    return {
      ...{ at, counts },
      live: own === undefined ? counts : countsOf(own.tally),
      hour: { at, heard: heard.has(at), shown: shown.get(time.dayOf(at)) ?? never },
    }
  })
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
    if (each.at < from) continue
    yield { at: each.at + HOUR, observations: [...mine.series.values()].map(observationOf) }
  }
}

/** Brings every series of a rule on by one hour; one that is new had nothing in the hours before. */
function feed(mine: Held, { counts, live, hour }: Fed, deps: ReaderDeps): void {
  for (const [key, { subject, value }] of counts) {
    if (mine.series.has(key) || value === 0) continue
    const series = { subject, detector: detectorAt(hour.at, deps), score: 0, count: 0 }
    for (const before of mine.hours)
      if (before.heard) series.detector.observe(before.at, before.shown(subject) ? 0 : null)
    mine.series.set(key, series)
  }
  for (const [key, series] of mine.series) {
    const known = hour.heard && hour.shown(series.subject)
    const all = counts.get(key)?.value ?? 0
    const count = live.get(key)?.value ?? 0
    // What is history is usual from now on, and no rise: the hour is judged as if it had not come.
    const before = known && count !== all ? series.detector.snapshot() : undefined
    const point = series.detector.observe(hour.at, known ? all : null)
    const { score } = before === undefined ? point : detectorAt(hour.at, deps, before).observe(hour.at, count)
    if (known) Object.assign(series, { score, count })
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

function detectorAt(at: number, { time }: ReaderDeps, saved?: SurgeState): CountSurge {
  const day = time.dayOf(at)
  const utcOffsetMinutes = (Date.parse(`${day}T00:00:00Z`) - time.dayStart(day)) / 60_000
  return createCountSurge({ ...SURGE_DEFAULTS, tickMinutes: 60, utcOffsetMinutes, leastCount: 0 }, saved)
}

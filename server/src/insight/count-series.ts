import { readHourTiers, type HourTiers } from '@guanlan/analytics/queries/hour-tiers'
import type { Counted } from '@guanlan/analytics/queries/counted'
import type { Read } from '@guanlan/analytics/queries/read'
import type { Window } from '@guanlan/analytics/queries/window'
import {
  createCountSurge,
  SURGE_DEFAULTS,
  type CountSurge,
  type SurgePoint,
} from '@guanlan/analytics/surge/count-surge'
import type { TrendSurge } from '@guanlan/contract/panels'
import type { LocalTime } from '../lib/local-day.ts'

/** Which tiers are watched apart; `violations` is all of them together. */
export const SERIES = ['violations', 'illegal', 'harmful', 'conduct'] as const
export type SeriesName = (typeof SERIES)[number]

/** One unit or group: a detector per tier over full local hours, rebuilt from the rollups when it is first asked for. */
interface Held {
  detectors: Record<SeriesName, CountSurge>
  /** start of the newest hour observed */
  until: number
  points: Map<number, SurgePoint>
  scores: Record<SeriesName, { at: number; score: number }>
  usedAt: number
  /** From then on the weeks are read anew. */
  readAgainAt: number
}

export interface CountSeriesDeps {
  readonly read: Read
  readonly time: LocalTime
  /** Rows of a scope that count on the given days; what is not shown is a gap. */
  counted(scope: string, days: readonly string[]): Promise<Counted>
  /** Hours (ms) in which any source was sending. */
  sending(fromMs: number, toMs: number): Promise<ReadonlySet<number>>
}

export interface CountSeries {
  /** Brings the scope's detectors up to the last full hour and gives its usual range over a window. */
  trend(scope: string, window: Window, now: number): Promise<TrendSurge>
  /** Newest surge scores of the last full hour by tier, nats. */
  scores(scope: string, now: number): Promise<Record<SeriesName, { at: number; score: number }>>
}

const HOUR = 3_600_000
const HISTORY_DAYS = 35
/** History changes behind the detectors: by imports (what they show is known a minute later), by corrections, by deletion. */
const READ_AGAIN_MS = { first: HOUR / 6, then: 24 * HOUR }
const KEPT = 300

/** A scope that nobody has asked for yet. Local time enters as today's offset: a change of the clock blurs one hour a year. */
function fresh(time: LocalTime, now: number, readAgainAt: number): Held {
  const day = time.dayOf(now)
  const utcOffsetMinutes = (Date.parse(`${day}T00:00:00Z`) - time.dayStart(day)) / 60_000
  const options = { ...SURGE_DEFAULTS, tickMinutes: 60, utcOffsetMinutes, leastCount: 5 }
  const none = { at: 0, score: 0 }
  return {
    detectors: {
      violations: createCountSurge(options),
      illegal: createCountSurge(options),
      harmful: createCountSurge(options),
      conduct: createCountSurge(options),
    },
    until: time.hourStart(now) - HISTORY_DAYS * 24 * HOUR,
    points: new Map(),
    scores: { violations: none, illegal: none, harmful: none, conduct: none },
    usedAt: now,
    readAgainAt,
  }
}

export function createCountSeries(deps: CountSeriesDeps): CountSeries {
  const { time } = deps
  const held = new Map<string, Held>()
  const building = new Map<string, Promise<Held>>()

  async function advance(scope: string, now: number): Promise<Held> {
    const known = held.get(scope)
    const wait = known === undefined ? READ_AGAIN_MS.first : READ_AGAIN_MS.then
    const last = time.hourStart(now) - HOUR
    // After the clock was set back what was observed lies in the future.
    const stands = known !== undefined && now < known.readAgainAt && known.until <= last
    const mine = stands ? known : fresh(time, now, now + wait)
    mine.usedAt = now
    if (mine.until < last) await observeHours(scope, mine, last)
    held.set(scope, mine)
    if (held.size > KEPT) {
      const [oldest] = [...held].sort((a, b) => a[1].usedAt - b[1].usedAt)
      if (oldest !== undefined) held.delete(oldest[0])
    }
    return mine
  }

  async function observeHours(scope: string, mine: Held, last: number): Promise<void> {
    const from = mine.until + HOUR
    const [firstDay, lastDay] = [time.dayOf(from), time.dayOf(last)]
    const days: string[] = []
    for (let day = firstDay; day <= lastDay; day = time.addDays(day, 1)) days.push(day)
    const counted = await deps.counted(scope, days)
    const [rows, sending] = await Promise.all([
      readHourTiers(deps.read, counted, { from: firstDay, to: lastDay }),
      deps.sending(from, last + HOUR),
    ])
    const shown = new Set(counted.shownDays)
    const byHour = new Map(rows.map((row) => [row.at, row]))
    for (let at = from; at <= last; at += HOUR) {
      const heard = shown.has(time.dayOf(at)) && (sending.has(at) || byHour.has(at))
      observe(mine, at, heard ? byHour.get(at) : null)
    }
    mine.until = last
    for (const at of mine.points.keys()) if (at < last - HISTORY_DAYS * 24 * HOUR) mine.points.delete(at)
  }

  function observe(mine: Held, at: number, row: HourTiers | undefined | null): void {
    for (const name of SERIES) {
      const count = row === null ? null : row === undefined ? 0 : countOf(row, name)
      const point = mine.detectors[name].observe(at, count)
      if (count !== null) mine.scores[name] = { at, score: point.score }
      if (name === 'violations') mine.points.set(at, point)
    }
  }

  /** One build at a time for a scope, however many panels ask. */
  function current(scope: string, now: number): Promise<Held> {
    const known = building.get(scope)
    if (known !== undefined) return known
    const build = advance(scope, now).finally(() => building.delete(scope))
    building.set(scope, build)
    return build
  }

  return {
    async trend(scope, window, now) {
      return describe(await current(scope, now), window)
    },
    scores: async (scope, now) => (await current(scope, now)).scores,
  }
}

const countOf = (row: HourTiers, name: SeriesName): number =>
  name === 'violations' ? row.illegal + row.harmful + row.conduct : row[name]

/** The hourly band laid over the steps of a window: middles add up, widths add as of independent hours. */
function describe(mine: Held, window: Window): TrendSurge {
  const newest = mine.points.get(mine.until)
  const step = window.stepSeconds * 1000
  const usual: TrendSurge['usual'] = []
  const rises: number[] = []
  for (let i = 0; i < window.steps; i++) {
    const from = window.now.from + i * step
    usual.push(newest === undefined || newest.phase === 'warming' ? null : bandOf(mine, from, from + step))
    for (let hour = Math.floor(from / HOUR) * HOUR; hour < from + step; hour += HOUR)
      if (
        mine.points.get(hour)?.alert === true &&
        hour + HOUR > from &&
        !rises.includes(i) &&
        startsIn(hour, from, step)
      )
        rises.push(i)
  }
  return {
    phase: newest?.phase ?? 'warming',
    learned: newest?.learned ?? { days: 0, of: 14 },
    usual,
    rises,
  }
}

/** A rise of an hour is marked once, where the hour begins. */
const startsIn = (hour: number, from: number, step: number) => hour >= from && hour < from + step

function bandOf(
  mine: Held,
  from: number,
  to: number,
): { lower: number; middle: number; upper: number } | null {
  let [middle, below, above, covered] = [0, 0, 0, 0]
  for (let hour = Math.floor(from / HOUR) * HOUR; hour < to; hour += HOUR) {
    const band =
      mine.points.get(hour)?.usual ?? (hour > mine.until ? mine.detectors.violations.usualAt(hour) : null)
    if (band === null) continue
    const share = (Math.min(to, hour + HOUR) - Math.max(from, hour)) / HOUR
    covered += share
    middle += band.middle * share
    below += (band.middle - band.lower) ** 2 * share
    above += (band.upper - band.middle) ** 2 * share
  }
  if (covered < (0.5 * (to - from)) / HOUR) return null
  const round = (value: number) => Math.round(value * 10) / 10
  return {
    lower: round(Math.max(0, middle - Math.sqrt(below))),
    middle: round(middle),
    upper: round(middle + Math.sqrt(above)),
  }
}

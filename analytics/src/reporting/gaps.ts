import { IANAZone } from 'luxon'
import type { SourceHours } from '../queries/report-sources.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** An hour counts as silent where at least this many messages are usual: of a Poisson count of 5, nothing comes once in 150. */
const LEAST_USUAL = 5
const LEAST_WEEKS = 2
const LEAST_DAYS = 3
/** Less than this share of the messages cannot be what a change is made of. */
const MISSED_SHARE = 0.05

export interface SilentSpan {
  readonly source: string
  /** ms since epoch, `to` exclusive */
  readonly from: number
  readonly to: number
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
  /** Hours are compared at the same time by the clock, also over a change of it. */
  readonly timezone: string
}

/** Gives the instant some days earlier at which the clock of a zone showed the same. */
function clockOf(timezone: string): (at: number, days: number) => number {
  const zone = IANAZone.create(timezone)
  const offsets = new Map<number, number>()
  const offset = (at: number) => {
    const known = offsets.get(at) ?? zone.offset(at) * 60_000
    offsets.set(at, known)
    return known
  }
  return (at, days) => at - days * DAY + offset(at) - offset(at - days * DAY)
}

/**
 * Usual messages of an hour: the same hour of the week in the four weeks before; else the same hour of the days before. The
 * lower median, so that one busy day makes nothing usual.
 */
function usual(
  hours: ReadonlyMap<number, number>,
  at: number,
  first: number,
  earlier: ReturnType<typeof clockOf>,
): number {
  const median = (list: readonly number[]) =>
    [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)] ?? 0
  const back = (days: number, count: number) =>
    Array.from({ length: count }, (_, i) => earlier(at, (i + 1) * days))
      .filter((time) => time >= first)
      .map((time) => hours.get(time) ?? 0)
  const weeks = back(7, 4)
  if (weeks.length >= LEAST_WEEKS) return median(weeks)
  const days = back(1, 7)
  return days.length >= LEAST_DAYS ? median(days) : 0
}

/** Hours of the span in which nothing came although something usually does; starts in ms since epoch. */
function silentHours(hours: ReadonlyMap<number, number>, { fromMs, toMs, timezone }: Span): number[] {
  const first = Math.min(...hours.keys())
  const earlier = clockOf(timezone)
  const silent: number[] = []
  for (let at = fromMs; at < toMs; at += HOUR)
    if ((hours.get(at) ?? 0) === 0 && usual(hours, at, first, earlier) >= LEAST_USUAL) silent.push(at)
  return silent
}

/** Sources that fell silent, longest first. Needs hours of the four weeks before the span as well. */
export function silentSpans(sources: readonly SourceHours[], span: Span): SilentSpan[] {
  return sources
    .flatMap(({ source, hours }) => {
      const spans: { source: string; from: number; to: number }[] = []
      for (const at of silentHours(hours, span)) {
        const last = spans.at(-1)
        if (last !== undefined && last.to === at) last.to = at + HOUR
        else spans.push({ source, from: at, to: at + HOUR })
      }
      return spans
    })
    .sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from || (a.source < b.source ? -1 : 1))
}

/**
 * Hours in which what is usual of the silent sources is a twentieth or more of what is usual of all, or in which nothing at
 * all came although something usually does.
 */
export function gapHours(sources: readonly SourceHours[], span: Span): number[] {
  if (sources.length === 0) return []
  const together = new Map<number, number>()
  for (const { hours } of sources)
    for (const [at, count] of hours) together.set(at, (together.get(at) ?? 0) + count)
  const gaps = new Set(silentHours(together, span))
  const earlier = clockOf(span.timezone)
  const each = sources.map(({ hours }) => ({
    ...{ hours, first: Math.min(...hours.keys()), silent: new Set(silentHours(hours, span)) },
  }))
  for (const at of new Set(each.flatMap(({ silent }) => [...silent]))) {
    const usually = each.map(({ hours, first, silent }) => ({
      ...{ count: usual(hours, at, first, earlier), silent: silent.has(at) },
    }))
    const sum = (list: typeof usually) => list.reduce((total, { count }) => total + count, 0)
    if (sum(usually.filter(({ silent }) => silent)) >= sum(usually) * MISSED_SHARE) gaps.add(at)
  }
  return [...gaps].sort((a, b) => a - b)
}

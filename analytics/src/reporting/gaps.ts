import type { SourceHours } from '../queries/report-sources.ts'

const HOUR = 3_600_000
const WEEK = 7 * 24 * HOUR
/** An hour counts as silent where at least this many messages are usual: of a Poisson count of 5, nothing comes once in 150. */
const LEAST_USUAL = 5
const LEAST_WEEKS = 2
const LEAST_DAYS = 3

export interface SilentSpan {
  readonly source: string
  /** ms since epoch, `to` exclusive */
  readonly from: number
  readonly to: number
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Usual messages of an hour: the same hour of the week in the four weeks before; else the same hour of the days before. The
 * lower median, so that one busy day makes nothing usual.
 */
function usual(hours: ReadonlyMap<number, number>, at: number, first: number): number {
  const median = (list: readonly number[]) =>
    [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)] ?? 0
  const back = (step: number, count: number) =>
    Array.from({ length: count }, (_, i) => at - (i + 1) * step)
      .filter((time) => time >= first)
      .map((time) => hours.get(time) ?? 0)
  const weeks = back(WEEK, 4)
  if (weeks.length >= LEAST_WEEKS) return median(weeks)
  const days = back(24 * HOUR, 7)
  return days.length >= LEAST_DAYS ? median(days) : 0
}

/** Hours of the span in which nothing came although something usually does; starts in ms since epoch. */
function silentHours(hours: ReadonlyMap<number, number>, { fromMs, toMs }: Span): number[] {
  const first = Math.min(...hours.keys())
  const silent: number[] = []
  for (let at = fromMs; at < toMs; at += HOUR)
    if ((hours.get(at) ?? 0) === 0 && usual(hours, at, first) >= LEAST_USUAL) silent.push(at)
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

/** Hours in which no source at all sent anything although together they usually do. */
export function gapHours(sources: readonly SourceHours[], span: Span): number[] {
  const together = new Map<number, number>()
  for (const { hours } of sources)
    for (const [at, count] of hours) together.set(at, (together.get(at) ?? 0) + count)
  return together.size === 0 ? [] : silentHours(together, span)
}

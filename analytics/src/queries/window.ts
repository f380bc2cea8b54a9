import { RANGE_STEPS, type Range } from '@guanlan/contract/scope'
import type { Span } from './counted.ts'

/** The time zone, as the server's local-day module gives it. */
export interface LocalDays {
  dayOf(ms: number): string
  hourStart(ms: number): number
  dayStart(day: string): number
  addDays(day: string, days: number): string
}

const WEEK_MS = 7 * 86_400_000
const HOUR_MS = 3_600_000

/** The span a range shows and the one it is compared with, cut into equal steps. */
export interface Window {
  readonly stepSeconds: number
  readonly steps: number
  readonly now: Span
  readonly before: Span
  /** True when minute tables answer it, false when the rollups by the hour do. */
  readonly byMinute: boolean
  /** Local days touched by both spans, without repeats, oldest first. */
  readonly days: readonly string[]
}

export function daysOf(time: LocalDays, spans: readonly Span[]): string[] {
  const days = new Set<string>()
  for (const { from, to } of spans) {
    const last = time.dayOf(to - 1)
    for (let day = time.dayOf(from); day <= last; day = time.addDays(day, 1)) days.add(day)
  }
  return [...days].sort()
}

/** Start of the step that holds `now`: steps begin at local midnight, so that a day or three hours are those of the clock. */
function stepStart(time: LocalDays, now: number, stepMs: number): number {
  const midnight = time.dayStart(time.dayOf(now))
  return midnight + Math.floor((now - midnight) / stepMs) * stepMs
}

function makeWindow(time: LocalDays, range: Range, now: Span, before: Span): Window {
  const { stepSeconds, steps } = RANGE_STEPS[range]
  return { stepSeconds, steps, now, before, byMinute: stepSeconds < 3600, days: daysOf(time, [now, before]) }
}

/** The last steps of a range, the newest one still running, and the same steps one week earlier. */
export function trendWindow(time: LocalDays, range: Range, at: number): Window {
  const { stepSeconds, steps } = RANGE_STEPS[range]
  const to = stepStart(time, at, stepSeconds * 1000) + stepSeconds * 1000
  const from = to - steps * stepSeconds * 1000
  return makeWindow(time, range, { from, to }, { from: from - WEEK_MS, to: to - WEEK_MS })
}

/** The steps of a range up to now, and the span of the same length just before. */
export function periodWindow(time: LocalDays, range: Range, at: number): Window {
  const { now } = trendWindow(time, range, at)
  const to = Math.min(now.to, at)
  return makeWindow(
    time,
    range,
    { from: now.from, to: now.to },
    { from: now.from - (to - now.from), to: now.from },
  )
}

/** As periodWindow, but beginning at a full local hour: for figures that are kept by the hour only. */
export function hourWindow(time: LocalDays, range: Range, at: number): Window {
  const { now } = trendWindow(time, range, at)
  const from = time.hourStart(now.from)
  const to = time.hourStart(at) + HOUR_MS
  return { ...makeWindow(time, range, { from, to }, { from: from - (to - from), to: from }), byMinute: false }
}

/** Today so far and the same stretch of the same weekday a week ago, to the minute. */
export function todayWindow(time: LocalDays, at: number): Window {
  const today = time.dayOf(at)
  const weekAgo = time.addDays(today, -7)
  const from = time.dayStart(today)
  const to = time.dayStart(time.addDays(today, 1))
  const since = time.dayStart(weekAgo)
  const elapsed = Math.floor((at - from) / 60_000) * 60_000
  return {
    stepSeconds: (to - from) / 1000,
    steps: 1,
    now: { from, to },
    before: { from: since, to: since + elapsed },
    byMinute: true,
    days: [weekAgo, today],
  }
}

/** Bound parameters of a window; instants as whole seconds. */
export function windowParams(window: Window): Record<string, unknown> {
  return {
    nowFrom: window.now.from / 1000,
    nowTo: window.now.to / 1000,
    beforeFrom: Math.floor(window.before.from / 60_000) * 60,
    beforeTo: Math.floor(window.before.to / 60_000) * 60,
    step: window.stepSeconds,
    firstDay: window.days[0] ?? '1970-01-01',
    lastDay: window.days.at(-1) ?? '1970-01-01',
  }
}

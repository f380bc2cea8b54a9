/**
 * One view of a count series in square-root space (where Poisson noise has the same width at every level): an
 * exponentially forgetting level, an hour-of-day profile, an hour-of-week correction that is used only where it has
 * proved itself, and a robust scale. Residuals are clipped before they teach anything, so a burst does not become the
 * new usual.
 */

/** Mutable and plain, so that it can be saved as JSON. */
export interface TrackerState {
  level: number | null
  scale: number
  ticks: number
  recent: number[]
  day: number[]
  dayTicks: number[]
  week: number[]
  weekTicks: number[]
  /** forgetting mean absolute residuals without and with the hour-of-week correction */
  dayError: number
  weekError: number
}

export interface TrackerOptions {
  /** ticks averaged before the root is taken */
  readonly smooth: number
  /** memory of the level, in ticks */
  readonly levelTicks: number
  /** memory of the scale, in ticks */
  readonly scaleTicks: number
  readonly ticksPerHour: number
  /** residuals are clipped at this many scales */
  readonly clip: number
}

/** A moment of the local week: its hour (0..167, any fixed first day) and the share of that hour that has passed. */
export interface WeekTime {
  readonly hour: number
  readonly part: number
}

const DAY_RATE = 0.1
const WEEK_RATE = 0.3
/** Root-space noise of a Poisson count is 1/2; a series cannot be calmer than a tenth of that. */
const LEAST_SCALE = 0.05
/** Mean absolute deviation to standard deviation, a little wide (1.25 would be exact for normal residuals). */
const SPREAD = 1.4
/** An hour of the week counts half after so many hours seen, i.e. two weeks. */
const WEEK_PRIOR_HOURS = 2
/** The correction must cut the mean residual by so much before it is believed. */
const WEEK_GAIN = 0.9

const zeros = (length: number): number[] => Array.from({ length }, () => 0)

export const createTracker = (): TrackerState => ({
  level: null,
  scale: 1,
  ticks: 0,
  recent: [],
  day: zeros(24),
  dayTicks: zeros(24),
  week: zeros(168),
  weekTicks: zeros(168),
  dayError: 0,
  weekError: 0,
})

/** Day profiles are read and taught between the middles of hours, so that a steep morning is not a step. */
const between = (at: WeekTime): readonly [first: number, second: number, weight: number] => {
  const shifted = at.part - 0.5
  const first = (shifted < 0 ? at.hour + 23 : at.hour) % 24
  return [first, (first + 1) % 24, shifted < 0 ? shifted + 1 : shifted]
}

const dayAt = (state: TrackerState, at: WeekTime): number => {
  const [first, second, weight] = between(at)
  return (state.day[first] as number) * (1 - weight) + (state.day[second] as number) * weight
}

const weekAt = (state: TrackerState, options: TrackerOptions, at: WeekTime): number => {
  const hours = (state.weekTicks[at.hour] as number) / options.ticksPerHour
  return (state.week[at.hour] as number) * (hours / (hours + WEEK_PRIOR_HOURS))
}

/** Usual value in root space; null before the first tick. `ready` allows the hour-of-week correction. */
export const expected = (s: TrackerState, o: TrackerOptions, at: WeekTime, ready: boolean): number | null => {
  if (s.level === null) return null
  const week = ready && s.weekError < WEEK_GAIN * s.dayError ? weekAt(s, o, at) : 0
  return s.level + dayAt(s, at) + week
}

/** Anscombe's root keeps small counts apart; negative input is treated as none. */
export const root = (count: number): number => Math.sqrt(Math.max(0, count) + 0.375)

/** Both residuals are clipped alike, so that a burst says nothing about the season. */
const compareSeasons = (s: TrackerState, o: TrackerOptions, at: WeekTime, y: number): void => {
  const bound = o.clip * s.scale
  const plain = y - (s.level as number) - dayAt(s, at)
  const rate = 1 / Math.min(s.ticks + 1, 2 * o.scaleTicks)
  s.dayError += (Math.min(bound, Math.abs(plain)) - s.dayError) * rate
  s.weekError += (Math.min(bound, Math.abs(plain - weekAt(s, o, at))) - s.weekError) * rate
}

/** Adds a share of the residual to one cell; the first hour's worth of ticks is a plain mean. */
const teach = (
  cells: number[],
  seen: number[],
  cell: number,
  share: number,
  residual: number,
  rate: number,
  first: number,
): void => {
  const ticks = (seen[cell] as number) + share
  seen[cell] = ticks
  cells[cell] =
    (cells[cell] as number) + share * Math.max(rate / first, 1 / Math.max(ticks, first)) * residual
}

const learn = (s: TrackerState, o: TrackerOptions, at: WeekTime, residual: number): void => {
  const clipped = Math.max(-o.clip * s.scale, Math.min(o.clip * s.scale, residual))
  s.ticks++
  s.level = (s.level as number) + clipped / Math.min(s.ticks, o.levelTicks)
  s.scale = Math.max(
    LEAST_SCALE,
    s.scale + (Math.abs(clipped) * SPREAD - s.scale) / Math.min(s.ticks, o.scaleTicks),
  )
  const [first, second, weight] = between(at)
  teach(s.day, s.dayTicks, first, 1 - weight, clipped, DAY_RATE, o.ticksPerHour)
  teach(s.day, s.dayTicks, second, weight, clipped, DAY_RATE, o.ticksPerHour)
  teach(s.week, s.weekTicks, at.hour, 1, clipped, WEEK_RATE, o.ticksPerHour)
}

/** Residual of one tick in scales, before the tick is learned. */
export const observeTracker = (
  s: TrackerState,
  o: TrackerOptions,
  count: number,
  at: WeekTime,
  ready: boolean,
): number => {
  s.recent.push(count)
  if (s.recent.length > o.smooth) s.recent.shift()
  let sum = 0
  for (const value of s.recent) sum += value
  const y = root(sum / s.recent.length)
  s.level ??= y
  const residual = y - (expected(s, o, at, ready) as number)
  const z = residual / s.scale
  compareSeasons(s, o, at, y)
  learn(s, o, at, residual)
  return z
}

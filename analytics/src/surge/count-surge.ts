/**
 * Surge of a count (message volume, a harm category's events): several trackers see the series with different memories,
 * each judges how rare the newest value is among its own past peaks, and the mean of their log return periods is the
 * score. Only the onset of a rise alerts. Missing data is given as a gap (null), is never learned and never alerts.
 */
import type { RecurrenceState } from './recurrence.ts'
import { createRecurrence, habitAt, noteHour } from './recurrence.ts'
import type { TailOptions, TailState } from './tail.ts'
import { createTail, logReturn, observeTail } from './tail.ts'
import type { TrackerOptions, TrackerState, WeekTime } from './tracker.ts'
import { createTracker, expected, observeTracker, root } from './tracker.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
export const LEARNING_DAYS = 14

export interface SurgeOptions {
  /** minutes of a tick; every observation is the count of one tick */
  readonly tickMinutes: number
  /** local time minus UTC in minutes, for the hour of the day and week (480 for Asia/Shanghai) */
  readonly utcOffsetMinutes: number
  /** score from which an onset alerts, in nats of return period over 12 h blocks (2.35: about once in 5 days) */
  readonly threshold: number
  /** events the last three ticks must hold together before a rise may alert; 0 for volumes */
  readonly leastCount: number
}

export const SURGE_DEFAULTS: SurgeOptions = {
  tickMinutes: 5,
  utcOffsetMinutes: 480,
  threshold: 2.35,
  leastCount: 0,
}

/** Mutable and plain: JSON.stringify and JSON.parse bring a detector back exactly. */
export interface SurgeState {
  readonly version: 1
  lastAt: number | null
  /** ticks with data */
  ticks: number
  quietUntil: number
  /** capped scores of the hold period: [time, score], falling scores */
  held: [number, number][]
  recent: number[]
  habit: RecurrenceState
  members: { tracker: TrackerState; tail: TailState }[]
}

export interface SurgePoint {
  /** nats: log of the return period in 12 h blocks; 0 while warming or in a gap */
  readonly score: number
  /** min(score, cap) at the onset of a rise, else 0: what a threshold is compared with */
  readonly onset: number
  readonly alert: boolean
  /** usual range of the tick's count for the charts; null before the first tick */
  readonly usual: { readonly lower: number; readonly middle: number; readonly upper: number } | null
  /** warming: cannot alert yet; learning: alerts, no hour-of-week season yet */
  readonly phase: 'warming' | 'learning' | 'ready'
  /** days with data, at most `of`: "learning, n of 14 days" */
  readonly learned: { readonly days: number; readonly of: typeof LEARNING_DAYS }
}

const SMOOTH_TICKS = [1, 3]
const LEVEL_HOURS = [12, 48, 96]
const CLIPS = [2, 3]
const SCALE_HOURS = 200
const BLOCK_HOURS = 12
/** Residuals of the first hours are measured with an unlearned scale: they are no peaks. */
const SETTLE_HOURS = 12
const HOLD_HOURS = 12
const MARGIN = 0.3
const CAP_ABOVE_THRESHOLD = 0.35
/** A rise must exceed last week's same hour by so many scales. */
const HABIT_SCALES = 1
/** Root-space rise below which nothing is a surge: twice the Poisson noise of a tick (1/2), whatever the history. */
const LEAST_RISE = 1
/** Half-width of the usual range in scales; about 98 % of ordinary ticks. */
const BAND = 2.5

const memberOptions = (ticksPerHour: number): TrackerOptions[] =>
  SMOOTH_TICKS.flatMap((smooth) =>
    LEVEL_HOURS.flatMap((hours) =>
      CLIPS.map((clip) => ({
        smooth,
        clip,
        ticksPerHour,
        levelTicks: Math.max(1, hours * ticksPerHour),
        scaleTicks: Math.max(1, SCALE_HOURS * ticksPerHour),
      })),
    ),
  )

/** The member whose level and scale draw the usual range: unsmoothed, two days of memory. */
const BAND_MEMBER = 3

export interface CountSurge {
  /**
   * @param at start of the tick, epoch ms, later than the one before; ticks that were skipped count as gaps
   * @param count events of the tick, or null when the data is missing or incomplete
   * @throws RangeError when time does not move forward
   */
  observe(at: number, count: number | null): SurgePoint
  /** Usual range at any time near the present, without observing. */
  usualAt(at: number): SurgePoint['usual']
  snapshot(): SurgeState
}

const freshState = (members: number): SurgeState => ({
  version: 1,
  lastAt: null,
  ticks: 0,
  quietUntil: 0,
  held: [],
  recent: [],
  habit: createRecurrence(),
  members: Array.from({ length: members }, () => ({ tracker: createTracker(), tail: createTail() })),
})

const weekTime = (at: number, offsetMinutes: number): WeekTime => {
  const hours = (at + offsetMinutes * 60_000) / HOUR
  const whole = Math.floor(hours)
  return { hour: ((whole % 168) + 168) % 168, part: hours - whole }
}

/** Keeps the largest capped score of the hold period; a rise is an onset only when it clears that by a margin. */
const onsetOf = (state: SurgeState, at: number, capped: number): number => {
  while (state.held.length > 0 && (state.held[0] as [number, number])[0] < at - HOLD_HOURS * HOUR)
    state.held.shift()
  const before = state.held[0]?.[1] ?? 0
  while (state.held.length > 0 && (state.held.at(-1) as [number, number])[1] <= capped) state.held.pop()
  state.held.push([at, capped])
  return capped > before + MARGIN ? capped : 0
}

/** After a gap the averages are stale: stay quiet for a quarter of its length, at least the smoothing, at most 12 h. */
const noteGap = (state: SurgeState, at: number, tick: number): void => {
  if (state.lastAt === null || at - state.lastAt <= 1.5 * tick) return
  const missing = at - state.lastAt - tick
  state.quietUntil = Math.max(state.quietUntil, at + Math.min(12 * HOUR, Math.max(missing / 4, 3 * tick)))
  state.recent = []
  for (const { tracker } of state.members) tracker.recent = []
}

/** One detector: its options worked out for the tick, and its state. */
interface Detector {
  readonly options: SurgeOptions
  readonly tick: number
  readonly settle: number
  readonly trackers: readonly TrackerOptions[]
  readonly tail: TailOptions
  readonly state: SurgeState
}

const phaseOf = ({ state, tail, tick }: Detector): SurgePoint['phase'] => {
  if ((state.members[0]?.tail.maxima.length ?? 0) < tail.least) return 'warming'
  return state.ticks * tick >= LEARNING_DAYS * DAY ? 'ready' : 'learning'
}

const bandMember = ({ state }: Detector): TrackerState => state.members[BAND_MEMBER]?.tracker as TrackerState

/** Usual value in root space. */
const expectedAt = (detector: Detector, at: number): number | null => {
  const week = weekTime(at, detector.options.utcOffsetMinutes)
  const ready = phaseOf(detector) === 'ready'
  return expected(bandMember(detector), detector.trackers[BAND_MEMBER] as TrackerOptions, week, ready)
}

const bandOf = (detector: Detector, y: number | null): SurgePoint['usual'] => {
  if (y === null) return null
  const half = BAND * bandMember(detector).scale
  const count = (value: number): number => Math.max(0, Math.max(0, value) ** 2 - 0.375)
  return { lower: count(y - half), middle: count(y), upper: count(y + half) }
}

/** Mean log return period over the members; every member learns the tick. */
const scoreOf = (detector: Detector, at: number, count: number): number => {
  const { state, tail, trackers, settle } = detector
  const week = weekTime(at, detector.options.utcOffsetMinutes)
  const ready = phaseOf(detector) === 'ready'
  let sum = 0
  state.members.forEach((member, i) => {
    const z = observeTracker(member.tracker, trackers[i] as TrackerOptions, count, week, ready)
    sum += logReturn(member.tail, tail, z)
    // Neither unlearned residuals nor those right after a gap are peaks to compare with.
    if (state.ticks >= settle && at >= state.quietUntil) observeTail(member.tail, tail, z)
  })
  state.ticks++
  return sum / state.members.length
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)

/** A rise that is no larger than chance, or of too few events to speak of. */
const isSmall = ({ state, options }: Detector, usual: number | null): boolean => {
  const mean = meanOf(state.recent)
  const y = Math.max(root(state.recent.at(-1) ?? 0), root(mean))
  return mean * state.recent.length < options.leastCount || usual === null || y - usual < LEAST_RISE
}

const isHabit = (detector: Detector, at: number): boolean => {
  const { habit, recent } = detector.state
  const { hour } = weekTime(at, detector.options.utcOffsetMinutes)
  const now = root(meanOf(recent))
  const largest = habitAt(habit, hour)
  noteHour(habit, hour, now)
  return largest !== null && now <= largest + HABIT_SCALES * bandMember(detector).scale
}

const pointOf = (
  detector: Detector,
  score: number,
  onset: number,
  usual: SurgePoint['usual'],
): SurgePoint => {
  const days = Math.floor((detector.state.ticks * detector.tick) / DAY)
  return {
    score,
    onset,
    alert: onset >= detector.options.threshold,
    usual,
    phase: phaseOf(detector),
    learned: { days: Math.min(LEARNING_DAYS, days), of: LEARNING_DAYS },
  }
}

const observe = (detector: Detector, at: number, count: number | null): SurgePoint => {
  const { state, options, tick } = detector
  if (state.lastAt !== null && at <= state.lastAt)
    throw new RangeError('observations must move forward in time')
  const before = expectedAt(detector, at)
  const usual = bandOf(detector, before)
  if (count === null || !Number.isFinite(count)) return pointOf(detector, 0, 0, usual)
  noteGap(state, at, tick)
  state.lastAt = at
  state.recent.push(count)
  if (state.recent.length > 3) state.recent.shift()
  const score = scoreOf(detector, at, count)
  const habit = isHabit(detector, at)
  if (habit || isSmall(detector, before) || at < state.quietUntil) return pointOf(detector, 0, 0, usual)
  const onset = onsetOf(state, at, Math.min(score, options.threshold + CAP_ABOVE_THRESHOLD))
  return pointOf(detector, score, onset, usual)
}

/** Detector of one series. `saved` is an earlier snapshot() made with the same tick length. */
export const createCountSurge = (options: SurgeOptions = SURGE_DEFAULTS, saved?: SurgeState): CountSurge => {
  const tick = options.tickMinutes * 60_000
  const perHour = HOUR / tick
  const trackers = memberOptions(perHour)
  const block = Math.max(1, Math.round(BLOCK_HOURS * perHour))
  const detector: Detector = {
    options,
    tick,
    trackers,
    settle: SETTLE_HOURS * perHour,
    tail: { block, keep: 60, least: 5, tops: [3, 8, 16], prior: 0.2 },
    state: saved ? structuredClone(saved) : freshState(trackers.length),
  }
  return {
    observe: (at, count) => observe(detector, at, count),
    usualAt: (at) => bandOf(detector, expectedAt(detector, at)),
    snapshot: () => structuredClone(detector.state),
  }
}

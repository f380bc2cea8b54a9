/** Who is on duty: rotations, overrides and swaps over the organisation's calendar; gaps and imbalance ahead. */
import type { Roster, RosterOverride, WorkCalendar } from '@guanlan/contract/escalation'
import { addDays, daysBetween } from '../days.ts'
import { instantOf, isWorkingDay, localTime, nextDay, weekdayOf } from './calendar.ts'

/** A stretch of duty, epoch ms, end exclusive; accountId null: nobody. Consecutive turns of one person are not merged. */
export interface Turn {
  readonly from: number
  readonly until: number
  readonly accountId: string | null
  readonly by: 'rotation' | 'override' | 'gap'
}

const isDutyDay = (roster: Roster, calendar: WorkCalendar, day: string): boolean =>
  roster.on === 'every-day' || isWorkingDay(calendar, day) === (roster.on === 'working-days')

/** Duty days from the start day to `day`, so that a holiday does not skip anybody's turn. */
const dutyIndex = (roster: Roster, calendar: WorkCalendar, day: string): number => {
  const days = daysBetween(roster.startDay, day)
  if (roster.on === 'every-day') return days
  const step = days < 0 ? -1 : 1
  let index = 0
  for (let i = 0; i !== days; i += step) {
    if (isDutyDay(roster, calendar, addDays(roster.startDay, step < 0 ? i - 1 : i))) index += step
  }
  return index
}

const personAt = (roster: Roster, index: number): string | null => {
  const n = roster.people.length
  return n === 0 ? null : (roster.people[((index % n) + n) % n] ?? null)
}

const weekStart = (day: string, weekday: number): string =>
  addDays(day, -((weekdayOf(day) - weekday + 7) % 7))

/** Turns that begin on one local day, by rotation alone. `index` is the day's duty index. */
const turnsOfDay = (roster: Roster, calendar: WorkCalendar, day: string, index: number): Turn[] => {
  const { rotation } = roster
  if (!isDutyDay(roster, calendar, day)) return []
  const turn = (from: number, until: number, accountId: string | null): Turn => ({
    from,
    until,
    accountId,
    by: accountId === null ? 'gap' : 'rotation',
  })
  if (rotation.kind === 'shifts') {
    return rotation.shifts.map(({ from, to }, k) => {
      const endDay = to > from ? day : nextDay(day)
      return turn(
        instantOf(calendar, day, from),
        instantOf(calendar, endDay, to),
        personAt(roster, index * rotation.shifts.length + k),
      )
    })
  }
  const from = instantOf(calendar, day, rotation.handoverMinute)
  const until = instantOf(calendar, nextDay(day), rotation.handoverMinute)
  if (rotation.kind === 'daily') return [turn(from, until, personAt(roster, index))]
  const weeks =
    daysBetween(weekStart(roster.startDay, rotation.weekday), weekStart(day, rotation.weekday)) / 7
  return [turn(from, until, personAt(roster, weeks))]
}

const clip = (turn: Turn, from: number, until: number): Turn => ({
  ...turn,
  from: Math.max(turn.from, from),
  until: Math.min(turn.until, until),
})

const withoutSpan = (turns: readonly Turn[], from: number, until: number): Turn[] =>
  turns.flatMap((turn) => {
    if (turn.until <= from || turn.from >= until) return [turn]
    const parts = [clip(turn, turn.from, from), clip(turn, until, turn.until)]
    return parts.filter((part) => part.until > part.from)
  })

const withOverride = (turns: readonly Turn[], { from, until, accountId }: RosterOverride): Turn[] => [
  ...withoutSpan(turns, from, until),
  { from, until, accountId, by: 'override' },
]

/** What lies between turns is a gap too. Overlapping shifts stay: then two people are on duty. */
const withGaps = (turns: readonly Turn[], from: number, until: number): Turn[] => {
  const gaps: Turn[] = []
  let covered = from
  for (const turn of turns) {
    if (turn.from > covered) gaps.push({ from: covered, until: turn.from, accountId: null, by: 'gap' })
    covered = Math.max(covered, turn.until)
  }
  if (covered < until) gaps.push({ from: covered, until, accountId: null, by: 'gap' })
  return [...turns, ...gaps].sort((a, b) => a.from - b.from)
}

/** Every turn that touches [from, until), clipped to it, in order, gaps included; they cover the span without holes. */
export const turnsBetween = (roster: Roster, calendar: WorkCalendar, from: number, until: number): Turn[] => {
  const first = addDays(localTime(calendar, from).day, -1)
  const last = localTime(calendar, until).day
  let turns: Turn[] = []
  let index = dutyIndex(roster, calendar, first)
  for (let day = first; day <= last; day = nextDay(day)) {
    turns.push(...turnsOfDay(roster, calendar, day, index))
    if (isDutyDay(roster, calendar, day)) index++
  }
  for (const override of roster.overrides) turns = withOverride(turns, override)
  const inside = turns
    .filter((turn) => turn.until > from && turn.from < until)
    .map((turn) => clip(turn, from, until))
  return withGaps(
    inside.sort((a, b) => a.from - b.from),
    from,
    until,
  )
}

/** Accounts on duty at an instant; empty in a gap. */
export const onDuty = (roster: Roster, calendar: WorkCalendar, at: number): string[] => [
  ...new Set(
    turnsBetween(roster, calendar, at, at + 1).flatMap(({ accountId }) =>
      accountId === null ? [] : [accountId],
    ),
  ),
]

/** Two people trade two stretches: two overrides that name each other. @throws RangeError for a stretch nobody has. */
export const swap = (roster: Roster, a: Turn, b: Turn, ids: readonly [string, string]): Roster => {
  if (a.accountId === null || b.accountId === null) throw new RangeError('a gap cannot be swapped')
  const overrides = [
    { id: ids[0], from: a.from, until: a.until, accountId: b.accountId },
    { id: ids[1], from: b.from, until: b.until, accountId: a.accountId },
  ]
  return { ...roster, overrides: [...roster.overrides, ...overrides] }
}

export interface Outlook {
  readonly gaps: readonly { readonly from: number; readonly until: number }[]
  /** hours of duty a person of the roster, all and outside working time; for planning turns, nothing else */
  readonly load: readonly { readonly accountId: string; readonly hours: number; readonly offHours: number }[]
  /** largest minus smallest hours; uneven when over a tenth of the mean plus one turn */
  readonly spreadHours: number
  readonly uneven: boolean
}

const HOUR = 3_600_000
const FOUR_WEEKS = 28 * 24 * HOUR

const joined = (turns: readonly Turn[]): { from: number; until: number }[] => {
  const gaps: { from: number; until: number }[] = []
  for (const { from, until } of turns.filter(({ accountId }) => accountId === null)) {
    const last = gaps.at(-1)
    if (last && last.until >= from) last.until = Math.max(last.until, until)
    else gaps.push({ from, until })
  }
  return gaps
}

/** Hours of a turn outside working time, in steps of a quarter of an hour. */
const offHoursOf = (turn: Turn, isWorking: (at: number) => boolean): number => {
  let off = 0
  for (let at = turn.from; at < turn.until; at += HOUR / 4)
    if (!isWorking(at)) off += Math.min(HOUR / 4, turn.until - at)
  return off / HOUR
}

/** Gaps and imbalance of the next four weeks (or another span). */
export const outlook = (
  roster: Roster,
  calendar: WorkCalendar,
  now: number,
  isWorking: (at: number) => boolean,
  span = FOUR_WEEKS,
): Outlook => {
  const turns = turnsBetween(roster, calendar, now, now + span)
  const people = [
    ...new Set([
      ...roster.people,
      ...turns.flatMap(({ accountId }) => (accountId === null ? [] : [accountId])),
    ]),
  ]
  const load = people.map((accountId) => {
    const own = turns.filter((turn) => turn.accountId === accountId)
    return {
      accountId,
      hours: own.reduce((sum, { from, until }) => sum + (until - from) / HOUR, 0),
      offHours: own.reduce((sum, turn) => sum + offHoursOf(turn, isWorking), 0),
    }
  })
  const hours = load.map((l) => l.hours)
  const spreadHours = hours.length === 0 ? 0 : Math.max(...hours) - Math.min(...hours)
  const mean = hours.reduce((a, b) => a + b, 0) / Math.max(1, hours.length)
  const longest = Math.max(
    0,
    ...turns.filter((t) => t.by === 'rotation').map(({ from, until }) => (until - from) / HOUR),
  )
  const turnHours = roster.rotation.kind === 'weekly' ? 7 * longest : longest
  return { gaps: joined(turns), load, spreadHours, uneven: spreadHours > mean / 10 + turnHours }
}

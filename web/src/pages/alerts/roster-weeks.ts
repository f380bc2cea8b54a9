import type { Turn } from '@guanlan/contract/roster'

const DAY = 86_400_000

interface RosterPart extends Turn {
  /** Of the turn, what lies on this day: ms since epoch. */
  readonly start: number
  readonly end: number
}
export interface RosterDay {
  /** Local midnight, ms since epoch. */
  readonly at: number
  /** `2026-11-21`, as the calendar of the organisation writes it. */
  readonly day: string
  readonly parts: RosterPart[]
}

const midnight = (at: number, offset: number) => Math.floor((at + offset) / DAY) * DAY - offset
/** 0 for Monday. Day 0 of the epoch was a Thursday. */
const weekday = (at: number, offset: number) => (Math.floor((at + offset) / DAY) + 3) % 7

/** Whole local weeks from Monday on that hold `now` and the 28 days after it, with the turns of each day. */
export function rosterWeeks(turns: readonly Turn[], now: number, utcOffsetMinutes: number): RosterDay[][] {
  const offset = utcOffsetMinutes * 60_000
  const today = midnight(now, offset)
  const first = today - weekday(today, offset) * DAY
  const count = Math.ceil((today + 28 * DAY - first) / (7 * DAY))
  return Array.from({ length: count }, (_week, week) =>
    Array.from({ length: 7 }, (_day, i) => {
      const at = first + (week * 7 + i) * DAY
      const parts = turns
        .filter((turn) => turn.until > at && turn.from < at + DAY)
        .map((turn) => ({ ...turn, start: Math.max(turn.from, at), end: Math.min(turn.until, at + DAY) }))
      return { at, day: new Date(at + offset).toISOString().slice(0, 10), parts }
    }),
  )
}

/** What a field for a day and a time gives, as a moment; null when it is not complete. */
export function momentOf(local: string, utcOffsetMinutes: number): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(local)) return null
  const at = Date.parse(`${local.slice(0, 16)}:00Z`)
  return Number.isNaN(at) ? null : at - utcOffsetMinutes * 60_000
}

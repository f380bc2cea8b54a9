/** Who has to read the note that went with the turn before, and when its being unread is itself news. */
import type { Roster, WorkCalendar } from '@guanlan/contract/escalation'
import type { Turn } from './roster.ts'
import { turnsBetween } from './roster.ts'

/** The newest note of a roster; times epoch ms. */
export interface LeftNote {
  readonly by: string
  readonly at: number
  readonly readBy: readonly string[]
}

interface Handover {
  /** accounts on duty now that may take nothing until they have read the note */
  readonly owedBy: readonly string[]
  /** nobody on duty has read it in the first half hour in which somebody owed it */
  readonly overdue: boolean
}

export const UNREAD_MS = 30 * 60_000
/** Two weekly turns and a gap. */
const LOOK_BACK = 16 * 86_400_000
const NOTHING_OWED: Handover = { owedBy: [], overdue: false }

/** When the unbroken stretch of duty began in which an account stands at `at`. */
const stretchFrom = (turns: readonly Turn[], accountId: string, at: number): number => {
  const earlier = turns.findLast((turn) => turn.accountId === accountId && turn.from < at && turn.until >= at)
  return earlier === undefined ? at : stretchFrom(turns, accountId, earlier.from)
}

/** Since when the turn before began: a note from before that was for others, and they have read it. */
const turnBefore = (turns: readonly Turn[], accountId: string, from: number): number => {
  const last = turns.findLast(
    (turn) => turn.accountId !== null && turn.accountId !== accountId && turn.from < from,
  )
  if (last === undefined || last.accountId === null) return -Infinity
  return stretchFrom(turns, last.accountId, last.from)
}

/**
 * What the newest note asks of whoever is on duty at `now`. It is owed by each of them who neither wrote nor read it, if it
 * was left in this turn or the one before, or has not been read by anybody; never by somebody who is not on duty.
 */
export const handoverAt = (
  roster: Roster,
  calendar: WorkCalendar,
  note: LeftNote | null,
  now: number,
): Handover => {
  if (note === null || note.at > now) return NOTHING_OWED
  const turns = turnsBetween(roster, calendar, now - LOOK_BACK, now + 1)
  const here = turns.flatMap(({ accountId, until }) => (accountId !== null && until > now ? [accountId] : []))
  const owed = [...new Set(here)].flatMap((accountId) => {
    if (accountId === note.by || note.readBy.includes(accountId)) return []
    const from = stretchFrom(turns, accountId, now)
    const meant = note.readBy.length === 0 || note.at >= turnBefore(turns, accountId, from)
    return meant ? [{ accountId, since: Math.max(from, note.at) }] : []
  })
  const wasRead = here.some((accountId) => note.readBy.includes(accountId))
  const overdue = !wasRead && owed.some(({ since }) => now - since >= UNREAD_MS)
  return { owedBy: owed.map(({ accountId }) => accountId), overdue }
}

/**
 * May a deed on an alert go on while its note is unread? Taking a red alert never waits, nor does handing it to another;
 * both are to be recorded. Everything else waits for the note.
 */
export const waitsForNote = (
  deed: 'acknowledge' | 'start' | 'assign' | 'resolve',
  level: 'blue' | 'yellow' | 'orange' | 'red',
): boolean => level !== 'red' || deed === 'resolve'

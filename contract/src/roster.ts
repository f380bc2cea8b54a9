import { z } from 'zod'
import { Roster } from './escalation.ts'

/** A stretch of duty, ms since epoch, end exclusive; accountId null: nobody. */
export const Turn = z.strictObject({
  from: z.int(),
  until: z.int(),
  accountId: z.string().nullable(),
  by: z.enum(['rotation', 'override', 'gap']),
})
export type Turn = z.infer<typeof Turn>

/** Gaps and imbalance of the next four weeks; hours serve planning turns and nothing else. */
export const RosterOutlook = z.strictObject({
  gaps: z.array(z.strictObject({ from: z.int(), until: z.int() })),
  load: z.array(z.strictObject({ accountId: z.string(), hours: z.number(), offHours: z.number() })),
  spreadHours: z.number(),
  uneven: z.boolean(),
})
export type RosterOutlook = z.infer<typeof RosterOutlook>

/** Left by who goes for who comes; has to be marked as read. */
export const HandoverNote = z.strictObject({
  id: z.string(),
  by: z.string(),
  at: z.int(),
  text: z.string().max(500),
  readBy: z.array(z.string()),
})
export type HandoverNote = z.infer<typeof HandoverNote>

export const RosterView = z.strictObject({
  /** As it stands now: `role:` entries are the accounts that hold the role. */
  roster: Roster,
  /** The people as they were saved, `role:<name>` entries included: what an edit starts from. */
  entries: z.array(z.string()),
  version: z.int(),
  /** On duty now; empty in a gap. */
  onDuty: z.array(z.string()),
  turns: z.array(Turn),
  outlook: RosterOutlook,
  handover: HandoverNote.nullable(),
  /** On duty now and still to read the note before anything is taken. */
  owedBy: z.array(z.string()),
  /** May the caller leave and mark hand-over notes here? */
  mayNote: z.boolean(),
  /** Path of the iCalendar feed with the caller's own feed key. */
  feed: z.string(),
  names: z.record(z.string(), z.string()),
})
export type RosterView = z.infer<typeof RosterView>

/** Two turns trade people; each is named by a moment inside it. */
export const SwapRequest = z.strictObject({ first: z.int(), second: z.int() })
export type SwapRequest = z.infer<typeof SwapRequest>

import type { AlertLevel } from '@guanlan/contract/alert-rule'
import type { RosterView } from '@guanlan/contract/roster'

/** Somebody else left a note that this account has not read. */
export function owesReading({ handover }: Pick<RosterView, 'handover'>, accountId: string): boolean {
  return handover !== null && handover.by !== accountId && !handover.readBy.includes(accountId)
}

/** Rosters whose note this account has to read before it takes anything, as the server decides it. */
export function toRead<V extends Pick<RosterView, 'owedBy'>>(views: readonly V[], accountId: string): V[] {
  return views.filter((view) => view.owedBy.includes(accountId))
}

/** May an alert of this level be taken while so many notes are unread? Red never waits. */
export const mayTake = (level: AlertLevel, unread: number): boolean => unread === 0 || level === 'red'

import type { RosterView } from '@guanlan/contract/roster'

type Handed = Pick<RosterView, 'handover' | 'onDuty'>

/** Somebody else left a note that this account has not read. */
export function owesReading({ handover }: Pick<Handed, 'handover'>, accountId: string): boolean {
  return handover !== null && handover.by !== accountId && !handover.readBy.includes(accountId)
}

/** Rosters whose note this account has to read before it takes anything: those on which it is on duty now. */
export function toRead<V extends Handed>(views: readonly V[], accountId: string): V[] {
  return views.filter((view) => view.onDuty.includes(accountId) && owesReading(view, accountId))
}

/**
 * What happened at this hour a week ago: a rise that does not exceed it is a habit (weekly meeting, Monday report), not
 * a surge. Keeps the largest smoothed value of each hour of the week; an hour is filed two hours after it ended, so that
 * a rise is never compared with its own beginning.
 */

/** Mutable and plain, so that it can be saved as JSON. */
export interface RecurrenceState {
  weekAgo: (number | null)[]
  pending: { hour: number; largest: number }[]
}

export const createRecurrence = (): RecurrenceState => ({
  weekAgo: Array.from({ length: 168 }, () => null),
  pending: [],
})

/** Largest value of the same hour ±1 h a week ago, in the unit that was noted; null when nothing was noted then. */
export const habitAt = (state: RecurrenceState, hour: number): number | null => {
  let largest: number | null = null
  for (const slot of [(hour + 167) % 168, hour, (hour + 1) % 168]) {
    const value = state.weekAgo[slot] ?? null
    if (value !== null && (largest === null || value > largest)) largest = value
  }
  return largest
}

/** Notes a value in its hour of the week. Hours without data keep no value once a week has passed over them. */
export const noteHour = (state: RecurrenceState, hour: number, value: number): void => {
  const current = state.pending.at(-1)
  if (current?.hour === hour) {
    current.largest = Math.max(current.largest, value)
    return
  }
  if (current)
    for (let slot = (current.hour + 1) % 168; slot !== hour; slot = (slot + 1) % 168)
      state.weekAgo[slot] = null
  state.pending.push({ hour, largest: value })
  while (state.pending.length > 2) {
    const filed = state.pending.shift() as { hour: number; largest: number }
    state.weekAgo[filed.hour] = filed.largest
  }
}

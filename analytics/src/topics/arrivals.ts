/** What the order of arrival tells: which groups are new to the stream, and whether data was missing until just now. */
export interface Arrivals {
  /** call for each message, in order */
  note(group: number, at: number, messagesPerDay: number): void
  /** does the group's talk count? Groups that joined after the first day count from their fourth day: their words are new, not news */
  settled(group: number, at: number): boolean
  /** is there a group that does not count yet? */
  joining(at: number): boolean
  /** did at least an hour's worth of messages stay away, and come back (often in a heap) less than two hours ago? */
  afterGap(at: number): boolean
  bytes(): number
}

const hour = 3_600_000
const day = 24 * hour
const groupAge = 3 * day
/** messages that must be missing before silence counts as a gap */
const missing = 60

export function createArrivals(startedAt: number): Arrivals {
  const firstSeen = new Map<number, number>()
  let newestGroup = 0
  let newest = startedAt
  let gapEnd = -Infinity
  return {
    note(group, at, messagesPerDay) {
      const silence = at - newest
      if (silence >= hour && (messagesPerDay * silence) / day >= missing) gapEnd = at
      newest = Math.max(newest, at)
      if (firstSeen.has(group)) return
      firstSeen.set(group, at)
      newestGroup = Math.max(newestGroup, at)
    },
    settled(group, at) {
      const first = firstSeen.get(group) ?? at
      return first - startedAt < day || at - first >= groupAge
    },
    joining: (at) => newestGroup - startedAt >= day && at - newestGroup < groupAge,
    afterGap: (at) => at - gapEnd < 2 * hour,
    bytes: () => firstSeen.size * 40,
  }
}

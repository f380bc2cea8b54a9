import type { CountRow } from './count-row.ts'

const MINUTE = 60_000
const HOUR = 3_600_000

/** One message: the minute it was sent in and the moment it was accepted, ms since epoch; category '' when allowed. */
interface Seen {
  readonly groupId: string
  readonly category: string
  readonly minute: number
  readonly acceptedAt: number
}

/**
 * What the store can't tell: messages that were accepted inside a window but sent before it. Rules count what has been
 * accepted, while the store keeps the minute of sending. In memory, for windows of up to `keptMinutes`.
 */
export function createLateCounts(keptMinutes: number) {
  const accepted = new Map<number, Map<string, CountRow>>()
  return {
    add({ groupId, category, minute, acceptedAt }: Seen): void {
      const at = Math.floor(acceptedAt / MINUTE) * MINUTE
      if (minute >= at) return
      // Older than any window: which minute no longer matters, only its day.
      const sent = at - minute > keptMinutes * MINUTE ? Math.floor(minute / HOUR) * HOUR : minute
      let rows = accepted.get(at)
      if (rows === undefined) accepted.set(at, (rows = new Map()))
      const key = `${sent}\n${groupId}\n${category}`
      rows.set(key, { at: sent, groupId, category, count: (rows.get(key)?.count ?? 0) + 1 })
    },
    /** Accepted from `from` until before `to`, sent before `from`. */
    rows(from: number, to: number): CountRow[] {
      return [...accepted].flatMap(([at, rows]) =>
        at < from || at >= to ? [] : [...rows.values()].filter((row) => row.at < from),
      )
    },
    forgetBefore(from: number): void {
      for (const at of accepted.keys()) if (at < from) accepted.delete(at)
    },
  }
}

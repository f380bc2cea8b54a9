import type { Span } from './counted.ts'
import { sqlFile, type Read } from './read.ts'
import { windowParams, type Window } from './window.ts'

const MINUTES = sqlFile(import.meta.url, 'sending-minutes.sql')
const HOURS = sqlFile(import.meta.url, 'sending-hours.sql')

/** Which steps of a window have data at all, for the window and the one it is compared with. */
export interface Sending {
  readonly now: readonly boolean[]
  readonly before: readonly boolean[]
}

/**
 * Everything that was sent is looked at here, hidden groups too, so that the minute in which somebody wrote at night must not
 * show: it is told by quarters of the clock, and of one only when it is over. A silence of less is a quiet moment, not a gap.
 */
const QUARTER_MS = 900_000
const quarterOf = (ms: number) => Math.floor(ms / QUARTER_MS) * QUARTER_MS

/** Whether any source of the organisation was sending, step by step. */
export async function readSending(read: Read, window: Window): Promise<Sending> {
  if (window.byMinute) return readQuarters(read, window)
  const rows = await read<{ is_now: number; step: number }>(HOURS, windowParams(window))
  const steps = (isNow: number) => {
    const heard = new Set(rows.filter((row) => row.is_now === isNow).map((row) => row.step))
    return Array.from({ length: window.steps }, (_, step) => heard.has(step))
  }
  return { now: steps(1), before: steps(0) }
}

async function readQuarters(read: Read, window: Window): Promise<Sending> {
  const { now, before } = window
  const whole = ({ from, to }: Span): Span => ({ from: quarterOf(from), to: quarterOf(to - 1) + QUARTER_MS })
  const rows = await read<{ quarter: number }>(
    MINUTES,
    windowParams({ ...window, now: whole(now), before: whole(before) }),
  )
  const heard = new Set(rows.map(({ quarter }) => Number(quarter) * QUARTER_MS))
  const steps = (from: number, isOpen: (quarterEnd: number) => boolean) =>
    Array.from({ length: window.steps }, (_, step) => {
      const start = from + step * window.stepSeconds * 1000
      for (let at = quarterOf(start); at < start + window.stepSeconds * 1000; at += QUARTER_MS)
        if (heard.has(at) || isOpen(at + QUARTER_MS)) return true
      return false
    })
  return { now: steps(now.from, (end) => end >= now.to), before: steps(before.from, () => false) }
}

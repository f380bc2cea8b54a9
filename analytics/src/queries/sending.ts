import { sqlFile, type Read } from './read.ts'
import { windowParams, type Window } from './window.ts'

const MINUTES = sqlFile(import.meta.url, 'sending-minutes.sql')
const HOURS = sqlFile(import.meta.url, 'sending-hours.sql')

/** Which steps of a window have data at all, for the window and the one it is compared with. */
export interface Sending {
  readonly now: readonly boolean[]
  readonly before: readonly boolean[]
}

/** A gap shorter than this may be a quiet moment and counts as zero. */
const QUIET_MS = 15 * 60_000

/** Whether any source of the organisation was sending, step by step. A silence of 15 minutes or more is a gap, not zero. */
export async function readSending(read: Read, window: Window): Promise<Sending> {
  const rows = await read<{ is_now: number; step: number }>(
    window.byMinute ? MINUTES : HOURS,
    windowParams(window),
  )
  const steps = (isNow: number) => {
    const heard = new Set(rows.filter((row) => row.is_now === isNow).map((row) => row.step))
    return fillQuiet(
      Array.from({ length: window.steps }, (_, step) => heard.has(step)),
      Math.ceil(QUIET_MS / (window.stepSeconds * 1000)),
    )
  }
  return { now: steps(1), before: steps(0) }
}

/** Silent runs shorter than `least` steps become sending. */
export function fillQuiet(steps: readonly boolean[], least: number): boolean[] {
  const filled = [...steps]
  let start = 0
  while (start < filled.length) {
    let end = start
    while (end < filled.length && steps[end] === false) end++
    // The run at the end is still going on: it may be a quiet moment as long as it is short.
    if (end - start < least) filled.fill(true, start, end)
    start = Math.max(end, start) + 1
  }
  return filled
}

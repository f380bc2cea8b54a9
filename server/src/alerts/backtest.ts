import { createBacktest, type Backtest } from '@guanlan/analytics/alerting/backtest'
import { isWorkingTime } from '@guanlan/analytics/alerting/calendar'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { WorkCalendar } from '@guanlan/contract/escalation'
import type { AlertFigures } from './figures.ts'

const WEEKS = 4
const WEEK_MS = 7 * 86_400_000
/** Reading may take so long, and so may the replay; what is not reached is left out and `weeks` says so. */
const READ_MS = 5_000
const REPLAY_MS = 5_000
const BREATHE_EVERY = 50

/**
 * Replays a rule on what the store holds of the last four weeks. Floored values only: a shipped rule below the floor is
 * played above it. Times and events stay inside; null when its kind keeps no past.
 */
export async function backtestRule(
  rule: AlertRule,
  options: { readonly figures: AlertFigures; readonly calendar: WorkCalendar; readonly now: number },
): Promise<Backtest | null> {
  const { figures, calendar, now } = options
  const floored: AlertRule = { ...rule, belowFloor: false }
  const until = (ms: number) => {
    const end = performance.now() + ms
    return () => performance.now() > end
  }
  const span = { from: now - WEEKS * WEEK_MS, to: now, isOver: until(READ_MS) }
  const history = await figures.replay(floored, span)
  if (history === null) return null
  const run = createBacktest(floored, (at) => !isWorkingTime(calendar, at))
  const isOver = until(REPLAY_MS)
  let n = 0
  for (const reading of history) {
    run.add(reading)
    // Other requests are not to wait for four weeks.
    if (++n % BREATHE_EVERY === 0) await new Promise((resolve) => setImmediate(resolve))
    if (isOver()) break
  }
  return run.result()
}

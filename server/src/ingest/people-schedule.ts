import { isFresh } from '@guanlan/analytics/is-fresh'
import type { PeopleKeeper } from './people-keeper.ts'
import type { OpenDay } from './people-tally.ts'

/** When an open day is decided, written and forgotten. */
export interface Schedule {
  tick(open: OpenDay, now: number, today: string): Promise<void>
  /** Decides and writes the day as it stands. */
  close(open: OpenDay): Promise<void>
}

const IDLE_MS = 3_000
const WRITE_MS = 60_000
const DECIDE_MS = 2_000
const FORGET_MS = 600_000
/** Deciding computes for at most about this share of a core, however large the register; a store that is slow to answer costs no core. */
const DECIDE_SHARE = 50

interface Plan {
  decidedAt: number
  /** Time until the next decision, ms. */
  restMs: number
  wroteAt: number
}

export function createSchedule(options: {
  days: ReadonlyMap<string, OpenDay>
  keeper: PeopleKeeper
  nextDay(day: string): string
  forget(day: string): void
}): Schedule {
  const { days, keeper, nextDay, forget } = options
  const plans = new Map<string, Plan>()

  async function close(open: OpenDay): Promise<void> {
    open.changed = false
    try {
      await keeper.decide(open)
      await keeper.write(open)
    } catch (error) {
      open.changed = true
      throw error
    }
    const after = days.get(nextDay(open.day))
    if (after !== undefined && after.people.bytes > 0) after.changed = true
  }
  function end(day: string): void {
    plans.delete(day)
    forget(day)
  }
  async function tick(open: OpenDay, now: number, today: string): Promise<void> {
    const plan = plans.get(open.day) ?? { decidedAt: -Infinity, restMs: 0, wroteAt: now }
    plans.set(open.day, plan)
    const isWriteDue = !isFresh(plan.wroteAt, now, WRITE_MS)
    // After the clock was set back a day is not idle for the length of the jump, nor idle before its time.
    open.lastSeenAt = Math.min(open.lastSeenAt, now)
    const idle = now - open.lastSeenAt
    if (open.day !== today) {
      if (open.changed && (idle >= IDLE_MS || isWriteDue)) {
        plan.wroteAt = now
        await close(open)
      } else if (!open.changed && idle >= FORGET_MS) end(open.day)
      return
    }
    if (open.changed && !isFresh(plan.decidedAt, now, plan.restMs)) {
      open.changed = false
      const computedMs = await keeper.decide(open).catch((error: unknown) => {
        open.changed = true
        throw error
      })
      plan.decidedAt = now
      plan.restMs = Math.max(DECIDE_MS, computedMs * DECIDE_SHARE)
    }
    if (isWriteDue) {
      plan.wroteAt = now
      await keeper.write(open)
    }
  }
  return { tick, close }
}

import { isFresh } from '@guanlan/analytics/is-fresh'
import { PERIOD_MS, readModerationPeriods } from '@guanlan/analytics/queries/moderation-periods'
import type { Counted } from '@guanlan/analytics/queries/counted'
import type { Read } from '@guanlan/analytics/queries/read'
import { createDriftState, observeDrift, type ChangeMark } from '@guanlan/analytics/surge/drift'
import type { LocalTime } from '../lib/local-day.ts'

export interface DriftMarks {
  /** Changes of the upstream as seen in one unit, last 60 days, oldest first. */
  of(unitId: string, now: number): Promise<readonly ChangeMark[]>
}

const DAY_MS = 86_400_000
const HISTORY_DAYS = 60
const KEPT_MS = 3_600_000
const MOST_UNITS = 300

/** Recomputed from the rollups by the hour: two months are 240 periods, and corrections change the past. */
export function createDriftMarks(deps: {
  read: Read
  time: LocalTime
  counted(unitId: string, days: readonly string[]): Promise<Counted>
  /** codes of the care tier */
  careCodes(): readonly string[]
}): DriftMarks {
  const { read, time } = deps
  const kept = new Map<string, { at: number; marks: Promise<readonly ChangeMark[]> }>()

  async function compute(unitId: string, now: number): Promise<readonly ChangeMark[]> {
    const last = Math.floor(now / PERIOD_MS) * PERIOD_MS
    const first = last - HISTORY_DAYS * DAY_MS
    const [from, to] = [time.dayOf(first), time.dayOf(last - 1)]
    const days: string[] = []
    for (let day = from; day <= to; day = time.addDays(day, 1)) days.push(day)
    const counted = await deps.counted(unitId, days)
    const periods = await readModerationPeriods(read, counted, { from, to }, deps.careCodes())
    const byStart = new Map(periods.map((period) => [period.from, period]))
    const marks: ChangeMark[] = []
    let state = createDriftState()
    for (let at = first; at < last; at += PERIOD_MS) {
      const period = byStart.get(at)
      const step = observeDrift(state, period !== undefined && period.messages > 0 ? period : null)
      state = step.state
      marks.push(...step.marks)
    }
    return marks
  }

  return {
    of(unitId, now) {
      const known = kept.get(unitId)
      if (known !== undefined && isFresh(known.at, now, KEPT_MS)) return known.marks
      const marks = compute(unitId, now)
      kept.delete(unitId)
      kept.set(unitId, { at: now, marks })
      marks.catch(() => kept.delete(unitId))
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_UNITS) break
        kept.delete(oldest)
      }
      return marks
    },
  }
}

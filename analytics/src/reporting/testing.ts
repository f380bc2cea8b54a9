import type { Tier } from '@guanlan/contract/taxonomy'
import { collectCounts, type PeriodCounts } from '../queries/report-counts.ts'
import type { HeldCounts, ReportFacts } from './facts.ts'
import { daysOf, parsePeriod, shiftPeriod, yearBefore, type Period } from './period.ts'

/** Facts for tests: a quiet week with what the test wants different. */

const CODES: readonly (readonly [string, Tier])[] = [
  ['fraud', 'illegal'],
  ['abuse.insult', 'harmful'],
  ['ads', 'conduct'],
  ['offtopic', 'conduct'],
]

/** Counts of a period with so many violations of each of four categories, on its first day. */
export function countsOf(period: Period, violations: readonly number[], shown = true): PeriodCounts {
  const rows = CODES.map(([category, tier], i) => ({
    ...{ on_day: period.from, tier, category, decision: 'removed', decided_by: 'automated' },
    ...{ messages: violations[i] ?? 0, corrections: 0 },
  }))
  const allowed = { tier: 'none' as const, category: '', decision: 'allowed', decided_by: 'automated' }
  return collectCounts(
    [...rows, { on_day: period.from, ...allowed, messages: 100, corrections: 0 }],
    shown ? daysOf(period) : [],
    3,
  )
}

export const heldOf = (period: Period, violations: readonly number[], shown = true): HeldCounts => ({
  ...{ period, counts: countsOf(period, violations, shown), gaps: [], held: shown },
})

const NO_ALERTS = {
  ...{ raised: 0, acknowledged: 0, acknowledgeMs: null, answerMs: null },
  ...{ escalations: 0, falseAlarms: 0, open: 0 },
}

export function factsOf(more: Partial<ReportFacts> = {}): ReportFacts {
  const period = more.period ?? parsePeriod('2026-W47')
  const current = more.current ?? heldOf(period, [10, 10, 10, 0])
  const previous = more.previous ?? heldOf(shiftPeriod(period, 1), [10, 10, 10, 0])
  return {
    ...{ kind: 'week', scope: 'org', unitId: 'city', period, timezone: 'Asia/Shanghai' },
    ...{ at: '2026-11-23T00:00:00.000Z', current, previous },
    yearAgo: heldOf(yearBefore(period), [], false),
    history: [previous],
    hours: null,
    delay: { targetMs: 600_000, withinTarget: null, rows: [] },
    corrections: { acted: 0, corrected: 0, overturned: 0, overturnRate: null, rows: [] },
    topicCells: { now: [], before: [] },
    moodCells: { now: [], before: [] },
    calibratedAt: null,
    answers: new Map(),
    risk: [],
    alerts: { now: NO_ALERTS, before: NO_ALERTS, byRule: [], byUnit: [] },
    register: { opened: 0, closed: 0, open: 0, overdue: 0, byCode: [] },
    units: [],
    actions: { raised: 0, closed: 0, dropped: 0, open: 0, overdue: 0, rows: [] },
    silent: [],
    basis: [],
    names: { organisation: '市', units: { city: '市' }, categories: {}, sources: {}, topics: {}, rules: {} },
    dayOf: (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10),
    ...more,
  }
}

import type { Corrections, Delay } from '@guanlan/contract/panels'
import type { ReportNames, ReportScope } from '@guanlan/contract/report'
import type { z } from 'zod'
import type { BasisDay, PeriodCounts, StepCounts } from '../queries/report-counts.ts'
import type { HighestRisk, ReportCell } from '../queries/report-words.ts'
import type { SilentSpan } from './gaps.ts'
import type { Period } from './period.ts'
import type { UnitFacts } from './units.ts'

/** Counts of one period; `held`: enough of its days can be counted to compare with. */
export interface HeldCounts {
  readonly period: Period
  readonly counts: PeriodCounts
  readonly held: boolean
  /** Hours of it without data although there usually are some. */
  readonly gaps: readonly number[]
}

/** Alerts of one span; times are medians in ms. */
export interface AlertSpan {
  readonly raised: number
  readonly acknowledged: number
  readonly acknowledgeMs: number | null
  readonly answerMs: number | null
  readonly escalations: number
  readonly falseAlarms: number
  readonly open: number
}

export interface RegisterSpan {
  readonly opened: number
  readonly closed: number
  /** At the end of the period. */
  readonly open: number
  readonly overdue: number
  readonly byCode: readonly {
    readonly code: string
    readonly opened: number
    readonly closed: number
    readonly open: number
    readonly overdue: number
  }[]
}

export interface ActionFacts {
  readonly raised: number
  readonly closed: number
  readonly dropped: number
  readonly open: number
  readonly overdue: number
  readonly rows: readonly {
    readonly id: string
    readonly text: string
    readonly unitId: string
    readonly role: string
    readonly dueOn: string
    readonly state: 'open' | 'overdue' | 'closed' | 'dropped'
    readonly outcome: string | null
  }[]
}

/** Everything that a report of a period states, as read; the sentences and tables follow from it alone. */
export interface ReportFacts {
  readonly kind: 'week' | 'month' | 'day'
  readonly scope: z.infer<typeof ReportScope>
  readonly unitId: string
  readonly period: Period
  readonly timezone: string
  /** When it was read, ISO. */
  readonly at: string
  readonly current: HeldCounts
  readonly previous: HeldCounts
  readonly yearAgo: HeldCounts
  /** Earlier periods, oldest first, without this one. */
  readonly history: readonly HeldCounts[]
  /** Starts of local hours (ms) of this period and of the one before, for a daily brief. */
  readonly hours: { readonly now: readonly HourCount[]; readonly before: readonly HourCount[] } | null
  readonly delay: Delay
  readonly corrections: Corrections
  readonly topicCells: { readonly now: readonly ReportCell[]; readonly before: readonly ReportCell[] }
  /** Mood with the calibration applied where one is in force. */
  readonly moodCells: { readonly now: readonly ReportCell[]; readonly before: readonly ReportCell[] }
  /** When the calibration in force was made, ISO; null: none. */
  readonly calibratedAt: string | null
  readonly answers: ReadonlyMap<string, number>
  readonly risk: readonly HighestRisk[]
  readonly alerts: {
    readonly now: AlertSpan
    readonly before: AlertSpan
    readonly byRule: readonly (AlertSpan & { readonly key: string })[]
    readonly byUnit: readonly (AlertSpan & { readonly unitId: string })[]
  }
  readonly register: RegisterSpan
  readonly units: readonly UnitFacts[]
  readonly actions: ActionFacts
  readonly silent: readonly SilentSpan[]
  readonly basis: readonly BasisDay[]
  readonly names: ReportNames
  /** Local day of an instant. */
  readonly dayOf: (ms: number) => string
}

export interface HourCount {
  readonly at: number
  /** Local hour as YYYY-MM-DDTHH:00. */
  readonly label: string
  /** null: nothing came in that hour. */
  readonly counts: StepCounts | null
}

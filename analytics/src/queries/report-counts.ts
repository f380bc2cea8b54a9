import type { Tier } from '@guanlan/contract/taxonomy'
import { scopeCategories } from '../privacy/group-categories.ts'
import type { Counted } from './counted.ts'
import { atLeastZero, sqlFile, withFragments, type Read } from './read.ts'

const COUNTS = sqlFile(import.meta.url, 'report-counts.sql')
const HOURS = sqlFile(import.meta.url, 'report-hours.sql')
const BASIS = sqlFile(import.meta.url, 'report-basis.sql')
const LATE = sqlFile(import.meta.url, 'report-late.sql')

export type ViolationTier = Exclude<Tier, 'care'>

/** First and last local day, both included. */
export interface DaySpan {
  readonly from: string
  readonly to: string
}

/** Violations by tier of one step; care is no violation and is not in it. */
export interface StepCounts {
  readonly messages: number
  readonly illegal: number
  readonly harmful: number
  readonly conduct: number
  readonly corrections: number
}

/** Counts of whole local days of one scope, floors applied. */
export interface PeriodCounts {
  readonly messages: number
  /** Warned, restricted or removed; tiers illegal, harmful, conduct. */
  readonly violations: number
  readonly corrections: number
  readonly byTier: Readonly<Record<Tier, number>>
  /** Violations and care, most first; of a group that speaks for itself in the scope only what it may tell. */
  readonly byCategory: readonly { readonly code: string; readonly tier: Tier; readonly count: number }[]
  /** Of violations. */
  readonly byDecision: Readonly<Record<'warned' | 'restricted' | 'removed', number>>
  readonly byWhom: Readonly<Record<'automated' | 'human', number>>
  readonly byDay: ReadonlyMap<string, StepCounts>
  /** Days on which the floors leave something to show. */
  readonly shownDays: readonly string[]
}

interface Row {
  on_day: string
  tier: Tier | 'none'
  category: string
  decision: string
  decided_by: string
  /** The group that speaks for itself; empty for what counts as it is. */
  alone?: string
  messages: number
  corrections: number
}

const params = (counted: Counted, days: DaySpan) => ({
  ...counted.params,
  firstDay: days.from,
  lastDay: days.to,
})

/** Messages, violations, decisions and corrections of whole local days (rollups by the hour). */
export async function readPeriodCounts(
  read: Read,
  counted: Counted,
  days: DaySpan,
  categoryFloor: number,
): Promise<PeriodCounts> {
  const sql = withFragments(COUNTS, { byGroup: counted.byGroup, alone: counted.alone })
  return collectCounts(await read<Row>(sql, params(counted, days)), counted.shownDays, categoryFloor)
}

/** Sums rows of the query; exported for tests. */
export function collectCounts(
  rows: readonly Row[],
  shownDays: readonly string[],
  categoryFloor: number,
): PeriodCounts {
  const sum = (matches: (row: Row) => boolean) =>
    atLeastZero(rows.filter(matches).reduce((total, row) => total + Number(row.messages), 0))
  const isViolation = (row: Row) => row.tier !== 'none' && row.tier !== 'care'
  const codes = rows.flatMap(({ alone = '', category: code, tier, messages }) =>
    tier === 'none' ? [] : [{ alone, code, tier, count: Number(messages) }],
  )
  return {
    messages: sum(() => true),
    violations: sum(isViolation),
    corrections: atLeastZero(rows.reduce((total, row) => total + Number(row.corrections), 0)),
    byTier: {
      care: sum((row) => row.tier === 'care' && (row.alone ?? '') === ''),
      illegal: sum((row) => row.tier === 'illegal'),
      harmful: sum((row) => row.tier === 'harmful'),
      conduct: sum((row) => row.tier === 'conduct'),
    },
    byCategory: scopeCategories(codes, categoryFloor),
    byDecision: {
      warned: sum((row) => isViolation(row) && row.decision === 'warned'),
      restricted: sum((row) => isViolation(row) && row.decision === 'restricted'),
      removed: sum((row) => isViolation(row) && row.decision === 'removed'),
    },
    byWhom: {
      automated: sum((row) => isViolation(row) && row.decided_by === 'automated'),
      human: sum((row) => isViolation(row) && row.decided_by === 'human'),
    },
    byDay: byDay(rows),
    shownDays,
  }
}

function byDay(rows: readonly Row[]): Map<string, StepCounts> {
  const days = new Map<string, StepCounts>()
  for (const row of rows) {
    const day = days.get(row.on_day) ?? { messages: 0, illegal: 0, harmful: 0, conduct: 0, corrections: 0 }
    const count = Number(row.messages)
    days.set(row.on_day, {
      messages: day.messages + count,
      illegal: day.illegal + (row.tier === 'illegal' ? count : 0),
      harmful: day.harmful + (row.tier === 'harmful' ? count : 0),
      conduct: day.conduct + (row.tier === 'conduct' ? count : 0),
      corrections: day.corrections + (row.tier === 'care' ? 0 : Number(row.corrections)),
    })
  }
  return days
}

/** Counts by local hour (start, ms since epoch), for daily briefs and for finding gaps. */
export async function readHourCounts(
  read: Read,
  counted: Counted,
  days: DaySpan,
): Promise<Map<number, StepCounts>> {
  const rows = await read<StepCounts & { at: number }>(
    withFragments(HOURS, { byGroup: counted.byGroup }),
    params(counted, days),
  )
  return new Map(
    rows.map((row) => [
      Number(row.at) * 1000,
      {
        messages: atLeastZero(Number(row.messages)),
        illegal: atLeastZero(Number(row.illegal)),
        harmful: atLeastZero(Number(row.harmful)),
        conduct: atLeastZero(Number(row.conduct)),
        corrections: atLeastZero(Number(row.corrections)),
      },
    ]),
  )
}

export interface BasisDay {
  readonly day: string
  readonly events: number
  readonly corrections: number
  readonly groups: number
  /** ms since epoch; null without a correction, or when raw decisions are not kept that long */
  readonly lastCorrectionAt: number | null
  /** Decisions in force that were set after the end of the period. */
  readonly late: number
}

/** What the figures of a period rest on, by day: to tell later what came after. @param endMs end of the period, ms since epoch */
export async function readBasis(
  read: Read,
  counted: Counted,
  days: readonly string[],
  endMs: number,
): Promise<BasisDay[]> {
  const span = params(counted, { from: days[0] ?? '1970-01-01', to: days.at(-1) ?? '1970-01-01' })
  const fragments = { byGroup: counted.byGroup }
  const [rows, late] = await Promise.all([
    read<{ on_day: string; messages: number; corrections: number; in_groups: number }>(
      withFragments(BASIS, fragments),
      span,
    ),
    read<{ on_day: string; newest: number; late: number }>(withFragments(LATE, fragments), {
      ...span,
      endMs,
    }),
  ])
  return days.map((day) => {
    const row = rows.find((each) => each.on_day === day)
    const after = late.find((each) => each.on_day === day)
    const newest = Number(after?.newest ?? 0)
    return {
      day,
      events: atLeastZero(Number(row?.messages ?? 0)),
      corrections: atLeastZero(Number(row?.corrections ?? 0)),
      groups: Number(row?.in_groups ?? 0),
      lastCorrectionAt: newest > 0 ? newest : null,
      late: atLeastZero(Number(after?.late ?? 0)),
    }
  })
}

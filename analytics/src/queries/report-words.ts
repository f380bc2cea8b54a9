import type { RiskLevel } from '@guanlan/contract/risk'
import type { SentimentShares } from '@guanlan/contract/sentiment'
import { sqlFile, type Read } from './read.ts'
import type { DaySpan } from './report-counts.ts'

const CELLS = sqlFile(import.meta.url, 'report-cells.sql')
const RISK = sqlFile(import.meta.url, 'report-risk.sql')

/** A released cell as a report uses it; times in ms since epoch. */
export interface ReportCell {
  readonly kind: 'topic' | 'sentiment'
  /** Id of the topic; '' for mood. */
  readonly key: string
  readonly from: number
  readonly to: number
  readonly people: number
  readonly messages: number
  readonly words: readonly string[]
  readonly sentiment: SentimentShares | null
}

/** Instants of a span, ms since epoch, `to` exclusive, and its local days. */
export interface InstantSpan extends DaySpan {
  readonly fromMs: number
  readonly toMs: number
}

/** Released cells of a unit whose window ended in the span, oldest first. */
export async function readReportCells(
  read: Read,
  unitId: string,
  kind: ReportCell['kind'],
  span: InstantSpan,
): Promise<ReportCell[]> {
  const rows = await read<{
    key: string
    from_ms: number
    to_ms: number
    people: number
    messages: number
    sentiment: string
    terms: string[]
  }>(CELLS, { scope: unitId, kind, from: span.fromMs, to: span.toMs, lastDay: span.to })
  return rows.map((row) => ({
    ...{ kind, key: row.key, people: row.people, messages: row.messages, words: row.terms },
    ...{ from: Number(row.from_ms), to: Number(row.to_ms) },
    sentiment: row.sentiment === '' ? null : (JSON.parse(row.sentiment) as SentimentShares),
  }))
}

export interface HighestRisk {
  /** topic:<id> or unit:<id> */
  readonly subject: string
  readonly score: number
  readonly level: RiskLevel
  /** ms since epoch */
  readonly at: number
}

/** Highest scores of a span: topics as looked at in the unit, and the units named; at most ten, highest first. */
export async function readHighestRisk(
  read: Read,
  unitId: string,
  units: readonly string[],
  span: InstantSpan,
): Promise<HighestRisk[]> {
  const rows = await read<{ subject: string; highest: number; at_level: RiskLevel; at_ms: number }>(RISK, {
    ...{ scope: unitId, subjects: units.map((id) => `unit:${id}`), from: span.fromMs, to: span.toMs },
    ...{ firstDay: span.from, lastDay: span.to },
  })
  return rows.map((row) => ({
    ...{ subject: row.subject, level: row.at_level, at: Number(row.at_ms) },
    score: Math.round(row.highest),
  }))
}

import type {
  ReportColumn,
  ReportRow,
  ReportSentence,
  ReportValue,
  SentenceParams,
} from '@guanlan/contract/report'
import type { FigureBook, FigureSource } from './figure.ts'
import type { HeldCounts, ReportFacts } from './facts.ts'
import type { Period } from './period.ts'

/** What every section gets: the facts, and the book in which it notes its figures. */
export interface Writing {
  readonly facts: ReportFacts
  readonly book: FigureBook
}

export function say(
  key: string,
  params: SentenceParams,
  figureRefs: readonly string[] = [],
  tone: ReportSentence['tone'] = 'plain',
): ReportSentence {
  return { key, params, figureRefs: [...figureRefs], tone }
}

type Vocabulary = NonNullable<ReportColumn['vocabulary']>

export const column = (
  key: string,
  type: ReportColumn['type'],
  unit: ReportColumn['unit'] = null,
): ReportColumn => ({ key, type, vocabulary: null, unit })

export const labelColumn = (key: string, vocabulary: Vocabulary): ReportColumn => ({
  ...{ key, type: 'label', vocabulary, unit: null },
})

export const row = (
  cells: readonly ReportValue[],
  figureRefs: readonly string[] = [],
  total = false,
): ReportRow => ({
  cells: [...cells],
  figureRefs: [...figureRefs],
  total,
})

const lastDayOf = (period: Period) =>
  new Date(Date.parse(`${period.to}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)

/** Source of a figure about this scope and a period; days are first and last, both included. */
export function sourceOf({ facts }: Writing, queryId: string, period: Period = facts.period): FigureSource {
  const held = [facts.current, facts.previous, facts.yearAgo].find((each) => each.period.key === period.key)
  return {
    queryId,
    parameters: { scope: facts.scope, from: period.from, to: lastDayOf(period) },
    events: held?.counts.messages ?? null,
    corrections: held?.counts.corrections ?? null,
  }
}

/** A count of an earlier period that may be compared with; null where too few of its days can be counted. */
export const earlier = (held: HeldCounts, of: (counts: HeldCounts['counts']) => number): number | null =>
  held.held ? of(held.counts) : null

/** Where data are missing: with a gap now nothing fell, with a gap before nothing rose. */
export const gapsOf = ({ current, previous }: ReportFacts) => ({
  gapNow: current.gaps.length > 0 || !current.held,
  gapBefore: previous.gaps.length > 0,
})

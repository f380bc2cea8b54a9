import type { ReportCell } from '../queries/report-words.ts'
import { judge, type Circumstances } from './judge.ts'

/** Messages of one topic come in bursts: variance over mean that a change has to exceed. */
const TOPIC_PHI = 3

/** A topic over one period, from released cells: every count is a lower bound. */
export interface TopicSpan {
  /** Sum of the cells' messages, each rounded down to a multiple of five. */
  readonly messages: number
  /** Most people of one cell; people of different cells do not add up. */
  readonly peak: number
  readonly cells: number
  /** ms since epoch */
  readonly first: number
  readonly last: number
  /** Of the cell with most people. */
  readonly words: readonly string[]
}

export interface TopicCourse {
  readonly id: string
  readonly now: TopicSpan | null
  readonly before: TopicSpan | null
  readonly status: 'new' | 'rose' | 'fell' | 'steady' | 'few' | 'gap' | 'unknown'
  /** First public answer inside the period or before, ms since epoch; null: none recorded. */
  readonly answeredAt: number | null
}

function spanOf(cells: readonly ReportCell[]): TopicSpan | null {
  const [first] = cells
  if (first === undefined) return null
  const peak = cells.reduce((best, cell) => (cell.people > best.people ? cell : best), first)
  return {
    messages: cells.reduce((sum, cell) => sum + cell.messages, 0),
    peak: peak.people,
    cells: cells.length,
    first: Math.min(...cells.map((cell) => cell.to)),
    last: Math.max(...cells.map((cell) => cell.to)),
    words: peak.words,
  }
}

/**
 * Topics of two periods beside each other, most messages now first.
 * @param couldCompare anything at all was released in the period before; otherwise nothing is new and nothing fell
 * @param gaps data missing in a period: then nothing fell in it, or nothing is new or rose after it
 */
export function topicCourses(
  now: readonly ReportCell[],
  before: readonly ReportCell[],
  answers: ReadonlyMap<string, number>,
  couldCompare: boolean,
  gaps: Pick<Circumstances, 'gapNow' | 'gapBefore'> = {},
): TopicCourse[] {
  const group = (cells: readonly ReportCell[]) => {
    const topics = new Map<string, ReportCell[]>()
    for (const cell of cells) topics.set(cell.key, [...(topics.get(cell.key) ?? []), cell])
    return topics
  }
  const [current, earlier] = [group(now), group(before)]
  const statusOf = (here: TopicSpan | null, there: TopicSpan | null): TopicCourse['status'] => {
    if (!couldCompare) return 'unknown'
    if (there === null) return gaps.gapBefore === true ? 'gap' : 'new'
    const { verdict } = judge(here?.messages ?? 0, there.messages, { phi: TOPIC_PHI, ...gaps })
    return verdict === 'none' ? 'steady' : verdict
  }
  return [...new Set([...current.keys(), ...earlier.keys()])]
    .map((id): TopicCourse => {
      const here = spanOf(current.get(id) ?? [])
      const there = spanOf(earlier.get(id) ?? [])
      return {
        ...{ id, now: here, before: there, status: statusOf(here, there) },
        answeredAt: answers.get(id) ?? null,
      }
    })
    .sort(
      (a, b) =>
        (b.now?.messages ?? 0) - (a.now?.messages ?? 0) ||
        (b.before?.messages ?? 0) - (a.before?.messages ?? 0) ||
        (a.id < b.id ? -1 : 1),
    )
}

import type { HarmPart, ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import type { TopicSummary } from '@guanlan/analytics/topics/topic-view'
import type { TopicCell, TopicHarm, TopicRow, TopicTimeline } from '@guanlan/contract/topic'

const HOUR = 3_600_000
const SPARK_STEPS = 24
const SPARK_STEP_MS = HOUR / 2
const RANKED = 10

/** People an hour by step, from the cells whose windows reach into it; null where none does. */
export function peopleBySteps(
  cells: readonly ReleasedCell[],
  from: number,
  stepMs: number,
  steps: number,
): (number | null)[] {
  return Array.from({ length: steps }, (_, i) => {
    const [start, end] = [from + i * stepMs, from + (i + 1) * stepMs]
    let [people, covered] = [0, 0]
    for (const cell of cells) {
      const overlap = Math.min(end, cell.to) - Math.max(start, cell.from)
      if (overlap <= 0) continue
      people += (cell.people * overlap) / (cell.to - cell.from)
      covered += overlap
    }
    return covered === 0 ? null : Math.round((people * HOUR) / stepMs)
  })
}

const harmOf = (parts: readonly HarmPart[], messages: number, codes: readonly string[]): TopicHarm[] =>
  parts.flatMap((part) => {
    const code = codes[part.category]
    if (code === undefined) return []
    const share = messages === 0 ? 0 : Math.min(1, part.messages / messages)
    return [{ code, messages: part.messages, share: Math.round(share * 100) / 100 }]
  })

export function topicCell(cell: ReleasedCell, codes: readonly string[]): TopicCell {
  return {
    ...{ from: cell.from, to: cell.to, people: cell.people, messages: cell.messages },
    ...{ groups: cell.groups, units: cell.units, words: cell.terms, sentiment: cell.sentiment },
    harm: harmOf(cell.harm, cell.messages, codes),
  }
}

/** A topic as lists show it. */
export function topicRow(
  topic: TopicSummary,
  cells: readonly ReleasedCell[],
  codes: readonly string[],
  now: number,
  judged: Pick<TopicRow, 'score' | 'level' | 'answer'>,
): TopicRow {
  const sparkTo = Math.ceil(now / SPARK_STEP_MS) * SPARK_STEP_MS
  return {
    ...{ id: topic.id, words: topic.terms, status: topic.status, from: topic.from, to: topic.lastSeen },
    ...{ people: topic.people, messages: topic.messages, groups: topic.groups, units: topic.units },
    peoplePerHour: Math.round(topic.peoplePerHour),
    rise: topic.rise === null ? null : Math.round(topic.rise * 10) / 10,
    sentiment: topic.sentiment,
    harm: harmOf(topic.harm, topic.messages, codes),
    spark: peopleBySteps(cells, sparkTo - SPARK_STEPS * SPARK_STEP_MS, SPARK_STEP_MS, SPARK_STEPS),
    firstSeen: topic.firstSeen,
    ...judged,
  }
}

/** Ranks by people an hour in each step, among the topics released in it; topics that never were among the first ten are left out. */
export function topicTimeline(
  cells: readonly ReleasedCell[],
  window: { from: number; stepMs: number; steps: number },
): TopicTimeline['topics'] {
  const byTopic = new Map<string, ReleasedCell[]>()
  for (const cell of cells) byTopic.set(cell.key, [...(byTopic.get(cell.key) ?? []), cell])
  const rows = [...byTopic].map(([id, list]) => ({
    id,
    words: list.at(-1)!.terms,
    peoplePerHour: peopleBySteps(list, window.from, window.stepMs, window.steps),
    ranks: new Array<number | null>(window.steps).fill(null),
  }))
  for (let step = 0; step < window.steps; step++) {
    const present = rows.filter((row) => row.peoplePerHour[step] !== null)
    present.sort((a, b) => b.peoplePerHour[step]! - a.peoplePerHour[step]! || (a.id < b.id ? -1 : 1))
    present.forEach((row, rank) => (row.ranks[step] = rank + 1))
  }
  return rows
    .filter((row) => row.ranks.some((rank) => rank !== null && rank <= RANKED))
    .map((row) => ({ ...row, level: 'none' as const }))
}

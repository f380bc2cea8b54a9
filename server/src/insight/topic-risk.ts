import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import {
  faded,
  growthComponent,
  harmComponent,
  NO_RISK,
  persistenceComponent,
  reachComponent,
  spreadComponent,
  surgeComponent,
  unansweredComponent,
  type AnswerClock,
  type Components,
} from '@guanlan/analytics/risk/components'

/** What the score of a topic in one unit is computed from: released cells and floored counts, nothing finer. */
export interface TopicEvidence {
  /** cells of the topic in the unit, oldest first; at least one */
  readonly cells: readonly ReleasedCell[]
  readonly now: number
  /** different active people of the unit today, floored */
  readonly active: number
  readonly qualifyingGroups: number
  /** usual negative share of the unit's own mood, 0..1 */
  readonly usualNegative: number
  /** weight of a harm category by the index cells use; undefined for what is no harm */
  harmOf(category: number): { code: string; weight: number } | undefined
  readonly answeredAt: number | null
  /** first release of the topic in the unit, ms */
  readonly firstSeen: number
  /** it went on in another topic, with which its people count from then on */
  readonly merged: boolean
  /** time in which the organisation wants to have answered, ms */
  readonly targetMs: number
}

const HOUR = 3_600_000
const REACH_MS = 2 * HOUR
const SLICE_MS = HOUR / 2
const SLICES = 6
/** Rise against the time before the answer from which on a new answer is owed. */
const REOPENS = 1.25

const perHour = (cell: ReleasedCell) => (cell.people * HOUR) / Math.max(1, cell.to - cell.from)

/** People an hour in the two hours before a cell; null without a cell there. */
function usualBefore(cells: readonly ReleasedCell[], cell: ReleasedCell): number | null {
  const before = cells.filter((old) => old.to <= cell.from && old.to > cell.to - REACH_MS)
  const span = before.reduce((sum, old) => sum + old.to - old.from, 0)
  return span === 0 ? null : (before.reduce((sum, old) => sum + old.people, 0) * HOUR) / span
}

/** Nats of a Poisson count against what was expected, from the distance of their roots; the count is a rounded one. */
export function rootSurge(count: number, expected: number): number {
  const z = 2 * (Math.sqrt(count) - Math.sqrt(Math.max(1, expected)))
  return z <= 0 ? 0 : (z * z) / 2
}

/** When an answer was given and the topic rose again after it, it is owed again from that release on. */
export function answerClock({ cells, answeredAt, firstSeen }: TopicEvidence): AnswerClock {
  if (answeredAt === null) return { owedSince: firstSeen, answeredAt, reopenedAt: null }
  const before = cells.filter((cell) => cell.to <= answeredAt).map(perHour)
  const level = before.length === 0 ? Infinity : Math.max(...before.slice(-6))
  const again = cells.find((cell) => cell.from >= answeredAt && perHour(cell) >= REOPENS * level)
  return { owedSince: firstSeen, answeredAt, reopenedAt: again?.to ?? null }
}

export function topicComponents(evidence: TopicEvidence): Components {
  const { cells, now } = evidence
  const cell = cells.at(-1)
  if (cell === undefined || evidence.merged) return NO_RISK
  const usual = usualBefore(cells, cell)
  const rate = perHour(cell)
  const span = (cell.to - cell.from) / HOUR
  const lasting = new Set(
    cells
      .filter((each) => each.to > cell.to - SLICES * SLICE_MS)
      .map((each) => Math.floor((cell.to - each.to) / SLICE_MS)),
  )
  const harms = cell.harm.flatMap((part) => {
    const harm = evidence.harmOf(part.category)
    return harm === undefined ? [] : [{ ...harm, count: part.messages }]
  })
  const low = cell.sentiment?.negative.low
  return faded(
    {
      ...NO_RISK,
      surge: surgeComponent(rootSurge(cell.people, (usual ?? 0) * span)),
      growth: growthComponent(rate, usual ?? 0),
      persistence: persistenceComponent(lasting.size, SLICES),
      reach: reachComponent(cell.people, evidence.active),
      spread: spreadComponent(cell.groups, evidence.qualifyingGroups),
      negative: low === undefined ? 0 : Math.min(1, Math.max(0, (low - evidence.usualNegative) / 0.5)),
      harm: harmComponent(harms, cell.messages),
      unanswered: unansweredComponent(answerClock(evidence), evidence.targetMs, now),
    },
    now - cell.to,
  )
}

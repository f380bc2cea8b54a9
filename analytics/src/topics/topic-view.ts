/** What a screen may know of topics: computed from released cells and nothing else. */
import type { HarmPart, ReleasedCell, SentimentShares } from '../privacy/released-cell.ts'
import type { TopicLink } from './identity.ts'

export type TopicStatus = 'rising' | 'steady' | 'falling' | 'over'

export interface TopicSummary {
  id: string
  /** newest released words first seen at the top */
  terms: string[]
  status: TopicStatus
  /** end of the first and of the newest cell, ms */
  firstSeen: number
  lastSeen: number
  /** of the newest cell */
  from: number
  people: number
  messages: number
  groups: number
  units: number
  /** people an hour of the newest cell, and its ratio to the two hours before; null while there is nothing before */
  peoplePerHour: number
  rise: number | null
  sentiment: SentimentShares | null
  harm: HarmPart[]
  /** ids of shown topics it split from or was merged into */
  splitFrom: string | null
  mergedInto: string | null
}

export interface TopicView {
  apply(cells: readonly ReleasedCell[], links?: readonly TopicLink[]): void
  /** topics of the organisation seen within 48 hours, most people an hour first */
  list(now: number): TopicSummary[]
}

const hour = 3_600_000
const reach = 2 * hour
const keep = 48 * hour
/** silence after which a topic counts as falling, and as over */
const fallingAfter = 45 * 60_000
const overAfter = 2 * hour

interface History {
  cells: ReleasedCell[]
  firstSeen: number
  splitFrom: string | null
  mergedInto: string | null
}

/** `scope`: id of the unit whose topics are listed; the organisation's root for the topics page. */
export function createTopicView(scope: string): TopicView {
  const topics = new Map<string, History>()
  return {
    apply(cells, links = []) {
      for (const cell of cells) {
        if (cell.kind !== 'topic' || cell.scope !== scope) continue
        const known = topics.get(cell.key) ?? {
          cells: [],
          firstSeen: cell.to,
          splitFrom: null,
          mergedInto: null,
        }
        known.cells = [...known.cells.filter((old) => old.to > cell.to - 2 * reach), cell]
        topics.set(cell.key, known)
      }
      for (const link of links) {
        const source = topics.get(link.from)
        const target = topics.get(link.into)
        // A link to a topic that was never shown would say something that no cell says.
        if (!source || !target) continue
        if (link.kind === 'split') target.splitFrom = link.from
        else source.mergedInto = link.into
      }
    },
    list(now) {
      for (const [id, known] of topics) if (now - known.cells.at(-1)!.to > keep) topics.delete(id)
      return [...topics]
        .map(([id, known]) => summarise(id, known, now))
        .sort(
          (a, b) => b.peoplePerHour - a.peoplePerHour || a.firstSeen - b.firstSeen || (a.id < b.id ? -1 : 1),
        )
    },
  }
}

function perHour(cell: ReleasedCell): number {
  return (cell.people * hour) / (cell.to - cell.from)
}

function summarise(id: string, known: History, now: number): TopicSummary {
  const cell = known.cells.at(-1)!
  const before = known.cells.slice(0, -1).filter((old) => old.to > cell.to - reach)
  const span = before.reduce((sum, old) => sum + old.to - old.from, 0)
  const usual = span === 0 ? null : (before.reduce((sum, old) => sum + old.people, 0) * hour) / span
  const rise = usual === null || usual === 0 ? null : perHour(cell) / usual
  return {
    id,
    terms: cell.terms,
    status: statusOf(rise, now - cell.to, known.mergedInto !== null),
    firstSeen: known.firstSeen,
    lastSeen: cell.to,
    from: cell.from,
    people: cell.people,
    messages: cell.messages,
    groups: cell.groups,
    units: cell.units,
    peoplePerHour: perHour(cell),
    rise,
    sentiment: cell.sentiment,
    harm: cell.harm,
    splitFrom: known.splitFrom,
    mergedInto: known.mergedInto,
  }
}

function statusOf(rise: number | null, silence: number, merged: boolean): TopicStatus {
  if (merged || silence >= overAfter) return 'over'
  if (silence >= fallingAfter) return 'falling'
  if (rise === null || rise >= 1.25) return 'rising'
  return rise <= 0.8 ? 'falling' : 'steady'
}

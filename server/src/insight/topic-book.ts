import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import type { TopicLink } from '@guanlan/analytics/topics/identity'
import { createTopicView, type TopicSummary, type TopicView } from '@guanlan/analytics/topics/topic-view'

/** What was released of topics and mood, by unit, kept for two days in memory; nothing else is read for a screen. */
export interface TopicBook {
  apply(cells: readonly ReleasedCell[], links: readonly TopicLink[]): void
  /** Units in which a topic was released lately. */
  scopes(): string[]
  list(unitId: string, now: number): TopicSummary[]
  cellsOf(unitId: string, topicId: string): readonly ReleasedCell[]
  /** Mood of a unit, released within the last two days, oldest first: calibrated, and as released. */
  mood(unitId: string): readonly ReleasedCell[]
  releasedMood(unitId: string): readonly ReleasedCell[]
  /** Ids that a screen was ever shown here. */
  isShown(topicId: string): boolean
  version(): number
}

const KEEP_MS = 48 * 3_600_000

interface Scope {
  view: TopicView
  cells: Map<string, ReleasedCell[]>
}

/** @param shown what readers get of a cell, asked for each time: a calibration comes and goes */
export function createTopicBook(shown: (cell: ReleasedCell) => ReleasedCell = (cell) => cell): TopicBook {
  const scopes = new Map<string, Scope>()
  const mood = new Map<string, ReleasedCell[]>()
  let version = 0

  function scopeOf(id: string): Scope {
    const known = scopes.get(id) ?? { view: createTopicView(id), cells: new Map<string, ReleasedCell[]>() }
    scopes.set(id, known)
    return known
  }
  const recent = (list: readonly ReleasedCell[] | undefined, now: number) =>
    (list ?? []).filter((cell) => now - cell.to <= KEEP_MS)

  return {
    apply(cells, links) {
      const byScope = new Map<string, ReleasedCell[]>()
      for (const cell of cells) {
        if (cell.kind === 'sentiment') mood.set(cell.scope, [...recent(mood.get(cell.scope), cell.to), cell])
        if (cell.kind !== 'topic') continue
        byScope.set(cell.scope, [...(byScope.get(cell.scope) ?? []), cell])
        const { cells: known } = scopeOf(cell.scope)
        known.set(cell.key, [...recent(known.get(cell.key), cell.to), cell])
      }
      for (const [id, { view }] of scopes) view.apply(byScope.get(id) ?? [], links)
      if (cells.length > 0 || links.length > 0) version++
    },
    scopes: () => [...scopes.keys()],
    list(unitId, now) {
      const scope = scopes.get(unitId)
      if (scope === undefined) return []
      for (const [id, list] of scope.cells) if (now - (list.at(-1)?.to ?? 0) > KEEP_MS) scope.cells.delete(id)
      return scope.view.list(now).map((topic) => {
        const newest = scope.cells.get(topic.id)?.at(-1)
        return newest === undefined ? topic : { ...topic, sentiment: shown(newest).sentiment }
      })
    },
    cellsOf: (unitId, topicId) => (scopes.get(unitId)?.cells.get(topicId) ?? []).map(shown),
    mood: (unitId) => (mood.get(unitId) ?? []).map(shown),
    releasedMood: (unitId) => mood.get(unitId) ?? [],
    isShown: (topicId) => [...scopes.values()].some(({ cells }) => cells.has(topicId)),
    version: () => version,
  }
}

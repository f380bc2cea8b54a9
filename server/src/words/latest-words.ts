import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import type { WarmUp } from '@guanlan/analytics/topics/windows'
import type { Words } from '@guanlan/contract/panels'

interface Release {
  from: number
  to: number
  terms: Map<string, ReleasedCell>
  /** words of the release before */
  before: ReadonlyMap<string, ReleasedCell>
}

/** Words on one panel. */
const SHOWN = 40

/** The newest release of every unit, as panels show it. */
export function createLatestWords() {
  const newest = new Map<string, Release>()
  return {
    add(cells: readonly ReleasedCell[]): void {
      for (const cell of cells) {
        if (cell.kind !== 'term') continue
        let held = newest.get(cell.scope)
        if (held === undefined || held.to < cell.to) {
          held = { from: cell.from, to: cell.to, terms: new Map(), before: held?.terms ?? new Map() }
          newest.set(cell.scope, held)
        }
        if (held.to === cell.to) held.terms.set(cell.key, cell)
      }
    },
    panel(unitId: string, warmUp: WarmUp): Words {
      const held = newest.get(unitId)
      const rows = [...(held?.terms.values() ?? [])]
      rows.sort((a, b) => b.people - a.people || b.messages - a.messages || (a.key < b.key ? -1 : 1))
      return {
        state: warmUp.minutes < warmUp.of ? 'warming_up' : 'ready',
        warmMinutes: warmUp.minutes,
        releasedAt: held?.to ?? null,
        from: held?.from ?? null,
        to: held?.to ?? null,
        rows: rows.slice(0, SHOWN).map((cell) => ({
          word: cell.key,
          people: cell.people,
          messages: cell.messages,
          previousMessages: held?.before.get(cell.key)?.messages ?? null,
        })),
      }
    },
  }
}

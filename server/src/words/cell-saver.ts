import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import type { CellStore } from './cell-store.ts'

/**
 * Appends released cells in order. A batch that the store did not take is kept and tried again with the same token, so that it
 * counts once whether or not it had landed.
 * @param run distinguishes this process's tokens from those of earlier ones
 */
export function createCellSaver(store: CellStore, run: string, dayOf: (ms: number) => string) {
  let waiting: { token: string; cells: readonly ReleasedCell[] }[] = []
  let batches = 0
  return {
    add(cells: readonly ReleasedCell[]): void {
      if (cells.length > 0) waiting.push({ token: `cells-${run}-${batches++}`, cells })
    },
    /** @throws what the store threw; everything not yet appended is kept */
    async flush(): Promise<void> {
      while (waiting.length > 0) {
        const [batch] = waiting
        await store.append(batch!.cells, dayOf, batch!.token)
        waiting = waiting.slice(1)
      }
    },
  }
}

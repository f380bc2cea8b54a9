import type { Corrections } from '@guanlan/contract/panels'
import type { Tier } from '@guanlan/contract/taxonomy'
import { scopeCategories } from '../privacy/group-categories.ts'
import { atLeastZero, sqlFile, withFragments } from './read.ts'
import type { Question } from './source.ts'
import { windowParams } from './window.ts'

const SQL = sqlFile(import.meta.url, 'corrections.sql')

/** Of fewer acted-on events a share says nothing. */
const RATE_FLOOR = 20

interface CorrectionRow {
  readonly category: string
  /** The group that speaks for itself; '' for what counts as it is. */
  readonly alone: string
  readonly decided: number
  readonly changed: number
  readonly reversed: number
}

/**
 * What people changed of the first decisions (question over hourWindow: full local hours). Care is no violation and is left out.
 * @param tierOf of a code; undefined for codes that are no longer known
 */
export async function readCorrections(
  { read, counted, window }: Question,
  tierOf: (code: string) => Tier | undefined,
  categoryFloor: number,
): Promise<Corrections> {
  const rows = await read<CorrectionRow>(
    withFragments(SQL, { byGroup: counted.byGroup, alone: counted.alone }),
    { ...windowParams(window), ...counted.params },
  )
  return correctionsOf(rows, tierOf, categoryFloor)
}

/** Floors applied: a category of a group that speaks for itself shows what its categories panel would; exported for tests. */
export function correctionsOf(
  rows: readonly CorrectionRow[],
  tierOf: (code: string) => Tier | undefined,
  categoryFloor: number,
): Corrections {
  const kept = rows.filter((row) => tierOf(row.category) !== 'care')
  const sum = (key: 'decided' | 'changed' | 'reversed', of: readonly CorrectionRow[] = kept) =>
    atLeastZero(of.reduce((total, row) => total + row[key], 0))
  const acted = sum('decided')
  const overturned = sum('reversed')
  const told = (alone: string) =>
    scopeCategories(
      kept
        .filter((row) => row.alone === alone)
        .map((row) => ({
          alone,
          code: row.category,
          tier: tierOf(row.category) ?? 'conduct',
          count: row.decided,
        })),
      categoryFloor,
    ).map(({ code }) => `${alone} ${code}`)
  const shown = new Set([...new Set(kept.map(({ alone }) => alone))].flatMap(told))
  const byCode = new Map<string, CorrectionRow[]>()
  for (const row of kept)
    if (shown.has(`${row.alone} ${row.category}`))
      byCode.set(row.category, [...(byCode.get(row.category) ?? []), row])
  return {
    acted,
    corrected: sum('changed'),
    overturned,
    overturnRate: acted < RATE_FLOOR ? null : overturned / acted,
    rows: [...byCode]
      .map(([code, of]) => ({ code, acted: sum('decided', of), overturned: sum('reversed', of) }))
      .sort((a, b) => b.overturned - a.overturned || b.acted - a.acted || (a.code < b.code ? -1 : 1)),
  }
}

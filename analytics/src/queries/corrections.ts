import type { Corrections } from '@guanlan/contract/panels'
import { isSensitiveCategory } from '@guanlan/contract/taxonomy'
import { CATEGORY_FLOOR } from './categories.ts'
import { atLeastZero, sqlFile, withFragments } from './read.ts'
import type { Question } from './source.ts'
import { windowParams } from './window.ts'

const SQL = sqlFile(import.meta.url, 'corrections.sql')

/** Of fewer acted-on events a share says nothing. */
const RATE_FLOOR = 20

/**
 * What people changed of the first decisions (question over hourWindow: full local hours). Care is no violation and is left out.
 * @param isCare true for codes of the care tier
 */
export async function readCorrections(
  { read, kind, counted, window }: Question,
  isCare: (code: string) => boolean,
  categoryFloor = CATEGORY_FLOOR,
): Promise<Corrections> {
  const rows = await read<{ category: string; decided: number; changed: number; reversed: number }>(
    withFragments(SQL, { byGroup: counted.byGroup }),
    { ...windowParams(window), ...counted.params },
  )
  const kept = rows.filter((row) => !isCare(row.category))
  const sum = (key: 'decided' | 'changed' | 'reversed') =>
    atLeastZero(kept.reduce((total, row) => total + row[key], 0))
  const acted = sum('decided')
  const overturned = sum('reversed')
  const floor = Math.max(CATEGORY_FLOOR, categoryFloor)
  const mayShow = (row: { category: string; decided: number }) =>
    kind === 'unit' || (row.decided >= floor && !isSensitiveCategory(row.category))
  return {
    acted,
    corrected: sum('changed'),
    overturned,
    overturnRate: acted < RATE_FLOOR ? null : overturned / acted,
    rows: kept
      .filter((row) => row.decided > 0 && mayShow(row))
      .map((row) => ({ code: row.category, acted: row.decided, overturned: atLeastZero(row.reversed) }))
      .sort((a, b) => b.overturned - a.overturned || b.acted - a.acted || (a.code < b.code ? -1 : 1)),
  }
}

import type { UnitRow } from '@guanlan/contract/panels'
import type { ChildTable } from './counted.ts'
import { atLeastZero, sqlFile, withFragments } from './read.ts'
import type { Question } from './source.ts'
import { windowParams } from './window.ts'

const SQL = sqlFile(import.meta.url, 'units.sql')

/** Slices of a row's little line. */
export const SPARK_SLICES = 12
const HOUR_SECONDS = 3600

interface Row {
  child: string
  is_now: number
  step: number
  messages: number
  illegal: number
  harmful: number
  conduct: number
}

/** Figures of each child that may be shown, most violations first (question over hourWindow: full local hours). */
export async function readUnits(
  { read, counted, window }: Question,
  table: ChildTable,
  nameOf: (scope: string) => string,
): Promise<UnitRow[]> {
  if (table.cells.size === 0) return []
  const hours = Math.ceil((window.now.to - window.now.from) / 1000 / HOUR_SECONDS)
  const slices = Math.min(SPARK_SLICES, hours)
  const slice = Math.ceil(hours / slices) * HOUR_SECONDS
  const rows = await read<Row>(withFragments(SQL, { byUnit: counted.byUnit }), {
    ...windowParams(window),
    ...counted.params,
    slice,
    cells: [...table.cells.keys()],
    children: [...table.cells.values()],
  })
  const byChild = new Map<string, Row[]>()
  for (const child of new Set(table.cells.values())) byChild.set(child, [])
  for (const row of rows) byChild.get(row.child)?.push(row)
  const hadData = rows.some((row) => row.is_now === 0)
  return [...byChild]
    .map(([child, own]) =>
      unitRow(child, own, {
        name: nameOf(child),
        slices: Math.ceil((hours * HOUR_SECONDS) / slice),
        hadData,
      }),
    )
    .sort((a, b) => b.acted - a.acted || b.messages - a.messages || (a.scope < b.scope ? -1 : 1))
}

const violations = (row: Row) =>
  atLeastZero(row.illegal) + atLeastZero(row.harmful) + atLeastZero(row.conduct)
const sum = (rows: readonly Row[], of: (row: Row) => number) =>
  rows.reduce((total, row) => total + of(row), 0)

function unitRow(
  scope: string,
  rows: readonly Row[],
  { name, slices, hadData }: { name: string; slices: number; hadData: boolean },
): UnitRow {
  const now = rows.filter((row) => row.is_now === 1)
  const spark = new Array<number>(slices).fill(0)
  for (const row of now) spark[row.step] = (spark[row.step] ?? 0) + violations(row)
  return {
    scope,
    name,
    messages: sum(now, (row) => atLeastZero(row.messages)),
    acted: sum(now, violations),
    previousActed: hadData
      ? sum(
          rows.filter((row) => row.is_now === 0),
          violations,
        )
      : null,
    tier: {
      illegal: sum(now, (row) => atLeastZero(row.illegal)),
      harmful: sum(now, (row) => atLeastZero(row.harmful)),
      conduct: sum(now, (row) => atLeastZero(row.conduct)),
    },
    spark,
  }
}

import type { UnitRow } from '@guanlan/contract/panels'
import type { ChildTable, Counted, Span } from './counted.ts'
import { atLeastZero, sqlFile, withFragments, type Read } from './read.ts'
import type { Question } from './source.ts'

const SQL = sqlFile(import.meta.url, 'units.sql')

/** Slices of a row's little line. */
export const SPARK_SLICES = 12
const HOUR_SECONDS = 3600
const DAY_MS = 86_400_000
/** Characters of a child's code, a number of base 36: as in units.sql. */
const CODE = 3
const NONE = '0'.repeat(CODE)

interface Row {
  child: string
  step: number
  messages: number
  illegal: number
  harmful: number
  conduct: number
}

interface Codes {
  readonly groups: string[]
  /** For each group the codes of its days, one after another. */
  readonly codes: string[]
  readonly childOf: ReadonlyMap<string, string>
}

/** The table of children for a stretch of days: one string a group, since one for each day would take the engine seconds to read. */
function codesOf(table: ChildTable, firstDay: string, lastDay: string): Codes {
  const codeOf = new Map<string, string>()
  const byGroup = new Map<string, string[]>()
  const first = Date.parse(firstDay)
  const days = Math.round((Date.parse(lastDay) - first) / DAY_MS) + 1
  for (const [key, child] of table.cells) {
    const [day, group] = [key.slice(0, 10), key.slice(11)]
    if (day < firstDay || day > lastDay) continue
    let code = codeOf.get(child)
    if (code === undefined) codeOf.set(child, (code = (codeOf.size + 1).toString(36).padStart(CODE, '0')))
    let codes = byGroup.get(group)
    if (codes === undefined) byGroup.set(group, (codes = new Array<string>(days).fill(NONE)))
    codes[Math.round((Date.parse(day) - first) / DAY_MS)] = code
  }
  return {
    groups: [...byGroup.keys()],
    codes: [...byGroup.values()].map((codes) => codes.join('')),
    childOf: new Map([...codeOf].map(([child, code]) => [code, child])),
  }
}

interface Reading {
  readonly counted: Counted
  readonly table: ChildTable
  readonly dayOf: (ms: number) => string
}

/** Rows of one span by child. */
async function readSpan(
  read: Read,
  { counted, table, dayOf }: Reading,
  span: Span,
  slice: number,
): Promise<Map<string, Row[]>> {
  const [firstDay, lastDay] = [dayOf(span.from), dayOf(span.to - 1)]
  const { groups, codes, childOf } = codesOf(table, firstDay, lastDay)
  const byChild = new Map<string, Row[]>()
  if (groups.length === 0) return byChild
  const sql = withFragments(SQL, { byUnit: counted.byUnit })
  const own = { firstDay, lastDay, from: span.from / 1000, to: span.to / 1000, slice, groups, codes }
  // The hidden groups of `counted` are a long list that this query does not ask for.
  const params = Object.entries({ ...counted.params, ...own }).filter(([name]) => sql.includes(`{${name}:`))
  for (const row of await read<Row>(sql, Object.fromEntries(params))) {
    const child = childOf.get(row.child) ?? ''
    const rows = byChild.get(child)
    if (rows === undefined) byChild.set(child, [row])
    else rows.push(row)
  }
  return byChild
}

/**
 * Figures of each child that may be shown, most violations first (question over hourWindow: full local hours).
 * @param dayOf local day of an instant
 */
export async function readUnits(
  { read, readPast, counted, window }: Question,
  table: ChildTable,
  { nameOf, dayOf }: { nameOf: (scope: string) => string; dayOf: (ms: number) => string },
): Promise<UnitRow[]> {
  if (table.cells.size === 0) return []
  const hours = Math.ceil((window.now.to - window.now.from) / 1000 / HOUR_SECONDS)
  const slices = Math.min(SPARK_SLICES, hours)
  const slice = Math.ceil(hours / slices) * HOUR_SECONDS
  const reading = { counted, table, dayOf }
  const [now, before] = await Promise.all([
    readSpan(read, reading, window.now, slice),
    readSpan(readPast, reading, window.before, hours * HOUR_SECONDS),
  ])
  return [...new Set(table.cells.values())]
    .map((child) =>
      unitRow(child, now.get(child) ?? [], {
        name: nameOf(child),
        slices: Math.ceil((hours * HOUR_SECONDS) / slice),
        before: before.size > 0 ? (before.get(child) ?? []) : null,
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
  now: readonly Row[],
  { name, slices, before }: { name: string; slices: number; before: readonly Row[] | null },
): UnitRow {
  const spark = new Array<number>(slices).fill(0)
  for (const row of now) spark[row.step] = (spark[row.step] ?? 0) + violations(row)
  return {
    scope,
    name,
    messages: sum(now, (row) => atLeastZero(row.messages)),
    acted: sum(now, violations),
    previousActed: before === null ? null : sum(before, violations),
    tier: {
      illegal: sum(now, (row) => atLeastZero(row.illegal)),
      harmful: sum(now, (row) => atLeastZero(row.harmful)),
      conduct: sum(now, (row) => atLeastZero(row.conduct)),
    },
    spark,
  }
}

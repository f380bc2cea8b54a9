import type { Categories } from '@guanlan/contract/panels'
import { isVagueCategory, type Tier } from '@guanlan/contract/taxonomy'
import { scopeCategories } from '../privacy/group-categories.ts'
import { sqlFile } from './read.ts'
import { ask, askAlone, type Question } from './source.ts'

const SQL = sqlFile(import.meta.url, 'categories.sql')
const SQL_ALONE = sqlFile(import.meta.url, 'categories-alone.sql')

interface Row {
  is_now: number
  tier: Tier
  category: string
  acted: number
}
export type CategoryRow = Row & {
  /** The group that speaks for itself; '' for what counts as it is. */
  readonly alone: string
}

const sumOf = (rows: readonly { count: number }[]) => rows.reduce((sum, row) => sum + row.count, 0)

/** Violations by category, most first, beside the span before (question over periodWindow). */
export async function readCategories(question: Question, categoryFloor: number): Promise<Categories> {
  const [all, alone] = await Promise.all([
    question.kind === 'group' ? [] : ask<Row>(SQL, question),
    askAlone<Row & { group_id: string }>(SQL_ALONE, question),
  ])
  const rows: CategoryRow[] = [
    ...all.map((row) => ({ ...row, alone: '' })),
    ...alone.map((row) => ({ ...row, alone: row.group_id })),
    // They are in the sum of a unit, which speaks for the others only.
    ...(question.kind === 'group' ? [] : alone.map((row) => ({ ...row, alone: '', acted: -row.acted }))),
  ]
  return categoriesOf(rows, categoryFloor, question.counted.ofOneGroup)
}

/** Puts rows of both spans together, floors applied; exported for tests. */
export function categoriesOf(
  rows: readonly CategoryRow[],
  categoryFloor: number,
  ofOneGroup: boolean,
): Categories {
  const of = (isNow: 0 | 1) =>
    rows
      .filter((row) => row.is_now === isNow)
      .map(({ alone, category, tier, acted }) => ({ alone, code: category, tier, count: acted }))
  const now = of(1)
  const before = of(0)
  const hadData = sumOf(before) > 0
  // The past goes through the same: a count that is hidden in its own time must not be told later.
  const told = new Map(scopeCategories(before, categoryFloor).map(({ code, count }) => [code, count]))
  const shown = scopeCategories(now, categoryFloor).filter(({ tier }) => tier !== 'care')
  const total = sumOf(now.filter(({ tier }) => tier !== 'care'))
  const vague = sumOf(shown.filter(({ code }) => isVagueCategory(code)))
  const previousOf = (code: string) => told.get(code) ?? (ofOneGroup ? null : 0)
  return {
    rows: shown.map((row) => ({ ...row, previous: hadData ? previousOf(row.code) : null })),
    notShown: Math.max(0, total - sumOf(shown)),
    vagueShare: total <= 0 ? 0 : vague / total,
    care: ofOneGroup
      ? null
      : sumOf(scopeCategories(now, categoryFloor).filter(({ tier }) => tier === 'care')),
  }
}

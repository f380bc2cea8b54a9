import type { Categories, CategoryCount } from '@guanlan/contract/panels'
import { isSensitiveCategory, type Tier } from '@guanlan/contract/taxonomy'
import { sqlFile } from './read.ts'
import { ask, type Question } from './source.ts'

const SQL = sqlFile(import.meta.url, 'categories.sql')

interface Row {
  is_now: number
  tier: Tier
  category: string
  acted: number
}

const VAGUE = new Set(['offtopic', 'uncategorised'])
const isVague = (code: string) => VAGUE.has(code) || [...VAGUE].some((vague) => code.startsWith(`${vague}.`))
const sumOf = (rows: readonly { count: number }[]) => rows.reduce((sum, row) => sum + row.count, 0)

/** Events of a category below which a group does not show it. */
export const CATEGORY_FLOOR = 3

/** Violations by category, most first, beside the span before (question over periodWindow). */
export async function readCategories(
  question: Question,
  categoryFloor = CATEGORY_FLOOR,
): Promise<Categories> {
  const rows = await ask<Row>(SQL, question)
  const before = new Map(rows.filter((row) => row.is_now === 0).map((row) => [row.category, row.acted]))
  const hadData = rows.some((row) => row.is_now === 0 && row.acted > 0)
  const all = rows
    .filter((row) => row.is_now === 1 && row.acted > 0)
    .map((row): CategoryCount => {
      return {
        code: row.category,
        tier: row.tier,
        count: row.acted,
        previous: hadData ? Math.max(0, before.get(row.category) ?? 0) : null,
      }
    })
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
  const violations = all.filter((row) => row.tier !== 'care')
  if (question.kind === 'group') return groupCategories(violations, Math.max(CATEGORY_FLOOR, categoryFloor))
  return {
    rows: violations,
    notShown: 0,
    vagueShare: share(violations, violations),
    care: sumOf(all.filter((row) => row.tier === 'care')),
  }
}

const share = (shown: readonly CategoryCount[], all: readonly { count: number }[]) =>
  sumOf(all) === 0 ? 0 : sumOf(shown.filter((row) => isVague(row.code))) / sumOf(all)

/**
 * A group shows a category from three events on and never the sensitive ones or care. Tier totals are known, so where
 * what is hidden of a tier would be sensitive events alone, or mostly, the smallest shown categories are folded in with them
 * (complementary suppression) until they are not, or the whole tier is folded.
 */
export function groupCategories(violations: readonly CategoryCount[], floor: number): Categories {
  const rows: CategoryCount[] = []
  for (const tier of ['illegal', 'harmful', 'conduct'] as const) {
    const ofTier = violations.filter((row) => row.tier === tier)
    const sensitive = sumOf(ofTier.filter((row) => isSensitiveCategory(row.code)))
    const plain = ofTier.filter((row) => !isSensitiveCategory(row.code))
    const shown = plain
      .filter((row) => row.count >= floor)
      .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
    let cover = sumOf(plain) - sumOf(shown)
    while (sensitive > cover && shown.length > 0) cover += shown.pop()?.count ?? 0
    rows.push(...shown)
  }
  rows.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
  return {
    // A past count below the floor is as telling as a present one.
    rows: rows.map((row) => ({
      ...row,
      previous: row.previous !== null && row.previous < floor ? null : row.previous,
    })),
    notShown: sumOf(violations) - sumOf(rows),
    vagueShare: share(rows, violations),
    care: null,
  }
}

import { isSensitiveCategory, VIOLATION_TIERS, type Tier } from '@guanlan/contract/taxonomy'

/** Events of a category below which a group does not tell it. */
const CATEGORY_FLOOR = 3

export interface CategoryEvents {
  readonly code: string
  readonly tier: Tier
  readonly count: number
}

const mostFirst = (a: CategoryEvents, b: CategoryEvents) => b.count - a.count || (a.code < b.code ? -1 : 1)
const sumOf = (rows: readonly CategoryEvents[]) => rows.reduce((sum, row) => sum + row.count, 0)

/**
 * What one group tells of its categories in one window, most first: the only way in which a category of a single group
 * reaches a screen, a rule, a score or a report. A category from the floor on, never a sensitive one and never care. Tier
 * totals are known, so where what is hidden of a tier would be sensitive events alone, or mostly, the smallest ones are
 * folded in with them (complementary suppression) until they are not, or the whole tier is folded.
 *
 * @param events all categories of the group in the window: leaving one out would change what covers the sensitive ones
 */
export function tellable<T extends CategoryEvents>(events: readonly T[], categoryFloor: number): T[] {
  const floor = Math.max(CATEGORY_FLOOR, categoryFloor)
  const told: T[] = []
  for (const tier of VIOLATION_TIERS) {
    const ofTier = events.filter((row) => row.tier === tier && row.count > 0)
    const plain = ofTier.filter((row) => !isSensitiveCategory(row.code))
    const sensitive = sumOf(ofTier) - sumOf(plain)
    const shown = plain.filter((row) => row.count >= floor).sort(mostFirst)
    let cover = sumOf(plain) - sumOf(shown)
    while (sensitive > cover && shown.length > 0) cover += shown.pop()?.count ?? 0
    told.push(...shown)
  }
  return told.sort(mostFirst)
}

/** What a scope tells when some of its groups have to speak for themselves, by `alone`: a group's id, or '' for the rest. */
export function scopeCategories<T extends CategoryEvents>(
  rows: readonly (T & { readonly alone: string })[],
  categoryFloor: number,
): { code: string; tier: Tier; count: number }[] {
  const parts = new Map<string, Map<string, { code: string; tier: Tier; count: number }>>()
  for (const { alone, code, tier, count } of rows) {
    const part = parts.get(alone) ?? new Map<string, { code: string; tier: Tier; count: number }>()
    parts.set(alone, part)
    const known = part.get(code)
    if (known === undefined) part.set(code, { code, tier, count })
    else known.count += count
  }
  const sums = new Map<string, { code: string; tier: Tier; count: number }>()
  for (const [alone, part] of parts)
    for (const row of alone === '' ? part.values() : tellable([...part.values()], categoryFloor)) {
      const sum = sums.get(row.code)
      if (sum === undefined) sums.set(row.code, { ...row })
      else sum.count += row.count
    }
  return [...sums.values()].filter(({ count }) => count > 0).sort(mostFirst)
}

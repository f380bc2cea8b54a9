import type { CategoryCount } from '@guanlan/contract/panels'
import type { Tier } from '@guanlan/contract/taxonomy'
import { describe, expect, it } from 'vitest'
import { groupCategories } from './categories.ts'

const row = (code: string, tier: Tier, count: number, previous: number | null = null): CategoryCount => ({
  code,
  tier,
  count,
  previous,
})
const shown = (rows: CategoryCount[]) => {
  const answer = groupCategories(rows, 3)
  return { rows: answer.rows.map(({ code, count }) => `${code} ${count}`), notShown: answer.notShown }
}

describe('categories of one group', () => {
  it('are shown from three events on', () => {
    expect(shown([row('ads', 'conduct', 5), row('spam.flood', 'conduct', 2)])).toEqual({
      rows: ['ads 5'],
      notShown: 2,
    })
  })

  it('fold the smallest shown one in where only sensitive ones would be hidden', () => {
    const rows = [
      row('fraud', 'illegal', 9),
      row('gambling', 'illegal', 4),
      row('leak.privacy', 'illegal', 3),
    ]
    expect(shown(rows)).toEqual({ rows: ['fraud 9'], notShown: 7 })
  })

  it('fold until the hidden sum is not mostly sensitive, or the whole tier', () => {
    const rows = [row('vulgar', 'harmful', 4), row('minors.unsafe', 'harmful', 20), row('ads', 'conduct', 3)]
    expect(shown(rows)).toEqual({ rows: ['ads 3'], notShown: 24 })
  })

  it('leave a tier as it is when enough else is hidden in it', () => {
    const rows = [
      row('vulgar', 'harmful', 6),
      row('clickbait', 'harmful', 2),
      row('minors.unsafe', 'harmful', 1),
    ]
    expect(shown(rows)).toEqual({ rows: ['vulgar 6'], notShown: 3 })
  })

  it('keep past counts below three to themselves and never speak of care', () => {
    const answer = groupCategories([row('ads', 'conduct', 5, 2), row('offtopic', 'conduct', 5, 4)], 3)
    expect(answer.rows.map(({ previous }) => previous)).toEqual([null, 4])
    expect(answer).toMatchObject({ care: null, vagueShare: 0.5 })
  })
})

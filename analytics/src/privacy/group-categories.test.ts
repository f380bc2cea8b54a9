import { isSensitiveCategory, type Tier } from '@guanlan/contract/taxonomy'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scopeCategories, tellable, type CategoryEvents } from './group-categories.ts'

const row = (code: string, tier: Tier, count: number) => ({ code, tier, count })
const told = (rows: CategoryEvents[], floor = 3) =>
  tellable(rows, floor).map(({ code, count }) => `${code} ${count}`)

describe('categories of one group', () => {
  it('are told from three events on, never from fewer', () => {
    expect(told([row('ads', 'conduct', 5), row('spam.flood', 'conduct', 2)])).toEqual(['ads 5'])
    expect(told([row('ads', 'conduct', 2)], 1)).toEqual([])
    expect(told([row('ads', 'conduct', 5), row('spam.flood', 'conduct', 6)], 6)).toEqual(['spam.flood 6'])
  })

  it('fold the smallest one in where only sensitive ones would be hidden', () => {
    const rows = [
      row('fraud', 'illegal', 9),
      row('gambling', 'illegal', 4),
      row('leak.privacy', 'illegal', 3),
    ]
    expect(told(rows)).toEqual(['fraud 9'])
  })

  it('fold until the hidden sum is not mostly sensitive, or the whole tier', () => {
    const rows = [row('vulgar', 'harmful', 4), row('minors.unsafe', 'harmful', 20), row('ads', 'conduct', 3)]
    expect(told(rows)).toEqual(['ads 3'])
  })

  it('leave a tier as it is when enough else is hidden in it', () => {
    const rows = [
      row('vulgar', 'harmful', 6),
      row('clickbait', 'harmful', 2),
      row('minors.unsafe', 'harmful', 1),
    ]
    expect(told(rows)).toEqual(['vulgar 6'])
  })

  it('never speak of care', () => {
    expect(told([row('self-harm.concern', 'care', 50)])).toEqual([])
  })

  it('never leave more sensitive than other events hidden beside a category that is told', () => {
    const tiers: Record<string, Tier> = {
      ...{ fraud: 'illegal', gambling: 'illegal', 'leak.privacy': 'illegal', 'minors.abuse': 'illegal' },
      ...{ vulgar: 'harmful', gore: 'harmful', 'minors.unsafe': 'harmful', ads: 'conduct' },
    }
    const events = fc.record(Object.fromEntries(Object.keys(tiers).map((code) => [code, fc.nat(12)])))
    fc.assert(
      fc.property(events, (counts) => {
        const rows = Object.entries(tiers).map(([code, tier]) => row(code, tier, counts[code] ?? 0))
        const shown = tellable(rows, 3)
        for (const tier of new Set(shown.map((each) => each.tier))) {
          const hidden = rows.filter((each) => each.tier === tier && !shown.includes(each))
          const sum = (sensitive: boolean) =>
            hidden
              .filter(({ code }) => isSensitiveCategory(code) === sensitive)
              .reduce((total, { count }) => total + count, 0)
          expect(sum(true)).toBeLessThanOrEqual(sum(false))
        }
      }),
    )
  })
})

describe('categories of a scope', () => {
  it('are exact of groups that stand together, and of one that stands alone what it tells', () => {
    const rows = [
      { alone: '', ...row('leak.privacy', 'illegal', 2) },
      { alone: '', ...row('fraud', 'illegal', 1) },
      { alone: 'g1', ...row('leak.privacy', 'illegal', 3) },
      { alone: 'g1', ...row('fraud', 'illegal', 4) },
      { alone: 'g1', ...row('ads', 'conduct', 3) },
      { alone: 'g1', ...row('self-harm.concern', 'care', 1) },
    ]
    expect(scopeCategories(rows, 3)).toEqual([
      row('ads', 'conduct', 3),
      row('leak.privacy', 'illegal', 2),
      row('fraud', 'illegal', 1),
    ])
  })
})

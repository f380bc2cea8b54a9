import type { Tier } from '@guanlan/contract/taxonomy'
import { describe, expect, it } from 'vitest'
import { categoriesOf, type CategoryRow } from './categories.ts'
import { correctionsOf } from './corrections.ts'

const row = (category: string, tier: Tier, acted: number, more: Partial<CategoryRow> = {}): CategoryRow => ({
  ...{ is_now: 1, alone: '', category, tier, acted },
  ...more,
})
const ofGroup = { alone: 'g1' }
const past = { is_now: 0, alone: 'g1' }

describe('the categories panel', () => {
  it('keeps what a group hides to itself, now and in the past', () => {
    const rows = [
      row('ads', 'conduct', 5, ofGroup),
      row('offtopic', 'conduct', 5, ofGroup),
      row('fraud', 'illegal', 7, ofGroup),
      row('ads', 'conduct', 2, past),
      row('offtopic', 'conduct', 4, past),
      // Covered the sensitive ones in its own time.
      row('fraud', 'illegal', 6, past),
      row('leak.privacy', 'illegal', 2, past),
    ]
    const answer = categoriesOf(rows, 3, true)
    expect(answer.rows.map(({ code, previous }) => [code, previous])).toEqual([
      ['fraud', null],
      ['ads', null],
      ['offtopic', 4],
    ])
    expect(answer).toMatchObject({ care: null, notShown: 0, vagueShare: 5 / 17 })
  })

  it('of a unit shows everything but what the one group that stands alone hides', () => {
    const rows = [
      row('leak.privacy', 'illegal', 4),
      row('self-harm.concern', 'care', 1),
      row('leak.privacy', 'illegal', 2, ofGroup),
      row('self-harm.concern', 'care', 3, ofGroup),
      row('gambling', 'illegal', 9, ofGroup),
      // Group g1 is in the sum of the unit, so it is taken off again.
      row('ads', 'conduct', 2),
      row('ads', 'conduct', 1, ofGroup),
      row('ads', 'conduct', -1),
    ]
    const answer = categoriesOf(rows, 3, false)
    expect(answer.rows.map(({ code, count }) => [code, count])).toEqual([
      ['leak.privacy', 4],
      ['ads', 1],
    ])
    expect(answer).toMatchObject({ care: 1, notShown: 12 })
  })
})

describe('the corrections panel', () => {
  const TIERS: Record<string, Tier> = {
    'self-harm.concern': 'care',
    fraud: 'illegal',
    'leak.privacy': 'illegal',
    ads: 'conduct',
  }
  const rows = (alone: string) => [
    { category: 'fraud', alone, decided: 6, changed: 1, reversed: 1 },
    { category: 'leak.privacy', alone, decided: 2, changed: 0, reversed: 0 },
    { category: 'ads', alone, decided: 5, changed: 2, reversed: 2 },
    { category: 'self-harm.concern', alone, decided: 4, changed: 1, reversed: 1 },
  ]
  const codes = (alone: string) =>
    correctionsOf(rows(alone), (code) => TIERS[code], 3).rows.map(({ code }) => code)

  it('folds away for one group what would tell the sensitive rest of the total', () => {
    expect(codes('g1')).toEqual(['ads'])
    expect(codes('')).toEqual(['ads', 'fraud', 'leak.privacy'])
    expect(correctionsOf(rows('g1'), (code) => TIERS[code], 3)).toMatchObject({ acted: 13, overturned: 3 })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guardParts } from './release-guard.ts'

const part = fc.record({ people: fc.integer({ min: 0, max: 30 }), published: fc.boolean() })

describe('complement guard', () => {
  it('never leaves one part hidden alone, nor a hidden rest of some people below the floor', () => {
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 5, max: 8 }),
        (parts, floor) => {
          const given = parts.map((p) => ({ ...p, passes: p.people >= floor }))
          const rest = (hidden: readonly number[]) => ({
            people: hidden.reduce((sum, i) => sum + given[i]!.people, 0),
            parts: hidden.filter((i) => given[i]!.people > 0).length,
          })
          const shown = guardParts(given, rest, floor)
          shown.forEach((is, i) => expect(is && !given[i]!.passes).toBe(false))
          if (!shown.includes(true)) return
          const hidden = given.flatMap((p, i) => (shown[i] || (p.published && p.people === 0) ? [] : [i]))
          expect(hidden.length).not.toBe(1)
          const left = rest(hidden)
          expect(left.people === 0 || (left.people >= floor && left.parts >= 2)).toBe(true)
        },
      ),
    )
  })

  it('shows everything when nothing is hidden, and the large when two small ones cover each other', () => {
    const sized = (...sizes: number[]) =>
      sizes.map((people) => ({ people, published: false, passes: people >= 5 }))
    const rest = (parts: { people: number }[]) => (hidden: readonly number[]) => ({
      people: hidden.reduce((sum, i) => sum + parts[i]!.people, 0),
      parts: hidden.filter((i) => parts[i]!.people > 0).length,
    })
    const all = sized(10, 7)
    expect(guardParts(all, rest(all), 5)).toEqual([true, true])
    const covered = sized(20, 4, 3)
    expect(guardParts(covered, rest(covered), 5)).toEqual([true, false, false])
    const alone = sized(20, 9, 2)
    expect(guardParts(alone, rest(alone), 5)).toEqual([true, false, false])
    const bare = sized(20, 2)
    expect(guardParts(bare, rest(bare), 5)).toEqual([false, false])
  })
})

describe('what stays hidden for good', () => {
  it('is not left to one part, though open windows would cover it for now', () => {
    const parts = [20, 9, 30, 12].map((people, i) => ({ people, published: false, passes: i < 2 }))
    const now = () => ({ people: 42, parts: 2 })
    // An earlier window of the third part is hidden: alone, until a part of this round keeps it company.
    const past = (hidden: readonly number[]) => ({ people: 9, parts: 1 + hidden.filter((i) => i < 2).length })
    expect(guardParts(parts, now, 5)).toEqual([true, true, false, false])
    expect(guardParts(parts, now, 5, past)).toEqual([true, false, false, false])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { settledAt } from './settle.ts'

/** root > a(b, c), d */
const PARENTS: Record<string, string | null> = { root: null, a: 'root', b: 'a', c: 'a', d: 'root' }
const tree = {
  ancestorsOn(unit: string): string[] {
    const parent = PARENTS[unit]
    return parent === undefined ? [] : parent === null ? [unit] : [unit, ...tree.ancestorsOn(parent)]
  },
}
const settle = (shownAt: Record<string, string>, silent: readonly string[] = []) =>
  settledAt(
    new Map(
      Object.entries(shownAt).map(([id, unit]) => [id, { shownAt: unit, active: !silent.includes(id) }]),
    ),
    tree,
    '2026-11-21',
  )

describe('where categories of groups settle', () => {
  it('is at the unit where two groups meet', () => {
    expect(Object.fromEntries(settle({ g1: 'b', g2: 'b', g3: 'c', g4: 'd' }))).toEqual({
      ...{ g1: 'b', g2: 'b' },
      // Alone in their units: they meet at the root.
      ...{ g3: 'root', g4: 'root' },
    })
  })

  it('is nowhere for the only group there is', () => {
    expect(Object.fromEntries(settle({ g1: 'b', g2: '' }))).toEqual({ g1: '' })
    expect(Object.fromEntries(settle({ g1: 'b', g2: 'b', g3: 'd' })).g3).toBe('')
  })

  it('needs company that wrote that day', () => {
    expect(Object.fromEntries(settle({ g1: 'b', g2: 'b', g3: 'c', g4: 'd' }, ['g2']))).toEqual({
      ...{ g1: 'a', g3: 'a' },
      g4: '',
    })
    expect(Object.fromEntries(settle({ g1: 'b', g2: 'b' }, ['g2']))).toEqual({ g1: '' })
  })

  it('leaves no single group in what two units differ by', () => {
    const units = Object.keys(PARENTS)
    const anyPlace = fc.array(fc.constantFrom(...units, ''), { minLength: 1, maxLength: 7 })
    fc.assert(
      fc.property(
        anyPlace,
        fc.array(fc.boolean(), { maxLength: 7 }),
        fc.subarray(units),
        (places, quiet, children) => {
          const ids = places.map((_, i) => `g${i}`)
          const silent = ids.filter((_, i) => quiet[i] === true)
          const settled = settle(Object.fromEntries(places.map((unit, i) => [`g${i}`, unit])), silent)
          const inside = (unit: string) =>
            [...settled]
              .filter(([group, at]) => !silent.includes(group) && tree.ancestorsOn(at).includes(unit))
              .map(([group]) => group)
          for (const unit of units) {
            const below = children.filter((each) => each !== unit && tree.ancestorsOn(each).includes(unit))
            const taken = new Set(below.flatMap(inside))
            expect(inside(unit).filter((group) => !taken.has(group))).not.toHaveLength(1)
          }
        },
      ),
    )
  })
})

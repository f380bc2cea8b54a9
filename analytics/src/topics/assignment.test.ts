import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assign } from './assignment.ts'

function best(cost: number[][], row = 0, used = new Set<number>()): number {
  if (row === cost.length) return 0
  let least = Infinity
  for (let c = 0; c < cost[0]!.length; c++) {
    if (used.has(c)) continue
    used.add(c)
    least = Math.min(least, cost[row]![c]! + best(cost, row + 1, used))
    used.delete(c)
  }
  return least
}

describe('assignment', () => {
  it('has the least total cost of all assignments', () => {
    const shape = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }))
      .filter(([r, c]) => r <= c)
    const matrix = shape.chain(([r, c]) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: c, maxLength: c }), {
        minLength: r,
        maxLength: r,
      }),
    )
    fc.assert(
      fc.property(matrix, (cost) => {
        const columns = assign(cost)
        expect(new Set(columns).size).toBe(cost.length)
        expect(columns.reduce((sum, c, r) => sum + cost[r]![c]!, 0)).toBe(best(cost))
      }),
    )
  })

  it('leaves rows without a column unassigned', () => {
    expect(assign([[3], [1], [2]])).toEqual([-1, 0, -1])
    expect(assign([])).toEqual([])
    expect(assign([[], []])).toEqual([-1, -1])
  })
})

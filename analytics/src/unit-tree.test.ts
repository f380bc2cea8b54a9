import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays } from './days.ts'
import type { UnitParentRow } from './unit-tree.ts'
import { checkUnitTree, createUnitTree } from './unit-tree.ts'

const row = (
  unitId: string,
  parentId: string | null,
  fromDay: string,
  toDay: string | null = null,
): UnitParentRow => ({
  unitId,
  parentId,
  fromDay,
  toDay,
})
const DAY0 = '2026-01-01'

const moved = [
  row('city', null, DAY0),
  row('north', 'city', DAY0),
  row('south', 'city', DAY0),
  row('estate', 'north', DAY0, '2026-03-01'),
  row('estate', 'south', '2026-03-01'),
]

describe('createUnitTree', () => {
  it('answers by the day of a move', () => {
    const tree = createUnitTree(moved)
    expect(tree.rootOn('2026-02-01')).toBe('city')
    expect(tree.ancestorsOn('estate', '2026-02-28')).toEqual(['estate', 'north', 'city'])
    expect(tree.ancestorsOn('estate', '2026-03-01')).toEqual(['estate', 'south', 'city'])
    expect(tree.subtreeOn('north', '2026-02-28')).toEqual(['estate', 'north'])
    expect(tree.subtreeOn('north', '2026-03-01')).toEqual(['north'])
    expect(tree.childrenOn('city', '2026-03-01')).toEqual(['north', 'south'])
    expect(tree.isWithinOn('estate', 'north', '2026-03-01')).toBe(false)
    expect(tree.isWithinOn('estate', 'city', '2026-03-01')).toBe(true)
  })

  it('cuts segments only where the subtree of the unit changes', () => {
    const tree = createUnitTree(moved)
    expect(tree.segments('north', '2026-02-01', '2026-04-01')).toEqual([
      { fromDay: '2026-02-01', toDay: '2026-03-01', units: ['estate', 'north'] },
      { fromDay: '2026-03-01', toDay: '2026-04-01', units: ['north'] },
    ])
    expect(tree.segments('city', '2026-02-01', '2026-04-01')).toHaveLength(1)
    expect(tree.segments('city', '2026-04-01', '2026-04-01')).toEqual([])
  })

  it('knows nothing before the first day and of unknown units', () => {
    const tree = createUnitTree(moved)
    expect(tree.rootOn('2025-12-31')).toBeUndefined()
    expect(tree.ancestorsOn('nowhere', DAY0)).toEqual([])
    expect(tree.isWithinOn('nowhere', 'city', DAY0)).toBe(false)
  })

  it.each([
    ['gap', [row('a', null, DAY0), row('b', 'a', DAY0, '2026-02-01'), row('b', 'a', '2026-02-02')]],
    ['overlap', [row('a', null, DAY0), row('b', 'a', DAY0), row('b', 'a', '2026-02-02')]],
    ['several_roots', [row('a', null, DAY0), row('b', null, '2026-02-01')]],
    ['no_root', [row('a', null, DAY0, '2026-02-01'), row('b', 'a', DAY0)]],
    ['missing_parent', [row('a', null, DAY0), row('b', 'x', DAY0)]],
    ['cycle', [row('a', null, DAY0), row('b', 'c', DAY0), row('c', 'b', DAY0)]],
    ['cycle', [row('a', null, DAY0), row('b', 'b', DAY0)]],
    ['empty_interval', [row('a', null, DAY0, DAY0)]],
  ] as const)('refuses: %s', (kind, rows) => {
    expect(checkUnitTree(rows).map((problem) => problem.kind)).toContain(kind)
    expect(() => createUnitTree(rows)).toThrow()
  })
})

/** A random history: each unit hangs below an earlier one, moves keep that order, so it is always a tree. */
const history = fc
  .array(fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat()), { maxLength: 4 }), {
    minLength: 1,
    maxLength: 14,
  })
  .map((units) => {
    const rows: UnitParentRow[] = [row('u00', null, DAY0)]
    units.forEach((moves, index) => {
      const id = `u${String(index + 1).padStart(2, '0')}`
      let from = DAY0
      let parent = `u${String((moves[0]?.[1] ?? 0) % (index + 1)).padStart(2, '0')}`
      for (const [gap, pick] of moves) {
        const to = addDays(from, gap)
        rows.push(row(id, parent, from, to))
        from = to
        parent = `u${String(pick % (index + 1)).padStart(2, '0')}`
      }
      rows.push(row(id, parent, from))
    })
    return rows
  })

describe('any history of moves', () => {
  const day = fc.integer({ min: 0, max: 250 }).map((n) => addDays(DAY0, n))

  it('agrees with walking the interval rows one by one', () => {
    fc.assert(
      fc.property(history, day, (rows, onDay) => {
        const tree = createUnitTree(rows)
        const parentOf = (unit: string) =>
          rows.find((r) => r.unitId === unit && r.fromDay <= onDay && (r.toDay === null || onDay < r.toDay))
            ?.parentId
        for (const unit of new Set(rows.map((r) => r.unitId))) {
          const path: string[] = []
          for (let at: string | null | undefined = unit; at; at = parentOf(at)) path.push(at)
          expect(tree.ancestorsOn(unit, onDay)).toEqual(path)
          for (const ancestor of path) expect(tree.subtreeOn(ancestor, onDay)).toContain(unit)
        }
        expect(tree.subtreeOn('u00', onDay)).toHaveLength(new Set(rows.map((r) => r.unitId)).size)
      }),
    )
  })

  it('segments cover each day once and agree with the day asked alone', () => {
    fc.assert(
      fc.property(history, day, fc.integer({ min: 1, max: 120 }), (rows, from, length) => {
        const tree = createUnitTree(rows)
        const to = addDays(from, length)
        for (const unit of ['u00', 'u01']) {
          const parts = tree.segments(unit, from, to)
          expect(parts[0]?.fromDay).toBe(from)
          expect(parts.at(-1)?.toDay).toBe(to)
          for (const [index, part] of parts.entries()) {
            if (index > 0) expect(part.fromDay).toBe(parts[index - 1]?.toDay)
            for (let d = part.fromDay; d < part.toDay; d = addDays(d, 1))
              expect(tree.subtreeOn(unit, d)).toEqual(part.units)
          }
        }
      }),
    )
  })

  it('refuses any row taken out of the middle', () => {
    fc.assert(
      fc.property(history, fc.nat(), (rows, pick) => {
        const inner = rows.filter((r) => r.toDay !== null && r.fromDay !== DAY0)
        const gone = inner[pick % Math.max(inner.length, 1)]
        fc.pre(gone !== undefined)
        expect(checkUnitTree(rows.filter((r) => r !== gone)).map((p) => p.kind)).toContain('gap')
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate, type Allocation, type VisibilityInput } from './visibility.ts'

/** A little organisation: parent index of each unit (0 is the root), leaf unit of each group, people sets. */
interface World {
  parents: number[]
  leaves: number[]
  today: Set<number>[]
  yesterday: number[]
}

const unitId = (index: number) => `u${index}`
const groupId = (index: number) => `g${index}`
const indexOf = (id: string) => Number(id.slice(1))

function union(sets: readonly Set<number>[], ids: readonly number[]): number {
  return new Set(ids.flatMap((id) => [...(sets[id] ?? [])])).size
}

function pathOf(world: World, unit: number): number[] {
  return unit === 0 ? [0] : [unit, ...pathOf(world, world.parents[unit] ?? 0)]
}

function groupsUnder(world: World, unit: number): number[] {
  return world.leaves.flatMap((leaf, group) => (pathOf(world, leaf).includes(unit) ? [group] : []))
}

function inputOf(world: World, previous?: Allocation): VisibilityInput {
  return {
    units: world.parents.map((parent, unit) => ({
      id: unitId(unit),
      parentId: unit === 0 ? null : unitId(parent),
      previousPeople: Math.max(0, ...groupsUnder(world, unit).map((group) => world.yesterday[group] ?? 0)),
      people: union(world.today, groupsUnder(world, unit)),
    })),
    groups: world.leaves.map((leaf, group) => ({
      id: groupId(group),
      unitId: unitId(leaf),
      previousPeople: world.yesterday[group] ?? 0,
      people: world.today[group]?.size ?? 0,
    })),
    poolPeople: (ids) => union(world.today, ids.map(indexOf)),
    previous,
  }
}

const qualifies = (world: World, group: number) =>
  (world.today[group]?.size ?? 0) >= 10 || (world.yesterday[group] ?? 0) >= 10

/** scope.md, written a second time and without history: what counts where when a day is first decided. */
function firstDecision(world: World): Map<number, string> {
  const at = new Map<number, string>()
  world.leaves.forEach((leaf, group) => at.set(group, qualifies(world, group) ? unitId(leaf) : ''))
  const bubble = (unit: number): number[] => {
    const below = world.parents.flatMap((parent, child) =>
      child > 0 && parent === unit ? bubble(child) : [],
    )
    const direct = world.leaves.flatMap((leaf, group) =>
      leaf === unit && !qualifies(world, group) ? [group] : [],
    )
    const pool = [...below, ...direct]
    const active = pool.filter((group) => (world.today[group]?.size ?? 0) > 0)
    if (active.length < 2 || union(world.today, pool) < 10) return pool
    for (const group of pool) at.set(group, unitId(unit))
    return []
  }
  bubble(0)
  return at
}

/** Everything a reader can see of a day, as rows over groups: single groups and the totals of units. */
function shownRows(world: World, allocation: Allocation): number[][] {
  const row = (counts: (group: number) => boolean) => world.leaves.map((_, group) => (counts(group) ? 1 : 0))
  const single = world.leaves.flatMap((_, group) =>
    allocation.get(groupId(group))?.own === true ? [row((other) => other === group)] : [],
  )
  const totals = world.parents.map((_, unit) =>
    row((group) => {
      const at = allocation.get(groupId(group))?.shownAt ?? ''
      return at !== '' && pathOf(world, indexOf(at)).includes(unit)
    }),
  )
  return [...single, ...totals]
}

/** Reduced echelon form over the rationals; entries stay small for 0/1 rows of this size. */
function echelon(rows: number[][]): number[][] {
  const basis: number[][] = []
  for (const row of rows) {
    const left = reduce(basis, row)
    const pivot = left.findIndex((value) => Math.abs(value) > 1e-9)
    if (pivot < 0) continue
    basis.push(left.map((value) => value / (left[pivot] ?? 1)))
  }
  return basis
}
function reduce(basis: number[][], row: number[]): number[] {
  let left = [...row]
  for (const known of basis) {
    const pivot = known.findIndex((value) => Math.abs(value) > 1e-9)
    const factor = left[pivot] ?? 0
    if (Math.abs(factor) > 1e-9) left = left.map((value, column) => value - factor * (known[column] ?? 0))
  }
  return left
}
const canFind = (basis: number[][], set: number[]) =>
  reduce(basis, set).every((value) => Math.abs(value) < 1e-7)

/** Sets of groups, none shown alone, that can be found by adding and subtracting shown figures though they are too small. */
function isolated(world: World, rows: number[][]): number[][] {
  const basis = echelon(rows)
  const size = world.leaves.length
  const found: number[][] = []
  for (let bits = 1; bits < 2 ** size; bits++) {
    const groups = world.leaves.flatMap((_, group) => ((bits >> group) & 1 ? [group] : []))
    const hidden = groups.filter((group) => !qualifies(world, group))
    if (hidden.length < groups.length) continue
    const active = groups.filter((group) => (world.today[group]?.size ?? 0) > 0)
    if (active.length === 0 || (active.length > 1 && union(world.today, active) >= 10)) continue
    if (
      canFind(
        basis,
        world.leaves.map((_, group) => (groups.includes(group) ? 1 : 0)),
      )
    )
      found.push(groups)
  }
  return found
}

const worldOf = (people: fc.Arbitrary<number[]>) =>
  fc
    .record({ units: fc.integer({ min: 1, max: 6 }), groups: fc.integer({ min: 1, max: 7 }) })
    .chain(({ units, groups }) =>
      fc.record({
        parents: fc.tuple(...Array.from({ length: units }, (_, unit) => fc.nat(Math.max(0, unit - 1)))),
        leaves: fc.array(fc.nat(units - 1), { minLength: groups, maxLength: groups }),
        today: fc
          .array(people, { minLength: groups, maxLength: groups })
          .map((lists) => lists.map((list) => new Set(list))),
        yesterday: fc.array(fc.oneof({ weight: 4, arbitrary: fc.nat(9) }, fc.nat(30)), {
          minLength: groups,
          maxLength: groups,
        }),
      }),
    ) as fc.Arbitrary<World>

const fewPeople = fc.oneof(
  fc.constant<number[]>([]),
  fc.array(fc.nat(25), { maxLength: 9 }),
  fc.array(fc.nat(25), { maxLength: 18 }),
)
const somePeople = fc.oneof(
  fc.array(fc.nat(25), { minLength: 1, maxLength: 9 }),
  fc.array(fc.nat(25), { minLength: 1, maxLength: 18 }),
)

/** The same day again, each time with more people in its groups. */
const dayOf = (people: fc.Arbitrary<number[]>) =>
  worldOf(people).chain((world) =>
    fc
      .array(fc.array(fewPeople, { minLength: world.leaves.length, maxLength: world.leaves.length }), {
        maxLength: 4,
      })
      .map((growth) => {
        const moments = [world]
        for (const added of growth) {
          const before = moments.at(-1) ?? world
          const today = before.today.map((set, group) => new Set([...set, ...(added[group] ?? [])]))
          moments.push({ ...before, today })
        }
        return moments
      }),
  )

function allocationsOf(moments: World[]): Allocation[] {
  const done: Allocation[] = []
  for (const world of moments) done.push(allocate(inputOf(world, done.at(-1))))
  return done
}

describe('the first decision of a day', () => {
  it('is what the floors say', () => {
    fc.assert(
      fc.property(worldOf(fewPeople), (world) => {
        const allocation = allocate(inputOf(world))
        const expected = firstDecision(world)
        for (const group of world.leaves.keys()) {
          if ((world.today[group]?.size ?? 0) === 0 && !qualifies(world, group)) continue
          expect(allocation.get(groupId(group))).toEqual({
            own: qualifies(world, group),
            shownAt: expected.get(group),
            active: (world.today[group]?.size ?? 0) > 0,
          })
        }
      }),
      { numRuns: 500 },
    )
  })

  it('lets no set of fewer than 10 people and no single small group be found by subtraction', () => {
    fc.assert(
      fc.property(worldOf(fewPeople), (world) => {
        expect(isolated(world, shownRows(world, allocate(inputOf(world))))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('does not depend on the order of its lists', () => {
    fc.assert(
      fc.property(worldOf(fewPeople), (world) => {
        const input = inputOf(world)
        const turned = { ...input, units: [...input.units].reverse(), groups: [...input.groups].reverse() }
        expect(new Map([...allocate(turned)].sort())).toEqual(new Map([...allocate(input)].sort()))
      }),
    )
  })
})

describe('a day that goes on', () => {
  it('lets nothing small be found from all its moments together', () => {
    fc.assert(
      fc.property(dayOf(somePeople), (moments) => {
        const allocations = allocationsOf(moments)
        const last = moments.at(-1) ?? moments[0]
        if (last === undefined) return
        expect(
          isolated(
            last,
            allocations.flatMap((allocation) => shownRows(last, allocation)),
          ),
        ).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('only ever splits cells, also when groups wake up late', () => {
    fc.assert(
      fc.property(dayOf(fewPeople), (moments) => {
        const allocations = allocationsOf(moments)
        const final = allocations.at(-1)
        moments.forEach((world, moment) => {
          const awake = (row: number[]) =>
            row.map((value, group) => ((world.today[group]?.size ?? 0) > 0 ? value : 0))
          const last = shownRows(world, final ?? new Map()).map(awake)
          for (const row of shownRows(world, allocations[moment] ?? new Map()))
            expect(canFind(echelon(last), awake(row))).toBe(true)
        })
      }),
      { numRuns: 500 },
    )
  })

  it('keeps shown what is shown and every open pool above its floor', () => {
    fc.assert(
      fc.property(dayOf(fewPeople), (moments) => {
        const allocations = allocationsOf(moments)
        allocations.forEach((allocation, moment) => {
          const world = moments[moment]
          if (world === undefined) return
          for (const unit of world.parents.keys()) {
            const pool = world.leaves.flatMap((_, group) => {
              const shown = allocation.get(groupId(group))
              const active = (world.today[group]?.size ?? 0) > 0
              return active && shown?.own === false && shown.shownAt === unitId(unit) ? [group] : []
            })
            if (pool.length > 0)
              expect([pool.length >= 2, union(world.today, pool) >= 10]).toEqual([true, true])
          }
          for (const [id, shown] of allocations[moment - 1] ?? []) {
            const active = (moments[moment - 1]?.today[indexOf(id)]?.size ?? 0) > 0
            if (shown.own) expect(allocation.get(id)?.own).toBe(true)
            else if (shown.shownAt !== '' && active) expect(allocation.get(id)?.shownAt).not.toBe('')
          }
        })
      }),
      { numRuns: 500 },
    )
  })
})

describe('cases worth reading', () => {
  const people = (from: number, count: number) =>
    new Set(Array.from({ length: count }, (_, index) => from + index))
  const world = (today: Set<number>[], leaves: number[], parents = [0, 0, 0]): World => ({
    parents,
    leaves,
    today,
    yesterday: leaves.map(() => 0),
  })

  it('counts a lone small group at the first ancestor where a pool passes', () => {
    const allocation = allocate(inputOf(world([people(0, 12), people(20, 4), people(30, 7)], [1, 1, 2])))
    expect(allocation.get('g0')).toEqual({ own: true, shownAt: 'u1', active: true })
    expect(allocation.get('g1')).toEqual({ own: false, shownAt: 'u0', active: true })
    expect(allocation.get('g2')).toEqual({ own: false, shownAt: 'u0', active: true })
  })

  it('holds a group back when the pool it would leave is too small', () => {
    const morning = world([people(0, 8), people(20, 4)], [1, 1])
    const before = allocate(inputOf(morning))
    expect(before.get('g0')).toEqual({ own: false, shownAt: 'u1', active: true })
    const noon = { ...morning, today: [people(0, 15), people(20, 4)] }
    expect(allocate(inputOf(noon, before)).get('g0')).toEqual({ own: false, shownAt: 'u1', active: true })
    expect(allocate(inputOf(noon)).get('g0')).toEqual({ own: true, shownAt: 'u1', active: true })
    const evening = { ...morning, today: [people(0, 15), people(20, 11)] }
    const after = allocate(inputOf(evening, before))
    expect([after.get('g0')?.own, after.get('g1')?.own]).toEqual([true, true])
  })

  it('never counts a group that was filed and spoke after its pool had opened into that pool', () => {
    const morning = world([people(0, 8), people(20, 4)], [1, 1])
    const before = allocate(inputOf(morning))
    const later = world([people(0, 8), people(20, 4), people(40, 3)], [1, 1, 1])
    expect(allocate(inputOf(later, before)).get('g2')).toEqual({ own: false, shownAt: '', active: true })
  })

  it('keeps every cell after a kill by which the people of the day were lost', () => {
    const before = allocate(inputOf(world([people(0, 8), people(20, 4), people(40, 3)], [1, 1, 2])))
    expect(before.get('g1')).toEqual({ own: false, shownAt: 'u1', active: true })
    const nobody = world([new Set(), new Set(), new Set()], [1, 1, 2])
    expect(allocate(inputOf(nobody, before))).toEqual(before)
    // Ten people write elsewhere: a pool above must not take what was shown below it.
    const after = allocate(inputOf(world([people(60, 1), people(70, 1), people(80, 9)], [1, 1, 2]), before))
    expect([after.get('g0'), after.get('g1')]).toEqual([before.get('g0'), before.get('g1')])
  })

  it('takes a raised floor and ignores a lowered one', () => {
    const input = inputOf(world([people(0, 12)], [1]))
    expect(allocate({ ...input, floor: 20 }).get('g0')?.own).toBe(false)
    expect(
      allocate({
        ...input,
        groups: [{ id: 'g0', unitId: 'u1', previousPeople: 0, people: 5 }],
        floor: 2,
      }).get('g0')?.own,
    ).toBe(false)
  })
})

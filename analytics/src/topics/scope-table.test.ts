import { describe, expect, it } from 'vitest'
import { createPeoplePool } from './people-pool.ts'
import { createScopeBatch } from './scope-batch.ts'
import { createScopeTree, type Scope } from './scopes.ts'

function generator(seed: number): (below: number) => number {
  let x = seed | 1
  return (below) => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % below
  }
}

interface Said {
  unit: number
  person: number
  day: number
  group: number
  terms: number[]
}

const units = [-1, 0, 0, 1, 1, 3].map((parent, i) => ({ id: `u${i}`, parent }))

/** People of the larger day, messages and groups of one word in one scope, by brute force. */
function truth(all: readonly Said[], inside: (unit: number) => boolean, term: number) {
  const own = all.filter((one) => inside(one.unit) && one.terms.includes(term))
  const days = new Map<number, Set<number>>()
  for (const { day, person } of own) days.set(day, (days.get(day) ?? new Set<number>()).add(person))
  return {
    messages: own.length,
    people: Math.max(0, ...[...days.values()].map((people) => people.size)),
    groups: new Set(own.map(({ group }) => group)).size,
  }
}

function counted({ table }: Scope, term: number) {
  const row = table.find(term)
  if (row < 0) return { messages: 0, people: 0, groups: 0 }
  return { messages: table.messages(row), people: table.people(row), groups: table.groups(row) }
}

describe('words counted in heaps', () => {
  for (const [seed, messages] of [
    [5, 900],
    [71, 45_000],
  ] as const)
    it(`give the counts of brute force in every scope, over midnight (${messages})`, () => {
      const below = generator(seed)
      const tree = createScopeTree(createPeoplePool(), { root: 65_536, unit: 8_192 })
      tree.setUnits(units, 0, 0)
      const batch = createScopeBatch(tree.chainOf)
      const all: Said[] = []
      for (let i = 0; i < messages; i++) {
        const terms = [...new Set(Array.from({ length: below(6) }, () => below(1 + below(3000))))]
        const day = 20 + Math.floor((3 * i) / messages)
        const said = { unit: below(units.length), person: 1 + below(150), day, group: below(100), terms }
        all.push(said)
        const message = { ...said, at: i, polarity: 0, category: -1 }
        batch.add(message, Int32Array.from(terms), terms.length)
        if (i === 400) batch.flush()
      }
      batch.flush()
      for (const scope of tree.all) {
        const inside = (unit: number): boolean =>
          scope.direct ? unit === scope.unit : tree.chainOf(unit).includes(scope)
        for (const term of [0, 1, 2, 40, 700, 2999])
          expect([scope.id, term, counted(scope, term)]).toEqual([scope.id, term, truth(all, inside, term)])
      }
    })

  it('leaves out a message of a unit that the register does not know', () => {
    const tree = createScopeTree(createPeoplePool(), { root: 64, unit: 64 })
    tree.setUnits(units, 0, 0)
    const batch = createScopeBatch(tree.chainOf)
    const message = { at: 0, day: 1, person: 1, group: 0, unit: 9, polarity: 0, category: -1 }
    batch.add(message, Int32Array.of(3), 1)
    batch.flush()
    expect(tree.all.map((scope) => scope.table.rows())).toEqual(tree.all.map(() => 0))
  })
})

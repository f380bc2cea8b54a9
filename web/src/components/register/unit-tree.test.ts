import { expect, it } from 'vitest'
import { searchUnits, subtreeIds, unitForest } from './unit-tree.ts'

const UNITS = [
  { id: 'city', name: '云汀市', parentId: null },
  { id: 'north', name: '北区', parentId: 'city' },
  { id: 'water', name: '北区供水站', parentId: 'north' },
  { id: 'south', name: '南区', parentId: 'city' },
]

it('grows one tree, and more where the parents are hidden', () => {
  const [city] = unitForest(UNITS)
  expect(city?.children.map(({ unit }) => unit.id)).toEqual(
    ['north', 'south'].sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'zh-CN')),
  )
  expect(city?.children.find(({ unit }) => unit.id === 'north')?.children[0]).toMatchObject({ depth: 2 })
  expect(
    unitForest(UNITS.slice(1))
      .map(({ unit }) => unit.id)
      .sort(),
  ).toEqual(['north', 'south'])
})

it('finds by name and by id, the nearest first', () => {
  expect(searchUnits(UNITS, '北区', 9).map(({ id }) => id)).toEqual(['north', 'water'])
  expect(searchUnits(UNITS, 'WATER', 9).map(({ id }) => id)).toEqual(['water'])
  expect(searchUnits(UNITS, '  ', 9)).toEqual([])
  expect(searchUnits(UNITS, '区', 1)).toHaveLength(1)
})

it('knows what lies below a unit', () => {
  expect([...subtreeIds(UNITS, 'north')]).toEqual(['north', 'water'])
})

function nameOf(id: string): string {
  return UNITS.find((unit) => unit.id === id)?.name ?? id
}

import { expect, it } from 'vitest'
import { childrenOf, searchScopes } from './scope-search.ts'

const tree = {
  units: [
    { id: 'root', name: '云泽市', parentId: null },
    { id: 'lake', name: '临湖街道', parentId: 'root' },
    { id: 'bay', name: '湖湾社区', parentId: 'lake' },
  ],
  groups: [{ id: 'g-1', name: '湖湾社区服务群', unitId: 'bay' }],
}

it('finds units and groups by name, beginnings first, with the path above', () => {
  const { items, total } = searchScopes(tree, ' 湖 ', 10)
  expect(total).toBe(3)
  expect(items.map((item) => item.key)).toEqual(['unit:bay', 'group:g-1', 'unit:lake'])
  expect(items[1]?.path).toBe('云泽市 / 临湖街道 / 湖湾社区')
  expect(searchScopes(tree, '湖', 1)).toMatchObject({ total: 3, items: [{ key: 'unit:bay' }] })
  expect(searchScopes(tree, '', 10).items).toEqual([])
})

it('lists children, and begins with the highest unit that the account may open', () => {
  expect(childrenOf(tree, undefined)).toMatchObject([{ key: 'org', kind: 'org', leaf: false }])
  expect(childrenOf(tree, 'org')).toMatchObject([{ key: 'unit:lake' }])
  expect(childrenOf(tree, 'unit:bay')).toMatchObject([{ key: 'group:g-1', leaf: true }])
  expect(childrenOf({ ...tree, units: tree.units.slice(1) }, undefined)).toMatchObject([{ key: 'unit:lake' }])
})

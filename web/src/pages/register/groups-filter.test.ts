import { expect, it } from 'vitest'
import { askedOf, filterOfQuery, queryOf } from './groups-filter.ts'

it('reads a list from its address and writes it back', () => {
  const query = {
    unit: 'north',
    kind: 'staff',
    state: 'filed',
    finding: 'silent',
    tier: 'key',
    name: '居民群',
  }
  expect(queryOf(filterOfQuery(query))).toEqual(query)
})

it('leaves out what it does not know, instead of asking the server for nonsense', () => {
  const filter = filterOfQuery({ kind: 'other', state: ['filed'], scope: 'org', unit: 7, name: '  ' })
  expect(askedOf(filter)).toEqual({})
})

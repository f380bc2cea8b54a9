import { expect, it } from 'vitest'
import { progress } from './first-steps.ts'

const EMPTY = {
  units: 1,
  groups: 0,
  filedGroups: 0,
  keys: 0,
  lastEventAt: null,
  refusedToday: {},
  rules: 13,
  ownRules: 0,
  walls: 0,
}

it('leads from units to the wall, one step after the other', () => {
  expect(progress(EMPTY).next).toBe('units')
  expect(progress({ ...EMPTY, units: 3, groups: 2 }).next).toBe('groups')
  expect(progress({ ...EMPTY, units: 3, filedGroups: 2, keys: 1 }).next).toBe('event')
})

it('knows when all is done, in whatever order it was', () => {
  const at = {
    ...EMPTY,
    units: 2,
    filedGroups: 1,
    keys: 1,
    lastEventAt: '2026-11-21T00:00:00.000Z',
    ownRules: 1,
    walls: 1,
  }
  expect(progress(at)).toMatchObject({ next: null, count: 6 })
  expect(progress({ ...at, keys: 0 })).toMatchObject({ next: 'key', count: 5 })
})

it('does not count shipped rules as a decision of the organisation', () => {
  expect(progress(EMPTY).done.rule).toBe(false)
  expect(progress({ ...EMPTY, ownRules: 1 }).done.rule).toBe(true)
})

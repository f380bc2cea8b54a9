import { expect, it } from 'vitest'
import { mergeArgument } from './burden.ts'

const ROW = {
  unitId: 'u',
  name: 'U',
  parentId: null,
  ownGroups: 6,
  groups: 6,
  members: 300,
  groupsWithoutSize: 0,
  light: 1,
  silent: 0,
  messagesPerMemberDay: 0.4,
}

it('argues with silence first, then with little use', () => {
  expect(mergeArgument({ ...ROW, silent: 3, light: 5 })).toEqual({
    kind: 'silent',
    own: 6,
    n: 3,
    share: '50%',
  })
  expect(mergeArgument({ ...ROW, light: 4 })).toEqual({ kind: 'light', own: 6, n: 4, share: '67%' })
})

it('does not argue where figures do not, with few groups, or twice for the same ones', () => {
  expect(mergeArgument(ROW)).toBeUndefined()
  expect(mergeArgument({ ...ROW, ownGroups: 2, groups: 2, silent: 2 })).toBeUndefined()
  expect(mergeArgument({ ...ROW, groups: 40, silent: 30 })).toBeUndefined()
})

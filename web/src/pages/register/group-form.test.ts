import { GroupEdit } from '@guanlan/contract/register'
import { expect, it } from 'vitest'
import { editOf, emptyGroup, missingOf } from './group-form.ts'

const FORM = { ...emptyGroup('north'), id: 'g:1', name: '北区值班群' }

it('sends what the contract takes, with nothing for what was left empty', () => {
  const edit = GroupEdit.parse(editOf(FORM))
  expect(edit).toMatchObject({ size: null, informedOn: null, administratorPosts: [], unitId: 'north' })
  expect(edit.movedOn).toBeUndefined()
})

it('names posts once, and the account that fills each', () => {
  const edit = editOf({
    ...FORM,
    posts: [' 群管理岗 ', '群管理岗', ''],
    accounts: { 群管理岗: 'u1', 旧岗: 'u2' },
  })
  expect(edit.administratorPosts).toEqual(['群管理岗'])
  expect(edit.administratorAccounts).toEqual({ 群管理岗: 'u1' })
  expect(editOf({ ...FORM, posts: ['岗'] }).administratorAccounts).toEqual({ 岗: null })
})

it('says what is missing, the first thing first', () => {
  expect(missingOf({ ...FORM, id: 'a b' })).toBe('id')
  expect(missingOf({ ...FORM, name: ' ' })).toBe('name')
  expect(missingOf({ ...FORM, unitId: '' })).toBe('unit')
  expect(missingOf({ ...FORM, size: '12.5' })).toBe('size')
  expect(missingOf({ ...FORM, informedOn: '2026-11-20' })).toBe('how')
  expect(missingOf({ ...FORM, size: '150' })).toBeUndefined()
})

import { expect, it } from 'vitest'
import { emptyForm, filterOf } from './audit-filter.ts'

it('asks for nothing that was not filled in', () => {
  expect(filterOf(emptyForm())).toEqual({})
  expect(filterOf({ ...emptyForm(), actor: '  ', action: 'key' })).toEqual({ action: 'key' })
})

it('takes whole local days, the last one included', () => {
  expect(filterOf({ ...emptyForm(), from: '2026-11-20', to: '2026-11-21' })).toEqual({
    from: '2026-11-19T16:00:00.000Z',
    to: '2026-11-21T16:00:00.000Z',
  })
})

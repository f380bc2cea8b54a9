import { expect, it } from 'vitest'
import { getAlertEndpoint, listAlertsEndpoint } from '@guanlan/contract/endpoints/alerts'
import { at } from './address.ts'

it('fills in the path and escapes what is put there', () => {
  expect(at(getAlertEndpoint, { id: 'a/../b?c' }).path).toBe('/api/v1/alerts/a%2F..%2Fb%3Fc')
})

it('adds the query and leaves unknown values out', () => {
  expect(at(listAlertsEndpoint, {}, { status: 'resolved', before: undefined }).path).toBe(
    '/api/v1/alerts?status=resolved',
  )
  expect(at(listAlertsEndpoint, {}).path).toBe('/api/v1/alerts')
})

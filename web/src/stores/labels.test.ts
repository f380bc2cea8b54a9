import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { api } from '../api/client.ts'
import { useLabels } from './labels.ts'

const failed = (status: number) => Object.assign(new Error('no'), { name: 'ApiFailure', code: 'x', status })
const FRAUD = {
  code: 'fraud',
  zh: '诈骗传销',
  en: 'Fraud',
  tier: 'illegal',
  weight: 4,
  action: null,
} as never

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

it('asks again for names that the server could not give', async () => {
  const categories = vi.spyOn(api, 'categories').mockRejectedValueOnce(failed(503)).mockResolvedValue([FRAUD])
  const scopes = vi.spyOn(api, 'scopes').mockResolvedValue({ units: [], groups: [] })
  const labels = useLabels()
  await labels.load()
  expect(labels.categoryName('fraud', 'zh-CN')).toBe('fraud')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(labels.categoryName('fraud', 'zh-CN')).toBe('诈骗传销')
  await vi.advanceTimersByTimeAsync(60_000)
  expect([categories.mock.calls.length, scopes.mock.calls.length]).toEqual([2, 2])
})

it('does not insist where it may not read, nor after signing out', async () => {
  vi.spyOn(api, 'categories').mockResolvedValue([FRAUD])
  const scopes = vi.spyOn(api, 'scopes').mockRejectedValueOnce(failed(403)).mockRejectedValue(failed(0))
  const labels = useLabels()
  await labels.load()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(scopes).toHaveBeenCalledTimes(1)
  await labels.load()
  labels.clear()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(scopes).toHaveBeenCalledTimes(2)
})

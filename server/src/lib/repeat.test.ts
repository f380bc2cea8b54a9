import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLifecycle } from './lifecycle.ts'
import { silentLogger } from './logger.ts'
import { repeat } from './repeat.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open(work: () => Promise<unknown>) {
  const lifecycle = createLifecycle(() => undefined)
  return { lifecycle, soon: repeat('work', 1_000, work, { lifecycle, logger: silentLogger }) }
}

it('runs sooner when asked, however often, and keeps its pace', async () => {
  const work = vi.fn(async () => undefined)
  const { soon, lifecycle } = open(work)
  await vi.advanceTimersByTimeAsync(300)
  for (let i = 0; i < 5; i++) soon()
  await vi.advanceTimersByTimeAsync(0)
  expect(work).toHaveBeenCalledTimes(1)
  soon()
  await vi.advanceTimersByTimeAsync(199)
  expect(work).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(work).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(500)
  expect(work).toHaveBeenCalledTimes(3)
  soon()
  await lifecycle.stop()
  soon()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(work).toHaveBeenCalledTimes(3)
})

it('runs again after a run under way that may have passed what was asked for', async () => {
  let finish: () => void = () => undefined
  const work = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)))
  const { soon } = open(work)
  await vi.advanceTimersByTimeAsync(1_000)
  soon()
  await vi.advanceTimersByTimeAsync(100)
  expect(work).toHaveBeenCalledTimes(1)
  finish()
  await vi.advanceTimersByTimeAsync(0)
  expect(work).toHaveBeenCalledTimes(2)
})

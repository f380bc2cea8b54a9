import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { landed } from './landed.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const stats = (failing: string | null) => ({ blocks: 0, rows: 0, landedAcceptedAt: 0, parked: 0, failing })

it('gives up after half a minute in which the store takes nothing, and names the cause', async () => {
  const waits = landed({
    drained: () => new Promise(() => undefined),
    stats: () => stats('the store takes no rows'),
    backlog: () => 7,
  })
  const refused = expect(waits).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('the store takes no rows: 7 events are safe') as string,
  })
  await vi.advanceTimersByTimeAsync(30_000)
  await refused
})

it('waits on while rows land, and leaves no timer behind', async () => {
  let land: () => void = () => undefined
  let failing: string | null = 'the store takes no rows'
  const waits = landed({
    drained: () => new Promise<void>((resolve) => (land = resolve)),
    stats: () => stats(failing),
    backlog: () => 7,
  })
  await vi.advanceTimersByTimeAsync(29_000)
  failing = null
  await vi.advanceTimersByTimeAsync(60_000)
  land()
  await waits
  expect(vi.getTimerCount()).toBe(0)
})

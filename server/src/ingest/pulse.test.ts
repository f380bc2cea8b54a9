import { expect, it } from 'vitest'
import { createPulse } from './pulse.ts'

it('counts on when the clock was set back', () => {
  let now = Date.UTC(2026, 10, 21, 4)
  const pulse = createPulse({ now: () => now })
  const send = (count: number) => {
    for (let i = 0; i < count; i++) pulse.count('g-1', now)
    now += 1_000
    return pulse.perSecond(['g-1']).slice(-2)
  }
  expect(send(2)).toEqual([0, 2])
  expect(send(3)).toEqual([2, 3])
  now -= 3_600_000
  expect(send(4)).toEqual([0, 4])
  expect(send(5)).toEqual([4, 5])
})

import { expect, it } from 'vitest'
import { createRound } from './round.ts'

it('does its work so often, again at the next look after a failure, and at once after a change', async () => {
  let [now, done] = [0, 0]
  let during: () => void = () => undefined
  const round = createRound({ now: () => now }, 1000, async () => {
    done++
    during()
  })
  const look = async (at: number) => {
    now = at
    await round.look().catch(() => undefined)
    return done
  }
  during = () => {
    throw new Error('the register cannot be read')
  }
  expect([await look(0), await look(5)]).toEqual([1, 2])
  during = () => undefined
  expect([await look(10), await look(1009), await look(1010)]).toEqual([3, 3, 4])
  round.hurry()
  expect([await look(1015), await look(1020)]).toEqual([5, 5])
  during = round.hurry
  round.hurry()
  expect([await look(1025), await look(1030)]).toEqual([6, 7])
  // The clock was set back.
  during = () => undefined
  expect([await look(500), await look(1499), await look(1500)]).toEqual([8, 8, 9])
})

import { expect, it } from 'vitest'
import { coarse, observeCoarsely } from './coarse.ts'

const MINUTE = 60_000
function createClock() {
  let now = 1_000_000
  return { now: () => now, pass: (ms: number) => void (now += ms) }
}

it('tells a count in whole steps, as it stood at most once a minute', () => {
  const clock = createClock()
  let count = 1_999
  const told = coarse(1_000, clock, () => count)
  expect(told()).toBe(1_000)
  count = 2_000
  expect(told()).toBe(1_000)
  clock.pass(MINUTE)
  expect(told()).toBe(2_000)
  clock.pass(-MINUTE)
  count = 5_100
  expect(told()).toBe(5_000)
})

it('passes observations on in whole steps, at most once a minute unless they are many', () => {
  const clock = createClock()
  const told: number[] = []
  let next = 0
  const observe = observeCoarsely<number>(100, clock, (one) => told.push(one))
  const many = (count: number) => {
    for (let i = 0; i < count; i++) observe(next++)
    return told.length
  }
  expect(many(250)).toBe(0)
  clock.pass(MINUTE)
  expect(many(1)).toBe(200)
  expect(many(100)).toBe(200)
  clock.pass(MINUTE)
  expect(many(1)).toBe(300)
  expect(many(9_947)).toBe(300)
  expect(many(1)).toBe(10_300)
  expect(told).toEqual(Array.from({ length: 10_300 }, (_, i) => i))
})

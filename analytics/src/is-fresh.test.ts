import { expect, it } from 'vitest'
import { isFresh } from './is-fresh.ts'

it('holds for as long as was said, and not at all before its time', () => {
  expect([999, 1_000, 1_059, 1_060, 2_000].map((now) => isFresh(1_000, now, 60))).toEqual([
    ...[false, true, true, false, false],
  ])
  expect(isFresh(-Infinity, 0, 60)).toBe(false)
})

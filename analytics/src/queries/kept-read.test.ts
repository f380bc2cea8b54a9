import { expect, it } from 'vitest'
import { keepFor } from './kept-read.ts'
import { createVisibilityBook } from './visibility-book.ts'

/** A reader that says how often it was asked. */
function createAsked() {
  const asked = { times: 0, read: async () => (asked.times++, []) }
  return asked
}

it('reads again once the time is over, and when the clock was set back', async () => {
  let now = 1_000_000
  const [rows, days] = [createAsked(), createAsked()]
  const read = keepFor(5_000, () => now, rows.read)
  const book = createVisibilityBook({ read: days.read, now: () => now, isRecent: () => true })
  const look = async () => {
    await read('SELECT 1', {})
    await book.of(['2026-11-21'])
    return [rows.times, days.times]
  }
  expect(await look()).toEqual([1, 1])
  now += 900
  expect(await look()).toEqual([1, 1])
  now += 5_000
  expect(await look()).toEqual([2, 2])
  now -= 3_600_000
  expect(await look()).toEqual([3, 3])
  expect(await look()).toEqual([3, 3])
})

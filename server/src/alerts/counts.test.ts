import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createCounts } from './counts.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 10, 21, 23, 0)
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

const step = fc.record({
  advance: fc.integer({ min: 0, max: 4 * MINUTE }),
  /** How long ago it was sent. */
  late: fc.oneof(...[1, 90, 1_000].map((max) => fc.integer({ min: 0, max: max * MINUTE }))),
  group: fc.constantFrom('g-1', 'g-2'),
  category: fc.constantFrom(null, 'fraud'),
  look: fc.constantFrom(null, 15, 60, 120),
})

/** Sums by day, group and category. */
function summed(rows: readonly { at: number; groupId: string; category: string; count: number }[]) {
  const sums: Record<string, number> = {}
  for (const { at, groupId, category, count } of rows) {
    const key = `${dayOf(at)} ${groupId} ${category}`
    sums[key] = (sums[key] ?? 0) + count
  }
  return sums
}

it('counts what was accepted in a window as if each message were looked at again, whatever is kept between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const counts = createCounts(async () => [], dayOf)
      const taken: { at: number; accepted: number; groupId: string; category: string; count: number }[] = []
      let now = START
      for (const { advance, late, group, category, look } of steps) {
        now += advance
        const minute = Math.floor((now - late) / MINUTE) * MINUTE
        counts.observe({ groupId: group, category, minute, acceptedAt: now })
        taken.push({
          ...{ at: minute, accepted: now },
          ...{ groupId: group, category: category ?? '', count: 1 },
        })
        if (look === null) continue
        const to = Math.floor(now / MINUTE) * MINUTE + MINUTE
        const expected = taken.filter((one) => one.accepted >= to - look * MINUTE)
        expect(summed(counts.rows(look, now))).toEqual(summed(expected))
      }
    }),
  )
})

it('takes what the store says of settled minutes and of hours in place of what it kept', async () => {
  let events = 7
  const counts = createCounts(
    // The shape of both queries at once: minutes and hours.
    async <T>() =>
      [{ at: (START - 60 * MINUTE) / 1000, group_id: 'g-1', category: '', events, total: events }] as T[],
    dayOf,
  )
  const countOf = (windowMinutes: number) => counts.rows(windowMinutes, START).map(({ count }) => count)
  await counts.refresh(START, true)
  expect([countOf(120), countOf(600)]).toEqual([[7], [7]])
  events = 3
  await counts.refresh(START, true)
  expect([countOf(120), countOf(600)]).toEqual([[3], [3]])
  expect(countOf(30)).toEqual([])
})

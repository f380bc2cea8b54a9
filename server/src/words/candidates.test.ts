import { expect, it } from 'vitest'
import { createCandidates } from './candidates.ts'

const BEFORE = ['住在', '听说', '昨晚', '我家', '邻居', '今早', '路过', '关于']
const AFTER = ['停水', '漏电', '很吵', '三期', '门口', '物业', '电梯', '车库']
const MINUTE = 60_000
const MIDNIGHT = Date.parse('2026-11-22T00:00:00Z')

/** The process starts at noon; what `people` of two groups say in each of the minutes named. */
function say(...minutes: { at: number; people: number[] }[]) {
  let now = MIDNIGHT - 720 * MINUTE
  const candidates = createCandidates({
    secret: Uint8Array.from({ length: 16 }, (_, i) => i * 7 + 1),
    clock: { now: () => now },
    dayOf: (ms) => new Date(ms).toISOString().slice(0, 10),
    ...{ traditional: '', surnames: '', isKnown: () => false, roster: () => undefined, floor: 5 },
  })
  for (const { at, people } of minutes)
    for (let i = 0; i < 240; i++) {
      now = MIDNIGHT + at * MINUTE + i * 250
      const person = people[i % people.length] ?? 0
      candidates.observe(`${BEFORE[i % 8]}蓝莓湾${AFTER[(i * 3) % 8]}`, person, i % 2)
      candidates.observe(`${BEFORE[i % 8]}的${AFTER[(i * 5 + 1) % 8]}怎么办啊第${i}次`, 10_000 + i, 0)
    }
  now += 2 * MINUTE
  return () => candidates.list().map(({ spelling }) => spelling)
}
const eight = [1, 2, 3, 4, 5, 6, 7, 8]

it('offers a word that eight people of two groups used on one day', () => {
  const list = say({ at: -60, people: eight }, { at: -50, people: eight })
  expect(list()).toContain('蓝莓湾')
})

it('counts nobody as two people: what was said before midnight is no part of the next day', () => {
  const sameFour = [11, 12, 13, 14]
  const list = say(
    { at: -60, people: eight },
    { at: -30, people: [1, 2, 3, 4] },
    { at: 10, people: sameFour },
  )
  expect(list()).not.toContain('蓝莓湾')
  const five = say(
    { at: -60, people: [1, 2, 3, 4, 5] },
    { at: -50, people: [1, 2, 3, 4, 5] },
    { at: 10, people: [11, 12, 13, 14, 15] },
    { at: 20, people: [11, 12, 13, 14, 15] },
  )
  expect(five()).not.toContain('蓝莓湾')
})

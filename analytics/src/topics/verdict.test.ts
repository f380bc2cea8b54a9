import { describe, expect, it } from 'vitest'
import { postingsOf } from './postings.ts'
import { createRecentLog } from './recent-log.ts'
import type { WordSurge } from './surge.ts'
import { createVerdict } from './verdict.ts'

const minute = 60_000
const at = 1_000 * minute
const [a, b, c] = [101, 102, 103]

/** Messages as [minutes before now, words]; each by another person, in seven groups in turn, with two words of its own. */
function isTopic(said: readonly (readonly [number, readonly number[]])[], perDay = 5_000, talk = 0): boolean {
  const log = createRecentLog(8_192)
  const groupOf = (one: readonly [number, readonly number[]]): number => (said.indexOf(one) + 7) % 7
  const filler = Array.from({ length: talk }, (_, i) => [(i * 29) / talk, [9_000 + (i % 700)]] as const)
  const all = [...said, ...filler].sort((x, y) => y[0] - x[0])
  all.forEach((one, i) => {
    const [ago, words] = one
    const terms = Int32Array.from([...words, 1_000 + 2 * i, 1_001 + 2 * i])
    const message = {
      at: at - ago * minute,
      day: 0,
      person: i,
      group: groupOf(one),
      unit: 0,
      polarity: 0,
      category: -1,
    }
    log.push(message, terms, terms.length)
  })
  const words = [...new Set(said.flatMap(([, terms]) => terms))]
  const group: WordSurge[] = words.map((term) => {
    const full = said.filter(([, terms]) => terms.includes(term)).length
    return { term, full, half: full, groups: 2, expected: 0.05, score: 8 }
  })
  const postings = postingsOf(log, words)
  return createVerdict(() => false).isTopic(log, group, {
    at,
    needed: 3.5,
    hotBefore: new Set(),
    postings,
    perDay,
  })
}

/** About so many minutes apart, and not like a clock. */
const every = (minutes: number, count: number, words: (i: number) => number[]) =>
  Array.from({ length: count }, (_, i) => [(i + (i % 3) * 0.45 + 0.1) * minutes, words(i)] as const)

describe('verdict', () => {
  it('takes two words that people say together for a topic, and two that merely keep company for none', () => {
    expect(isTopic(every(2, 8, (i) => (i % 2 === 0 ? [a, b] : [i % 4 === 1 ? a : b])))).toBe(true)
    expect(isTopic(every(2, 8, (i) => [i % 2 === 0 ? a : b]))).toBe(false)
  })

  it('lets three words that most say together begin within five minutes, two not', () => {
    expect(isTopic(every(0.5, 8, () => [a, b, c]))).toBe(true)
    expect(isTopic(every(0.5, 8, () => [a, b]))).toBe(false)
  })

  it('asks of two words eight in a thousand messages of an ordinary half hour, and of the last one', () => {
    const said = every(2, 8, () => [a, b])
    expect(isTopic(said, 48 * 999)).toBe(true)
    expect(isTopic(said, 48 * 1_001)).toBe(false)
    expect(isTopic(said, 5_000, 900)).toBe(true)
    expect(isTopic(said, 5_000, 1_100)).toBe(false)
  })
})

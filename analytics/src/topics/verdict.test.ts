import { describe, expect, it } from 'vitest'
import { postingsOf } from './postings.ts'
import { createRecentLog } from './recent-log.ts'
import type { WordSurge } from './surge.ts'
import { createVerdict } from './verdict.ts'

const minute = 60_000
const at = 1_000 * minute
const [a, b, c] = [101, 102, 103]

type Said = readonly (readonly [number, readonly number[]])[]

interface Scene {
  perDay?: number
  /** other messages of the last half hour */
  talk?: number
  /** of each word */
  score?: number
  /** other words in each message, from this one on; two of its own unless told */
  others?: (i: number) => number[]
  isOccasion?: (term: number) => boolean
}

/** Messages as [minutes before now, words]; each by another person, in seven groups in turn. */
function isTopic(said: Said, scene: Scene = {}): boolean {
  const { perDay = 5_000, talk = 0, score = 8, isOccasion = () => false } = scene
  const others = scene.others ?? ((i) => [1_000 + 2 * i, 1_001 + 2 * i])
  const log = createRecentLog(8_192)
  const groupOf = (one: readonly [number, readonly number[]]): number => (said.indexOf(one) + 7) % 7
  const filler = Array.from({ length: talk }, (_, i) => [(i * 29) / talk, [9_000 + (i % 700)]] as const)
  const all = [...said, ...filler].sort((x, y) => y[0] - x[0])
  all.forEach((one, i) => {
    const [ago, words] = one
    const terms = Int32Array.from([...words, ...others(i)])
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
    return { term, full, half: full, groups: 2, expected: 0.05, score }
  })
  const postings = postingsOf(log, words)
  return createVerdict(isOccasion).isTopic(log, group, {
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
    const said = every(2, 8, (i) => (i % 4 === 0 ? [a] : [a, b]))
    expect(isTopic(said, { perDay: 48 * 999 })).toBe(true)
    expect(isTopic(said, { perDay: 48 * 1_001 })).toBe(false)
    expect(isTopic(said, { talk: 900 })).toBe(true)
    expect(isTopic(said, { talk: 1_100 })).toBe(false)
  })

  it('takes two words that nobody says apart for one', () => {
    const said = every(3, 12, () => [a, b])
    expect(isTopic(said, { score: 9 })).toBe(false)
    expect(isTopic(said, { score: 10 })).toBe(true)
  })

  it('asks less of one word that has been talked about for an hour', () => {
    const scene = { score: 9 }
    expect(
      isTopic(
        every(2, 14, () => [a]),
        scene,
      ),
    ).toBe(false)
    expect(
      isTopic(
        every(7, 14, () => [a]),
        scene,
      ),
    ).toBe(true)
  })

  it('lets a holiday carry a topic where people talk, and not where they greet', () => {
    const isOccasion = (term: number): boolean => term === a || term === b
    const talked = every(3, 12, (i) => (i % 4 === 0 ? [a] : [a, c]))
    expect(isTopic(talked, { score: 10, isOccasion })).toBe(true)
    const greeted = every(3, 12, (i) => (i % 4 === 0 ? [a] : [a, b]))
    const alone = (i: number): number[] => (i % 3 === 0 ? [1_000 + i] : [])
    expect(isTopic(greeted, { score: 10, isOccasion, others: alone })).toBe(false)
    expect(isTopic(greeted, { score: 10, others: (i) => [1_000 + i] })).toBe(true)
  })

  it('shows a text that goes round as long as it does, and not for the talk after it', () => {
    const words = [a, b, c]
    const stays = every(6, 16, () => words)
    expect(isTopic(stays, { score: 10, others: () => [] })).toBe(true)
    // The list came in the first minutes of the two hours, and one of its words is asked about since.
    const list = Array.from({ length: 12 }, (_, i) => [118 - i - (i % 3) * 0.4, words] as const)
    const asked = every(6, 14, () => [a])
    expect(isTopic([...asked, ...list], { score: 10, others: () => [] })).toBe(false)
  })
})

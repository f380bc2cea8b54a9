import { describe, expect, it } from 'vitest'
import { createWordMemory, tailScore } from './surge.ts'
import type { TermCount, WindowCounts } from './term-counts.ts'

const minute = 60_000
const day = 1440 * minute
const start = 1_800_000_000_000 - (1_800_000_000_000 % day)
const secret = new Uint8Array(16).map((_, i) => i * 11 + 3)
const count = (term: number, people: number): TermCount => ({ term, half: people, full: people })
const window = (...terms: TermCount[]): WindowCounts => ({ terms, halfMessages: 150, fullMessages: 600 })

/** Days of ticks in which `said` gives the people who say word 1 at a minute of the day. */
function memoryOf(days: number, said: (minuteOfDay: number, day: number) => number) {
  const memory = createWordMemory(secret)
  for (let at = start + 5 * minute; at <= start + days * day; at += 5 * minute) {
    const people = said(((at - start) / minute) % 1440, Math.floor((at - start) / day))
    memory.learn(people > 0 ? window(count(1, people)) : window(), at)
  }
  return memory
}

describe('first slot', () => {
  it('is learned only when half of it was heard', () => {
    const heardFor = (minutes: number): number => {
      const memory = createWordMemory(secret)
      for (let at = start + (30 - minutes) * minute; at <= start + 30 * minute; at += minute)
        memory.learn(window(count(1, 5)), at)
      return memory.messagesPerDay()
    }
    expect(heardFor(14)).toBe(0)
    expect(heardFor(16)).toBe(48 * 150)
  })
})

describe('first hours', () => {
  it('a share known from little is a wide expectation, which narrows', () => {
    const busy = { terms: [], halfMessages: 1_000, fullMessages: 4_000 }
    const memory = createWordMemory(secret)
    const scores: number[] = []
    for (let hours = 1; hours <= 24; hours++) {
      for (const slot of [1, 2]) memory.learn(busy, start + (hours * 60 + slot * 30 - 60) * minute)
      scores.push(memory.judge({ term: 2, half: 2, full: 8 }, busy, start + hours * 60 * minute).score)
    }
    expect(scores[0]).toBeLessThan(1.5)
    expect(scores[23]).toBeGreaterThan(3.5)
    for (let i = 1; i < scores.length; i++) expect(scores[i]).toBeGreaterThan(scores[i - 1]!)
  })
})

describe('negative-binomial tail', () => {
  it('equals the sum of the probabilities', () => {
    for (const mu of [0.05, 0.7, 3, 12]) {
      for (const k of [1, 2, 5, 9, 30]) {
        if (k <= mu) continue
        const p = 2 / (2 + mu)
        let below = 0
        for (let j = 0; j < k; j++) below += (j + 1) * p * p * Math.pow(1 - p, j)
        if (1 - below > 1e-9) expect(tailScore(k, mu)).toBeCloseTo(-Math.log10(1 - below), 4)
      }
    }
  })

  it('equals it for any other size', () => {
    for (const size of [0.4, 1, 1.7, 3]) {
      for (const [k, mu] of [
        [3, 0.2],
        [9, 4],
        [40, 12],
      ] as const) {
        const p = size / (size + mu)
        let [each, below] = [Math.pow(p, size), 0]
        for (let j = 0; j < k; j++) {
          below += each
          each *= ((size + j) / (j + 1)) * (1 - p)
        }
        expect(tailScore(k, mu, size)).toBeCloseTo(-Math.log10(1 - below), 2)
      }
    }
  })

  it('rises with the count and falls with the expectation', () => {
    for (let k = 2; k < 40; k++) expect(tailScore(k + 1, 1)).toBeGreaterThan(tailScore(k, 1))
    for (let mu = 1; mu < 20; mu++) expect(tailScore(40, mu)).toBeGreaterThan(tailScore(40, mu + 1))
    expect(tailScore(3, 5)).toBe(0)
  })
})

describe('surge of a word', () => {
  const nine = (minuteOfDay: number): boolean => minuteOfDay >= 540 && minuteOfDay < 570

  it('is high for a word never seen and low for one always there', () => {
    const memory = memoryOf(8, () => 12)
    const now = start + 8 * day + 300 * minute
    expect(memory.judge(count(2, 6), window(), now).score).toBeGreaterThan(4)
    expect(memory.judge(count(1, 14), window(), now).score).toBeLessThan(1.5)
  })

  it('does not take a daily habit for a surge, not even an hour off, but does at another time of day', () => {
    const memory = memoryOf(8, (m) => (nine(m) ? 25 : 0))
    const at = (m: number): number => memory.judge(count(1, 25), window(), start + 8 * day + m * minute).score
    expect(at(560)).toBeLessThan(1.5)
    expect(at(620)).toBeLessThan(1.5)
    expect(at(1200)).toBeGreaterThan(3.5)
  })

  it('knows last week’s meeting', () => {
    const memory = memoryOf(8, (m, d) => (nine(m) && d === 1 ? 25 : 0))
    const score = memory.judge(count(1, 25), window(), start + 8 * day + 560 * minute).score
    expect(score).toBeLessThan(1.5)
  })

  it('is not hidden by one real burst at the same hour yesterday', () => {
    const memory = memoryOf(8, (m, d) => (nine(m) && d === 7 ? 25 : 0))
    expect(memory.judge(count(1, 25), window(), start + 8 * day + 560 * minute).score).toBeGreaterThan(3.5)
  })

  it('follows the volume: three times the messages is no surge', () => {
    const memory = memoryOf(8, () => 8)
    const busy = { terms: [], halfMessages: 450, fullMessages: 1800 }
    const now = start + 8 * day + 300 * minute
    expect(memory.judge(count(1, 24), busy, now).score).toBeLessThan(1.5)
  })

  it('is not forgotten over a gap without data', () => {
    const memory = memoryOf(8, () => 12)
    const after = start + 10 * day
    memory.learn(window(), after)
    expect(memory.judge(count(1, 14), window(), after + 5 * minute).score).toBeLessThan(1.5)
  })
})

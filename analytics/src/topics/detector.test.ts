import { describe, expect, it } from 'vitest'
import { createDetector } from './detector.ts'
import { createRecentLog } from './recent-log.ts'

const minute = 60_000
const start = Date.UTC(2026, 0, 5, 0, 7)
const vocabulary = 100_000
const perMinute = 350
const secret = new Uint8Array(16).map((_, i) => i * 7 + 1)

function createRandom(seed: number): () => number {
  let x = seed
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 4294967296
  }
}

/** Cores of what is hot at each tick of the first hours, of words drawn evenly after Zipf; one in a hundred messages tells the story. */
function listen(seed: number, minutes: number, storyFrom: number): { at: number; core: number[] }[] {
  const random = createRandom(seed)
  // Inverse of Zipf's law with exponent 1: ranks are uniform on a logarithmic scale.
  const word = (): number => Math.floor(2 * Math.pow(vocabulary / 2, random()))
  const detector = createDetector({ secret, startedAt: start, isOccasion: () => false })
  const log = createRecentLog()
  const found: { at: number; core: number[] }[] = []
  for (let i = 0; i < minutes * perMinute; i++) {
    const at = start + (i * minute) / perMinute
    const past = Math.floor(i / perMinute)
    if (i % perMinute === 0 && past % 5 === 0 && past > 0)
      for (const { core } of detector.tick(log, at).hot) found.push({ at: past, core })
    const terms = new Set(Array.from({ length: 6 }, word))
    if (past >= storyFrom && random() < 0.01)
      for (let told = 0; told < 4; told++) if (random() < 0.6) terms.add(vocabulary + told)
    const person = Math.floor(random() * 5_000)
    const message = { at, day: 0, person, group: person % 300, unit: 0, polarity: 0, category: -1 }
    detector.admit(message)
    log.push(message, Int32Array.from(terms), terms.size)
  }
  return found
}

describe('the first hours of a busy stream', { timeout: 120_000 }, () => {
  it('takes no word of even talk for a topic', () => {
    expect(listen(11, 150, Infinity)).toEqual([])
  })

  it('finds a story of the second hour, and keeps it', () => {
    const found = listen(12, 135, 75)
    const moments = found.map(({ at }) => at)
    expect(moments).toEqual(Array.from({ length: moments.length }, (_, i) => moments[0]! + 5 * i))
    expect(moments[0]).toBeLessThanOrEqual(90)
    expect(moments.at(-1)).toBe(130)
    for (const { core } of found) expect(core.every((term) => term >= vocabulary)).toBe(true)
  })
})

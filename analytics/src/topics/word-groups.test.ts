import { describe, expect, it } from 'vitest'
import { CANDIDATE_BASE } from '../text/candidates.ts'
import { createWordGroups } from './word-groups.ts'

function generator(seed: number): (below: number) => number {
  let x = seed | 1
  return (below) => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % below
  }
}

const tagOf = (place: number): number => Math.imul(place, 0x9e3779b1)

const grouped = (groups: ReturnType<typeof createWordGroups>, least = 1): Map<number, number[]> => {
  const found = new Map<number, number[]>()
  // A word that came twice would hold two lists.
  groups.each(least, (word, { places, tags }, start, end) => {
    found.set(word, [...(found.get(word) ?? []), ...places.subarray(start, end)])
    for (let i = start; i < end; i++) if (tags[i] !== tagOf(places[i]!)) found.set(-1, [])
  })
  return found
}

describe('words grouped', () => {
  it('as a map of lists would, words of the vocabulary and candidates, time after time', () => {
    const below = generator(11)
    const groups = createWordGroups(18)
    for (const n of [0, 1, 700, 12_000, 300]) {
      const base = below(2 ** 31) - 2 ** 30
      const pairs = new Int32Array(2 * n)
      const truth = new Map<number, number[]>()
      for (let i = 0; i < n; i++) {
        const word = below(3) === 0 ? CANDIDATE_BASE + below(2 ** 20) : below(1 + below(2 ** 21))
        pairs[2 * i] = word
        pairs[2 * i + 1] = base + i
        truth.set(word, [...(truth.get(word) ?? []), i])
      }
      const cut = 2 * below(n + 1)
      groups.group(
        (read) => {
          read(pairs, 0, cut)
          read(pairs, cut, 2 * n)
        },
        base,
        Int32Array.from({ length: n }, (_, i) => tagOf(i)),
      )
      expect(grouped(groups)).toEqual(truth)
      expect(grouped(groups, 2)).toEqual(new Map([...truth].filter(([, places]) => places.length >= 2)))
      for (const [word, places] of [...truth].slice(0, 50)) expect(groups.of(word)).toEqual(places)
      expect(groups.of(2 ** 21 - 1)).toEqual(truth.get(2 ** 21 - 1) ?? [])
    }
  })

  it('refuse a number that no word has', () => {
    const groups = createWordGroups(12)
    for (const word of [2 ** 21, CANDIDATE_BASE + 2 ** 21])
      expect(() => groups.group((read) => read(Int32Array.of(word, 0), 0, 2), 0, new Int32Array(1))).toThrow(
        RangeError,
      )
  })
})

import { describe, expect, it } from 'vitest'
import { clusterWords, npmi } from './clusters.ts'
import { createRecentLog, type RecentLog } from './recent-log.ts'

function say(log: RecentLog, person: number, terms: readonly number[]): void {
  const message = { at: 0, day: 0, person, group: 0, unit: 0, polarity: 0, category: -1 }
  log.push(message, Int32Array.from(terms), terms.length)
}

const options = { npmi: 0.25, random: () => 0.5 }
const sorted = (groups: number[][]): number[][] =>
  groups.map((group) => group.sort((a, b) => a - b)).sort((a, b) => a[0]! - b[0]!)

/** Everyday talk, so that the words looked at are rare in it. */
function background(log: RecentLog): void {
  for (let i = 0; i < 400; i++) say(log, 1000 + i, [500 + (i % 40)])
}

describe('grouping of words', () => {
  it('puts words of one story together and keeps two stories apart', () => {
    const log = createRecentLog(4096)
    background(log)
    for (let i = 0; i < 12; i++) {
      say(
        log,
        i,
        [
          [1, 2],
          [2, 3],
          [1, 3],
        ][i % 3]!,
      )
      say(
        log,
        100 + i,
        [
          [11, 12],
          [12, 13],
          [11, 13],
        ][i % 3]!,
      )
    }
    // Three people who speak of both are an edge between them, and no more.
    for (let i = 0; i < 3; i++) say(log, 50 + i, [1, 11])
    expect(sorted(clusterWords(log, [1, 2, 3, 11, 12, 13], options))).toEqual([
      [1, 2, 3],
      [11, 12, 13],
    ])
  })

  it.each([1, 2, 3, 4, 5])('leaves a story whole that is the only one (draw %i)', (seed) => {
    const log = createRecentLog(4096)
    background(log)
    let state = seed
    const draw = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296
    const words = [1, 2, 3, 4, 5, 6, 7, 8]
    for (let i = 0; i < 30; i++) {
      const left = words.slice()
      const said = Array.from({ length: 3 }, () => left.splice(Math.floor(draw() * left.length), 1)[0]!)
      say(log, i, said)
    }
    expect(clusterWords(log, words, { ...options, random: draw })).toHaveLength(1)
  })

  it('does not join words that one talkative person uses together', () => {
    const log = createRecentLog(4096)
    background(log)
    for (let i = 0; i < 20; i++) say(log, 7, [1, 2])
    for (let i = 0; i < 20; i++) say(log, 20 + i, [i % 2 === 0 ? 1 : 2])
    expect(sorted(clusterWords(log, [1, 2], options))).toEqual([[1], [2]])
  })

  it('does not join a word to one that everybody says anyway', () => {
    const log = createRecentLog(4096)
    for (let i = 0; i < 300; i++) say(log, i, i % 10 === 0 ? [1, 9] : [9])
    expect(sorted(clusterWords(log, [1, 9], options))).toEqual([[1], [9]])
  })

  it('gives normalised mutual information its known values', () => {
    expect(npmi(10, 10, 10, 1000)).toBeCloseTo(1)
    expect(npmi(1, 10, 100, 1000)).toBeCloseTo(0)
    expect(npmi(1, 100, 100, 1000)).toBeLessThan(0)
  })
})

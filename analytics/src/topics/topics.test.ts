import { describe, expect, it } from 'vitest'
import type { ReleasedCell } from '../privacy/released-cell.ts'
import { createTopicIds } from './detector.ts'
import { createWordWindows, type WordObservation } from './windows.ts'

const minute = 60_000
const start = 1_800_000_000_000 - (1_800_000_000_000 % 86_400_000)
const secret = new Uint8Array(32).map((_, i) => i * 5 + 2)
const units = [{ id: 'org', parent: -1 }, ...[1, 2, 3].map((i) => ({ id: `u${i}`, parent: 0 }))]

function random(seed: number): () => number {
  let x = seed | 1
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 4294967296
  }
}

/** Two days of everyday talk, and after 36 hours a story of words 9001..9004 by `tellers` people for two hours. */
function stream(
  tellers: number,
  groups: number,
  exact = false,
  length = 120,
  quiet = 0.7,
): WordObservation[] {
  const next = random(7)
  const list: WordObservation[] = []
  const say = (at: number, person: number, group: number, terms: number[]): void => {
    const day = Math.floor(at / 86_400_000)
    const pseudonym = 5_000_000_000 + person * 100 + (day % 100)
    const words = Int32Array.from(new Set(terms))
    const polarity = 0 as const
    list.push({
      at,
      day,
      unit: 1 + (group % 3),
      group,
      pseudonym,
      terms: words,
      count: words.length,
      polarity,
      category: -1,
    })
  }
  for (let at = start; at < start + 2400 * minute; at += 20_000) {
    const terms = Array.from({ length: 5 }, () => Math.floor(Math.pow(9000, next())))
    say(at, Math.floor(next() * 300), Math.floor(next() * 20), terms)
    const story = at - start - 2160 * minute
    if (story < 0 || story >= length * minute || next() < quiet) continue
    const own = [1, 2, 3].map(() => Math.floor(next() * 8000))
    const told = [9001, 9002, 9003, 9004].filter(() => exact || next() < 0.6)
    say(at + 1, Math.floor(next() * tellers), Math.floor(next() * groups), exact ? told : [...told, ...own])
  }
  return list
}

function run(list: readonly WordObservation[], hidden: ReadonlySet<number> = new Set()) {
  const word = (term: number): string | null => (hidden.has(term) ? null : `w${term}`)
  const windows = createWordWindows({ secret, startedAt: start, units, word, qualifyingGroups: () => 2 })
  const cells: ReleasedCell[] = []
  const awaiting: number[] = []
  for (const o of list) {
    windows.observe(o)
    const tick = windows.tick(o.at)
    cells.push(...tick.cells)
    awaiting.push(...tick.awaiting)
  }
  return {
    cells,
    awaiting,
    topics: cells.filter((c) => c.kind === 'topic' && c.terms.some((t) => /^w900[1-4]$/.test(t))),
  }
}

describe('topics end to end', { timeout: 60_000 }, () => {
  it('shows a story with its words, once per window, under the floors', () => {
    const list = stream(120, 9)
    const { topics } = run(list)
    const own = topics.filter((cell) => cell.scope === 'org')
    expect(own.length).toBeGreaterThan(2)
    expect(own[0]!.to - (start + 2160 * minute)).toBeLessThan(40 * minute)
    const first = own.filter((cell) => cell.key === own[0]!.key).length
    expect(first / own.length).toBeGreaterThanOrEqual(0.7)
    expect(new Set(own.flatMap((cell) => cell.terms))).toEqual(new Set(['w9001', 'w9002', 'w9003', 'w9004']))
    const ends = new Map<string, number>()
    for (const cell of topics) {
      const inside = list.filter(
        (o) =>
          o.at >= cell.from && o.at < cell.to && (cell.scope === 'org' || units[o.unit]!.id === cell.scope),
      )
      for (const shown of cell.terms) {
        const hits = inside.filter((o) => o.terms.includes(Number(shown.slice(1))))
        expect(new Set(hits.map((o) => o.pseudonym)).size).toBeGreaterThanOrEqual(5)
        expect(new Set(hits.map((o) => o.group)).size).toBeGreaterThanOrEqual(2)
      }
      expect(cell.from).toBeGreaterThanOrEqual(ends.get(`${cell.scope}|${cell.key}`) ?? 0)
      ends.set(`${cell.scope}|${cell.key}`, cell.to)
      expect(cell.people % 5).toBe(0)
      if (cell.scope !== 'org') expect([cell.sentiment, cell.harm]).toEqual([null, []])
    }
  })

  it('shows nothing of four people, of one group, or of one text going round', () => {
    expect(run(stream(4, 9)).topics).toEqual([])
    expect(run(stream(120, 1)).topics).toEqual([])
    expect(run(stream(120, 9, true, 55)).topics).toEqual([])
  })

  it('shows a text that people keep forwarding for longer than an hour: an alarm, no fashion', () => {
    const [first] = run(stream(120, 9, true)).topics
    expect(first!.to - (start + 2160 * minute)).toBeGreaterThan(60 * minute)
  })

  it('never lets a word out that may not be shown, but reports that it waits', () => {
    const { cells, awaiting } = run(stream(120, 9), new Set([9001, 9003]))
    const all = JSON.stringify(cells)
    expect(all).toContain('w9002')
    expect(all).not.toContain('9001')
    expect(all).not.toContain('9003')
    expect(new Set(awaiting)).toEqual(new Set([9001, 9003]))
  })

  it('never lets a word out that fewer than five people said', () => {
    const list = stream(120, 9)
    const marked = list.map((o, i) => ({
      ...o,
      terms: Int32Array.of(...o.terms, 20_000 + Math.floor(i / 4)),
      count: o.count + 1,
    }))
    expect(JSON.stringify(run(marked).cells)).not.toMatch(/"w2\d{4}"/)
  })
})

describe('a restart in the middle of a story', { timeout: 60_000 }, () => {
  it.each([0.7, 0.1])('warms up without a cell, and goes on with the same topic: %s', (quiet) => {
    const list = stream(120, 9, false, 180, quiet)
    const at = start + (2160 + 60) * minute
    const before = run(list.filter((o) => o.at < at))
    const own = (cells: readonly ReleasedCell[]) => cells.filter((cell) => cell.scope === 'org')
    const id = own(before.topics).at(-1)!.key
    const numbers = (word: string) => Number(word.slice(1))
    const windows = createWordWindows({
      ...{ secret: secret.map((byte) => byte ^ 7), startedAt: at, units, qualifyingGroups: () => 2 },
      ...{ word: (term: number) => `w${term}`, idOf: numbers },
    })
    windows.restore(before.cells)
    const cells: ReleasedCell[] = []
    for (const o of list.filter((each) => each.at >= at)) {
      windows.observe(o)
      cells.push(...windows.tick(o.at).cells)
    }
    const topics = own(cells).filter((cell) => cell.kind === 'topic')
    expect(topics.every((cell) => cell.to >= at + 30 * minute)).toBe(true)
    const again = topics.filter((cell) => cell.terms.some((term) => /^w900[1-4]$/.test(term)))
    expect(again.length).toBeGreaterThan(2)
    expect(new Set(again.map((cell) => cell.key))).toEqual(new Set([id]))
  })
})

describe('ids of topics', () => {
  it('are opaque: nothing of the start or of a serial, and other ones with another secret', () => {
    const of = (key: Uint8Array) => {
      const next = createTopicIds(key)
      return Array.from({ length: 500 }, next)
    }
    const ids = of(secret)
    expect(new Set(ids).size).toBe(500)
    expect(ids.every((id) => /^[0-9a-z]{14}$/.test(id))).toBe(true)
    expect(of(secret)).toEqual(ids)
    expect(of(secret.map((byte) => byte ^ 1)).some((id) => ids.includes(id))).toBe(false)
    // In order of birth they rise as often as they fall.
    const rises = ids.filter((id, i) => i > 0 && id > ids[i - 1]!).length
    expect(rises).toBeGreaterThan(200)
    expect(rises).toBeLessThan(300)
  })
})

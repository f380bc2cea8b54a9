import { describe, expect, it } from 'vitest'
import type { ReleasedCell } from '../privacy/released-cell.ts'
import { createWordWindows, type WordObservation, type WordWindows } from './windows.ts'

const minute = 60_000
const start = 1_800_000_000_000 - (1_800_000_000_000 % (5 * minute))
const units = [
  { id: 'org', parent: -1 },
  { id: 'north', parent: 0 },
  { id: 'south', parent: 0 },
  { id: 'east', parent: 0 },
  { id: 'n1', parent: 1 },
  { id: 'n2', parent: 1 },
]
const secret = new Uint8Array(32).map((_, i) => i * 7 + 1)

function open(overrides = {}): WordWindows {
  const word = (term: number): string => `w${term}`
  return createWordWindows({ secret, startedAt: start, units, word, qualifyingGroups: () => 2, ...overrides })
}

function say(
  at: number,
  person: number,
  terms: number[],
  extra: Partial<WordObservation> = {},
): WordObservation {
  const group = extra.group ?? person % 7
  return {
    at,
    day: Math.floor(at / 86_400_000),
    unit: 4,
    group,
    pseudonym: person * 1_000_003 + 17,
    terms: Int32Array.from(terms),
    count: terms.length,
    polarity: 0,
    category: -1,
    ...extra,
  }
}

/** xorshift: the same stream for the same seed. */
function random(seed: number): (below: number) => number {
  let x = seed | 1
  return (below) => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % below
  }
}

function randomStream(seed: number, messages: number, step: number): WordObservation[] {
  const next = random(seed)
  const stream: WordObservation[] = []
  let at = start
  for (let i = 0; i < messages; i++) {
    at += next(step)
    const unit = [2, 3, 4, 4, 4, 5, 1][next(7)]!
    const terms = [...new Set([next(4), next(12), next(60), 1000 + next(3000)])]
    const person = next(60)
    stream.push(
      say(at, person, terms, { unit, group: unit * 10 + next(3), polarity: (next(3) - 1) as -1 | 0 | 1 }),
    )
  }
  return stream
}

function run(windows: WordWindows, stream: readonly WordObservation[]): ReleasedCell[] {
  const cells: ReleasedCell[] = []
  for (const o of stream) {
    windows.observe(o)
    cells.push(...windows.tick(o.at).cells)
  }
  return cells
}

function inside(scope: string, unit: number): boolean {
  for (let u = unit; u >= 0; u = units[u]!.parent) if (units[u]!.id === scope) return true
  return false
}

function countPeople(hits: readonly WordObservation[]): number {
  const byDay = new Map<number, Set<number>>()
  for (const o of hits) byDay.set(o.day, (byDay.get(o.day) ?? new Set()).add(o.pseudonym))
  return Math.max(0, ...[...byDay.values()].map((set) => set.size))
}

const down5 = (n: number): number => n - (n % 5)

describe('release rule against a brute-force count', () => {
  for (const [seed, step] of [
    [1, 4_000],
    [2, 20_000],
    [3, 90_000],
    [4, 400_000],
  ] as const) {
    it(`holds for every cell at mean gap ${step / 2} ms`, () => {
      const stream = randomStream(seed, 6_000, step)
      const cells = run(open(), stream).filter((cell) => cell.kind !== 'topic')
      expect(cells.length).toBeGreaterThan(20)
      for (const cell of cells) {
        const all = stream.filter((o) => o.at >= cell.from && o.at < cell.to && inside(cell.scope, o.unit))
        expect(all.length).toBeGreaterThanOrEqual(30)
        expect(countPeople(all)).toBeGreaterThanOrEqual(10)
        expect(cell.to - cell.from).toBeGreaterThanOrEqual(5 * minute)
        expect(cell.to % minute).toBe(0)
        expect(cell.from % minute).toBe(0)
        const hits =
          cell.kind === 'term' ? all.filter((o) => o.terms.includes(Number(cell.key.slice(1)))) : all
        expect(countPeople(hits)).toBeGreaterThanOrEqual(5)
        expect(new Set(hits.map((o) => o.group)).size).toBeGreaterThanOrEqual(2)
        expect(cell.people).toBe(down5(countPeople(hits)))
        expect(cell.messages).toBe(down5(hits.length))
      }
    })

    it(`shows the organisation every word above the largest floor at mean gap ${step / 2} ms`, () => {
      const stream = randomStream(seed, 6_000, step)
      const cells = run(open(), stream).filter((cell) => cell.scope === 'org' && cell.kind === 'term')
      for (const from of new Set(cells.map((cell) => cell.from))) {
        const window = cells.filter((cell) => cell.from === from)
        const all = stream.filter((o) => o.at >= from && o.at < window[0]!.to)
        const shown = new Set(window.map((cell) => cell.key))
        for (const term of new Set(all.flatMap((o) => [...o.terms]))) {
          const hits = all.filter((o) => o.terms.includes(term))
          if (countPeople(hits) >= 8 && new Set(hits.map((o) => o.group)).size >= 2)
            expect(shown).toContain(`w${term}`)
        }
      }
    })
  }

  it('never lets two windows of one scope overlap, and nests a child’s in its parent’s', () => {
    const cells = run(open(), randomStream(9, 20_000, 9_000)).filter((cell) => cell.kind !== 'topic')
    const windows = new Map<string, Map<number, number>>()
    for (const cell of cells) {
      const known = windows.get(cell.scope) ?? new Map<number, number>()
      expect(known.get(cell.from) ?? cell.to).toBe(cell.to)
      windows.set(cell.scope, known.set(cell.from, cell.to))
    }
    for (const known of windows.values()) {
      const sorted = [...known].sort((a, b) => a[0] - b[0])
      for (let i = 1; i < sorted.length; i++) expect(sorted[i]![0]).toBeGreaterThanOrEqual(sorted[i - 1]![1])
    }
    expect(windows.size).toBe(units.length)
  })

  it('releases no cell twice', () => {
    const cells = run(open(), randomStream(5, 20_000, 9_000))
    const keys = cells.map((cell) => `${cell.scope}|${cell.kind}|${cell.key}|${cell.from}`)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('floors', () => {
  const crowd = (at: number): WordObservation[] =>
    Array.from({ length: 40 }, (_, i) => say(at + i * 1000, i % 20, [500 + i], { unit: 2 + (i % 2) }))

  it('hides a word of four people, and of many people in one group', () => {
    const stream = crowd(start)
    for (let i = 0; i < 12; i++) stream.push(say(start + 50_000 + i, i % 4, [7], { group: i % 3 }))
    for (let i = 0; i < 12; i++) stream.push(say(start + 60_000 + i, i, [8], { group: 3 }))
    for (let i = 0; i < 12; i++) stream.push(say(start + 70_000 + i, i, [9], { group: i % 2 }))
    const windows = open()
    for (const o of stream) windows.observe(o)
    const keys = windows.tick(start + 5 * minute).cells.map((cell) => cell.key)
    expect(keys).toContain('w9')
    expect(keys).not.toContain('w7')
    expect(keys).not.toContain('w8')
  })

  it('waits for 30 messages by 10 people however long it takes', () => {
    const windows = open()
    for (let i = 0; i < 29; i++) windows.observe(say(start + i * 10 * minute, i % 12, [1]))
    expect(windows.tick(start + 300 * minute).cells).toEqual([])
    for (let i = 0; i < 60; i++) windows.observe(say(start + 301 * minute + i, i % 9, [2]))
    expect(windows.tick(start + 310 * minute).cells.length).toBeGreaterThan(0)
    const few = open()
    for (let i = 0; i < 300; i++) few.observe(say(start + i, i % 9, [1]))
    expect(few.tick(start + 310 * minute).cells).toEqual([])
  })

  it('jitters the floor from 5 to 8 by word and window, and another secret jitters otherwise', () => {
    const terms = Array.from({ length: 60 }, (_, term) => term)
    const floorsWith = (key: Uint8Array): number[] => {
      const floors = terms.map(() => Infinity)
      for (let people = 1; people < 12; people++) {
        const windows = open({ secret: key })
        for (const o of crowd(start)) windows.observe(o)
        for (let i = 0; i < people; i++) windows.observe(say(start + 90_000 + i, i, terms, { group: i % 2 }))
        const shown = new Set(windows.tick(start + 5 * minute).cells.map((cell) => cell.key))
        for (const term of terms) if (shown.has(`w${term}`)) floors[term] = Math.min(floors[term]!, people)
      }
      return floors
    }
    const floors = floorsWith(secret)
    expect(new Set(floors)).toEqual(new Set([5, 6, 7, 8]))
    expect(floorsWith(secret.map((b) => b ^ 0x5a))).not.toEqual(floors)
  })

  it('shows nothing for a word that may not be shown', () => {
    const cells = run(
      open({ word: (term: number) => (term === 1 ? null : `w${term}`) }),
      randomStream(3, 9_000, 9_000),
    )
    expect(cells.some((cell) => cell.key === 'w2')).toBe(true)
    expect(cells.some((cell) => cell.key === 'w1')).toBe(false)
  })

  it('refuses lower floors and a short secret', () => {
    expect(() => open({ floors: { keyPeople: 4 } })).toThrow(/keyPeople/)
    expect(() => open({ secret: new Uint8Array(8) })).toThrow(/16 bytes/)
  })
})

describe('clock', () => {
  it('counts one person once over local midnight: the larger day, never the sum', () => {
    const midnight = Math.ceil(start / 86_400_000) * 86_400_000
    const windows = open({ startedAt: midnight - 10 * minute })
    // Six people say it before midnight and again after, under other pseudonyms.
    for (let i = 0; i < 60; i++) {
      const at = midnight - 4 * minute + i * 8_000
      const day = Math.floor(at / 86_400_000)
      const person = (i % 12) + (at >= midnight ? 1000 : 0)
      windows.observe(say(at, person, i % 2 ? [5] : [6], { day, group: i % 4 }))
    }
    const cells = windows.tick(midnight + 20 * minute).cells.filter((cell) => cell.scope === 'org')
    for (const cell of cells.filter((c) => c.kind === 'term')) expect(cell.people).toBeLessThanOrEqual(5)
    const four = open({ startedAt: midnight - 10 * minute })
    for (let i = 0; i < 60; i++) {
      const at = midnight - 4 * minute + i * 8_000
      const late = at >= midnight
      four.observe(say(at, (i % 4) + (late ? 1000 : 0), [5], { group: i % 2 }))
      four.observe(say(at, 100 + (i % 20) + (late ? 1000 : 0), [6], { group: i % 4 }))
    }
    const keys = four.tick(midnight + 20 * minute).cells.map((cell) => cell.key)
    expect(keys).toContain('w6')
    expect(keys).not.toContain('w5')
  })

  it('survives jumps back and forth without overlap or early release', () => {
    const next = random(11)
    const windows = open()
    const cells: ReleasedCell[] = []
    let now = start
    for (let i = 0; i < 20_000; i++) {
      now += next(6_000)
      if (next(500) === 0) now += (next(5) - 2) * 45 * minute
      windows.observe(say(now, next(40), [next(5), next(30) + 10], { unit: 2 + next(4), group: next(9) }))
      cells.push(...windows.tick(now).cells)
    }
    expect(cells.length).toBeGreaterThan(100)
    const last = new Map<string, number>()
    for (const cell of cells) {
      expect(cell.to - cell.from).toBeGreaterThanOrEqual(5 * minute)
      const key = `${cell.scope}|${cell.kind}|${cell.key}`
      expect(cell.from).toBeGreaterThanOrEqual(last.get(key) ?? 0)
      last.set(key, cell.to)
    }
  })

  it('does not reach back into cells released before a restart', () => {
    const stream = randomStream(2, 4_000, 6_000)
    const before = run(open(), stream)
    const ended = Math.max(...before.map((cell) => cell.to))
    const again = open({ startedAt: ended - 2 * minute })
    again.restore(before)
    const cells: ReleasedCell[] = []
    for (let i = 0; i < 900; i++) {
      again.observe(say(ended - 2 * minute + i * 1000, i % 40, [i % 5], { unit: 2 + (i % 4), group: i % 9 }))
      cells.push(...again.tick(ended - 2 * minute + i * 1000).cells)
    }
    expect(cells.length).toBeGreaterThan(0)
    for (const cell of cells) {
      for (const old of before) if (old.scope === cell.scope) expect(cell.from).toBeGreaterThanOrEqual(old.to)
    }
    expect(again.tick(ended + 18 * minute).warmUp).toEqual({ minutes: 20, of: 30 })
    expect(again.tick(ended + 3 * 60 * minute).warmUp).toEqual({ minutes: 30, of: 30 })
  })
})

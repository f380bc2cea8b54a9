import { describe, expect, it } from 'vitest'
import { createRecentLog, type RecentLog } from './recent-log.ts'
import { countMessages, countTerm, countTerms } from './term-counts.ts'

function generator(seed: number): (below: number) => number {
  let x = seed | 1
  return (below) => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % below
  }
}

interface Said {
  at: number
  day: number
  person: number
  group: number
  terms: number[]
}

/** People per local day, the larger day. */
function people(said: readonly Said[]): number {
  const days = new Map<number, Set<number>>()
  for (const { day, person } of said) days.set(day, (days.get(day) ?? new Set<number>()).add(person))
  return Math.max(0, ...[...days.values()].map((set) => set.size))
}

/** What the log should tell of the messages it holds, counted by brute force. */
function expected(held: readonly Said[], halfFrom: number): Map<number, { half: number; full: number }> {
  const counts = new Map<number, { half: number; full: number }>()
  for (const term of new Set(held.flatMap((one) => one.terms))) {
    const saying = held.filter((one) => one.terms.includes(term))
    const full = people(saying)
    if (full >= 2) counts.set(term, { half: people(saying.filter((one) => one.at >= halfFrom)), full })
  }
  return counts
}

function check(log: RecentLog, all: readonly Said[], halfFrom: number): void {
  const held = all.slice(log.first(), log.next())
  const { terms, halfMessages, fullMessages } = countTerms(log, halfFrom)
  expect(fullMessages).toBe(held.length)
  expect(halfMessages).toBe(held.filter((one) => one.at >= halfFrom).length)
  expect(new Map(terms.map(({ term, half, full }) => [term, { half, full }]))).toEqual(
    expected(held, halfFrom),
  )
  const admits = (group: number): boolean => group % 3 !== 0
  const admitted = held.filter((one) => admits(one.group))
  const messages = { halfMessages: 0, fullMessages: admitted.length }
  messages.halfMessages = admitted.filter((one) => one.at >= halfFrom).length
  expect(countMessages(log, admits)).toEqual(messages)
  for (const term of [1, 2, 17, 60]) {
    const own = admitted.filter((one) => one.terms.includes(term))
    const [half, full] = [people(own.filter((one) => one.at >= halfFrom)), people(own)]
    const groups = Math.min(2, new Set(own.map((one) => one.group)).size)
    expect(countTerm(log, term, admits)).toEqual({ term, half, full, groups })
    const serials = held.flatMap((one, i) => (one.terms.includes(term) ? [log.first() + i] : []))
    expect(log.postings(term)).toEqual(serials)
  }
}

describe('counts of the words of the log', () => {
  for (const seed of [3, 77, 4242])
    it(`equal those of brute force over two windows, midnight and silences (${seed})`, () => {
      const below = generator(seed)
      const log = createRecentLog(4096)
      const all: Said[] = []
      let at = 900
      for (let i = 0; i < 12_000; i++) {
        // Now and then nobody speaks, so that the half window or all of it runs empty.
        at += below(1500) === 0 ? below(6000) : below(3)
        const terms = [...new Set(Array.from({ length: below(7) }, () => below(1 + below(200))))]
        // Nobody writes on two days under one number, but the same number may come by chance.
        const said = { at, day: Math.floor(at / 5000), person: 1 + below(60), group: below(9), terms }
        all.push(said)
        const { day, person, group } = said
        const message = { at, day, person, group, unit: 0, polarity: 0, category: -1 }
        log.push(message, Int32Array.from(terms), terms.length)
        if (i % 400 !== 0) continue
        log.expire(at - 2000)
        check(log, all, at - 500)
      }
    })

  it('follow a log that is full before its half hour is over', () => {
    const below = generator(9)
    const log = createRecentLog(4096)
    const all: Said[] = []
    for (let at = 0; at < 13_000; at++) {
      const said = { at, day: 0, person: 1 + below(30), group: below(4), terms: [below(20), 20 + below(60)] }
      all.push(said)
      log.push({ ...said, unit: 0, polarity: 0, category: -1 }, Int32Array.from(said.terms), 2)
      if (at % 3000 === 2999) check(log, all, at - 10_000)
    }
    expect(log.next() - log.first()).toBe(4096)
  })
})

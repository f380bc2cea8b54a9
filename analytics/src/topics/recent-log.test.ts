import { describe, expect, it } from 'vitest'
import { createRecentLog, type LoggedMessage, type RecentLog } from './recent-log.ts'

const message = (at: number): LoggedMessage => ({
  at,
  day: 20_000 + Math.floor(at / 1000),
  person: at * 3 + 1,
  group: at % 7,
  unit: at % 5,
  polarity: (at % 3) - 1,
  category: (at % 4) - 1,
})

/** Terms of the message numbered `at`: their number and values follow from it. */
const termsOf = (at: number): number[] => Array.from({ length: (at * 5) % 23 }, (_, i) => at * 64 + i)

function push(log: RecentLog, at: number): void {
  const terms = termsOf(at)
  log.push(message(at), Int32Array.from(terms), terms.length)
}

function check(log: RecentLog, serial: number): void {
  const at = log.at(serial)
  const { day, person, group, unit, polarity, category } = message(at)
  expect([log.day(serial), log.person(serial), log.group(serial)]).toEqual([day, person, group])
  expect([log.unit(serial), log.polarity(serial), log.category(serial)]).toEqual([unit, polarity, category])
  const terms = termsOf(at)
  expect(log.count(serial)).toBe(terms.length)
  expect(terms.map((_, i) => log.term(serial, i))).toEqual(terms)
  const buffer = new Int32Array(64)
  expect(log.terms(serial, buffer)).toBe(terms.length)
  expect([...buffer.subarray(0, terms.length)]).toEqual(terms)
}

describe('log of recent messages', () => {
  it('gives back every message over page borders, and none that has expired', () => {
    const log = createRecentLog(8192)
    for (let at = 0; at < 30_000; at++) {
      push(log, at)
      log.expire(at - 5000)
    }
    expect(log.next()).toBe(30_000)
    expect(log.at(log.first())).toBe(24_999)
    for (let s = log.first(); s < log.next(); s += 37) check(log, s)
  })

  it('lets the oldest give way at its capacity, of messages and of terms', () => {
    const log = createRecentLog(4096)
    for (let at = 0; at < 9000; at++) push(log, at)
    expect(log.next() - log.first()).toBe(4096)
    check(log, log.first())
    const wide = createRecentLog(4096)
    const terms = Int32Array.from({ length: 80 }, (_, i) => i)
    for (let at = 0; at < 9000; at++) wide.push(message(at), terms, 80)
    expect(wide.count(wide.first())).toBe(64)
    expect(wide.next() - wide.first()).toBe(1024)
  })

  it('grows by pages of less than 128 KiB and stops growing when the flow is even', () => {
    const log = createRecentLog()
    let before = log.bytes()
    for (let at = 0; at < 20_000; at++) {
      push(log, at)
      expect(log.bytes() - before).toBeLessThan(2 * 128 * 1024)
      before = log.bytes()
    }
    for (let at = 20_000; at < 30_000; at++) {
      push(log, at)
      log.expire(at - 10_000)
    }
    const settled = log.bytes()
    for (let at = 30_000; at < 90_000; at++) {
      push(log, at)
      log.expire(at - 10_000)
    }
    expect(log.bytes()).toBe(settled)
  })

  it('is empty after a silence and goes on', () => {
    const log = createRecentLog(4096)
    for (let at = 0; at < 3000; at++) push(log, at)
    log.expire(1e9)
    expect(log.first()).toBe(log.next())
    for (let at = 3000; at < 6000; at++) push(log, at)
    for (let s = log.first(); s < log.next(); s += 11) check(log, s)
  })
})

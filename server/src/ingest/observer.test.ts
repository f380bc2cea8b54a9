import { expect, it, vi } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import type { Observation, Said } from './judge.ts'
import { createObserver } from './observer.ts'

const seen = (text: string, live = true): Observation => ({
  ...{
    acceptedAt: 1,
    day: '2026-11-21',
    hourStart: 0,
    groupId: 'g',
    unitId: 'u',
    sender: 's',
    text: () => text,
  },
  ...{ category: null, minute: 0, live },
})

function open(limit: number, words: (one: Said) => void = () => undefined) {
  const people = { observe: vi.fn() }
  const pulse = { count: vi.fn() }
  const alerts = vi.fn()
  const said: string[] = []
  const observer = createObserver({
    ...{ people, pulse, alerts, logger: silentLogger, limit, sliceMs: 0 },
    words(one) {
      said.push(one.text)
      words(one)
    },
  })
  return { observer, people, pulse, alerts, said }
}

it('counts people at once and analyses words in slices, in order, each once', async () => {
  const { observer, people, said } = open(1_000)
  const texts = Array.from({ length: 300 }, (_, i) => `t${i}`)
  observer.observe(texts.slice(0, 200).map((text) => seen(text)))
  expect(people.observe).toHaveBeenCalledTimes(200)
  expect(said).toEqual([])
  await new Promise((resolve) => setImmediate(resolve))
  expect(said.length).toBeGreaterThan(0)
  expect(said.length).toBeLessThan(200)
  observer.observe(texts.slice(200).map((text) => seen(text)))
  await vi.waitUntil(() => observer.waiting() === 0)
  expect(said).toEqual(texts)
})

it('passes words over when too many wait, never people, pulse or rules, and says how many', async () => {
  const { observer, people, pulse, alerts, said } = open(50)
  observer.observe(Array.from({ length: 120 }, (_, i) => seen(`t${i}`)))
  expect(people.observe).toHaveBeenCalledTimes(120)
  expect(pulse.count).toHaveBeenCalledTimes(120)
  expect(alerts).toHaveBeenCalledTimes(120)
  expect(observer.dropped()).toBe(70)
  await vi.waitUntil(() => observer.waiting() === 0)
  expect(said).toHaveLength(50)
})

it('analyses no history, and goes on after a message that cannot be analysed', async () => {
  const { observer, people, pulse, alerts, said } = open(50, (one) => {
    if (one.text === 'bad') throw new Error('no')
  })
  observer.observe([seen('old', false), seen('bad'), seen('good')])
  await vi.waitUntil(() => observer.waiting() === 0)
  expect(said).toEqual(['bad', 'good'])
  expect(people.observe).toHaveBeenCalledTimes(3)
  expect(pulse.count).toHaveBeenCalledTimes(2)
  expect(alerts).toHaveBeenCalledTimes(2)
})

it('leaves words a small share of the time of requests while too many wait, and all idle time', async () => {
  let time = 0
  const said: number[] = []
  const nothing = { observe: () => undefined, count: () => undefined }
  const observer = createObserver({
    ...{ people: nothing, pulse: nothing, logger: silentLogger, limit: 1_000, sliceMs: 4, now: () => time },
    words() {
      said.push(time)
      time += 1 / 16
    },
  })
  const afterRequests = async (ms: number) => {
    time += ms
    const before = said.length
    await new Promise((resolve) => setImmediate(resolve))
    return said.length - before
  }
  observer.observe(Array.from({ length: 1_000 }, () => seen('t')))
  // Steps of 4 messages, 0.25 ms: one whatever the time, ten in a sixteenth of 40 ms.
  expect(await afterRequests(0)).toBe(4)
  expect(await afterRequests(40)).toBe(40)
  expect(await afterRequests(2)).toBe(4)
  while (observer.waiting() > 500) await afterRequests(0)
  // No longer pressed: the whole slice.
  expect(await afterRequests(0)).toBe(64)
})

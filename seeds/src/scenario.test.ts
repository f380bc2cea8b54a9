import { GuanlanEvent } from '@guanlan/contract/event'
import { describe, expect, it } from 'vitest'
import { demoHistory } from './history.ts'
import { demoOrganisation, registerCsv } from './organisation.ts'
import { play } from './player.ts'
import { createScenario } from './scenario.ts'
import { createHistoryStories } from './stories.ts'
import { STORY_LINES } from './texts/stories.ts'

const organisation = demoOrganisation(7)
// A Saturday evening in the demo city.
const AT = Date.parse('2026-11-21T19:00:00+08:00')

function minutes(seed: number, from: number, count: number) {
  const scenario = createScenario(organisation, seed)
  return Array.from({ length: count }, (_, n) => {
    const index = from + n
    const at = AT + index * 60_000
    return scenario.minute({
      index,
      key: index,
      idPrefix: `t-${index}`,
      at,
      lengthMs: 60_000,
      hour: 19,
      weekday: 6,
      stories: scenario.liveStories(index),
    })
  }).flat()
}

describe('demo scenario', () => {
  it('has a tree of more than 20 units and 300 groups of all kinds', () => {
    expect(organisation.units.length).toBeGreaterThan(20)
    expect(organisation.groups.length).toBeGreaterThanOrEqual(300)
    expect(new Set(organisation.groups.map((group) => group.kind))).toEqual(
      new Set(['staff', 'service', 'temporary', 'public']),
    )
    const ids = new Set(organisation.units.map((unit) => unit.id))
    for (const group of organisation.groups) expect(ids.has(group.unitId)).toBe(true)
    expect(registerCsv(organisation, '2026-10-01').groups.split('\n')).toHaveLength(
      organisation.groups.length + 2,
    )
  })

  it('tells the same events for the same seed, and others for another', () => {
    expect(JSON.stringify(minutes(7, 0, 5))).toBe(JSON.stringify(minutes(7, 0, 5)))
    expect(JSON.stringify(minutes(7, 0, 5))).not.toBe(JSON.stringify(minutes(8, 0, 5)))
  })

  it('tells only events that the public contract takes, each id once', () => {
    const events = minutes(7, 0, 120)
    const bad = events.filter(({ event }) => !GuanlanEvent.safeParse(event).success)
    expect(bad).toEqual([])
    expect(new Set(events.map(({ event }) => event.id)).size).toBe(events.length)
  })

  it('lets every story rise and fall within a round', () => {
    const scenario = createScenario(organisation, 7)
    const seen = new Set<string>()
    for (let minute = 0; minute < 240; minute++)
      for (const story of scenario.liveStories(minute)) seen.add(story.kind)
    expect(seen).toEqual(new Set(Object.keys(STORY_LINES)))
    expect(scenario.liveStories(0)).toEqual([])
    expect(scenario.liveStories(5).map((story) => story.kind)).toEqual(['outage', 'internalLeak'])
  })

  it('yields history in the order of sending, with corrections of events told before', () => {
    let known = new Set<string>()
    let last = 0
    let corrections = 0
    for (const event of demoHistory(organisation, 7, { until: AT, days: 2 })) {
      const decided = Math.floor(Date.parse(event.moderation.decidedAt) / 60_000)
      expect(decided).toBeGreaterThanOrEqual(last)
      last = decided
      if (event.type === 'message.corrected') {
        corrections++
        expect(known.has(event.corrects)).toBe(true)
      }
      known = known.add(event.id)
    }
    expect(known.size).toBeGreaterThan(20_000)
    expect(corrections).toBeGreaterThan(5)
  })

  it('yields history in two parts that hold together what the whole does', () => {
    const span = { until: AT, days: 2 }
    const from = AT - 3_600_000
    const idsOf = (part: { from?: number; to?: number }) =>
      [...demoHistory(organisation, 7, { ...span, ...part })].map((event) => event.id)
    const last = idsOf({ from })
    expect(last.length).toBeGreaterThan(500)
    expect([...idsOf({ to: from }), ...last]).toEqual(idsOf({}))
  })

  it('tells stories of the last day that are over, and two that are on, whenever it ends', () => {
    for (let end = 2880; end < 4320; end += 90) {
      const stories = createHistoryStories(organisation, 7)
      const on = (minute: number) => stories(minute, end).map(({ kind }) => kind)
      expect(on(end - 1).sort()).toEqual(['gasSmell', 'refundFraud'])
      const told = new Set(Array.from({ length: 1340 }, (_, before) => on(end - 100 - before)).flat())
      for (const kind of ['adsFlood', 'falseFlood', 'internalLeak', 'powerCut']) expect(told).toContain(kind)
    }
  })

  it('sends again, in order and without loss, what the server could not take', async () => {
    const end = new AbortController()
    const sent: string[] = []
    let now = AT
    let refuse = 3
    await play({
      organisation,
      seed: 7,
      speed: 60,
      startedAt: AT,
      signal: end.signal,
      now: () => now,
      sleep: (ms) => {
        now += Math.max(ms, 10)
        if (now > AT + 20_000) end.abort()
        return Promise.resolve()
      },
      post: (events) => {
        if (refuse-- > 0) return Promise.reject(new Error('503'))
        sent.push(...events.map((event) => event.id))
        return Promise.resolve()
      },
    })
    expect(sent.length).toBeGreaterThan(100)
    expect(new Set(sent).size).toBe(sent.length)
  })
})

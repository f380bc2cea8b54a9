import { describe, expect, it } from 'vitest'
import type { ReleasedCell } from '../privacy/released-cell.ts'
import { createTopicView } from './topic-view.ts'

const minute = 60_000
const base = {
  scope: 'org',
  kind: 'topic',
  groups: 2,
  units: 1,
  sentiment: null,
  harm: [],
  terms: ['停水'],
} as const
const cell = (key: string, fromMinute: number, toMinute: number, people: number): ReleasedCell => ({
  ...base,
  harm: [],
  terms: ['停水'],
  key,
  from: fromMinute * minute,
  to: toMinute * minute,
  people,
  messages: people,
})

describe('topics from released cells', () => {
  it('rises, steadies, falls and is over', () => {
    const view = createTopicView('org')
    const status = (now: number): string => view.list(now * minute)[0]!.status
    view.apply([cell('a', 0, 10, 5)])
    expect(status(10)).toBe('rising')
    view.apply([cell('a', 10, 20, 10)])
    expect(view.list(20 * minute)[0]).toMatchObject({ rise: 2, status: 'rising', firstSeen: 10 * minute })
    view.apply([cell('a', 20, 40, 15)])
    expect(status(40)).toBe('steady')
    view.apply([cell('a', 40, 80, 10)])
    expect(status(80)).toBe('falling')
    expect(status(199)).toBe('falling')
    expect(status(200)).toBe('over')
    expect(view.list(80 * minute + 49 * 60 * minute)).toEqual([])
  })

  it('tells of a split or merge only when both topics were shown', () => {
    const view = createTopicView('org')
    view.apply([cell('a', 0, 10, 5)], [{ kind: 'split', from: 'a', into: 'hidden', at: 1 }])
    expect(JSON.stringify(view.list(10 * minute))).not.toContain('hidden')
    view.apply([cell('b', 10, 20, 5)], [{ kind: 'merge', from: 'a', into: 'b', at: 2 }])
    expect(view.list(20 * minute).find((topic) => topic.id === 'a')).toMatchObject({
      mergedInto: 'b',
      status: 'over',
    })
  })

  it('lists its own scope only, most people an hour first', () => {
    const view = createTopicView('org')
    view.apply([cell('a', 0, 60, 20), cell('b', 0, 10, 10), { ...cell('c', 0, 10, 90), scope: 'unit' }])
    expect(view.list(60 * minute).map((topic) => topic.id)).toEqual(['b', 'a'])
  })
})

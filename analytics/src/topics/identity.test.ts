import { describe, expect, it } from 'vitest'
import { createTopicIdentity, weightedJaccard } from './identity.ts'

const hour = 3_600_000
const numbered = () => {
  let n = 0
  return createTopicIdentity(() => `t${++n}`)
}
const words = (...list: [number, number][]) => new Map(list)

describe('identity of topics', () => {
  it('measures weighted likeness', () => {
    expect(weightedJaccard(words([1, 4], [2, 2]), words([1, 2], [3, 2]))).toBe(2 / 8)
    expect(weightedJaccard(words(), words())).toBe(0)
  })

  it('keeps an id while words drift, and gives a new story a new one', () => {
    const identity = numbered()
    const first = identity.step([words([1, 9], [2, 8], [3, 7])], 0)
    const second = identity.step([words([2, 8], [3, 7], [4, 9])], hour)
    const third = identity.step([words([3, 7], [4, 9], [5, 6]), words([50, 9], [51, 9])], 2 * hour)
    expect([first, second].map((step) => step.tracks[0]!.id)).toEqual(['t1', 't1'])
    expect(third.tracks.map((track) => track.id)).toEqual(['t1', 't2'])
    expect(third.links).toEqual([])
  })

  it('keeps the id of a story that grows many times over between two looks, and of one that comes back small', () => {
    const identity = numbered()
    identity.step([words([1, 8], [2, 6])], 0)
    expect(identity.step([words([1, 40], [2, 34], [3, 12])], hour / 12).tracks[0]!.id).toBe('t1')
    expect(identity.step([words([1, 5], [2, 5])], 5 * hour).tracks[0]!.id).toBe('t1')
  })

  it('gives two alike groups to the two topics in the best way, whatever their order', () => {
    const identity = numbered()
    identity.step([words([1, 9], [2, 8]), words([1, 4], [3, 9])], 0)
    const step = identity.step([words([1, 5], [3, 9]), words([1, 9], [2, 8])], hour)
    expect(step.tracks.map((track) => track.id)).toEqual(['t2', 't1'])
  })

  it('records a split: the larger part keeps the id', () => {
    const identity = numbered()
    identity.step([words([1, 9], [2, 9], [3, 9], [4, 6], [5, 6])], 0)
    const step = identity.step([words([1, 9], [2, 9], [3, 9]), words([4, 6], [5, 6])], hour / 2)
    expect(step.tracks.map((track) => track.id)).toEqual(['t1', 't2'])
    expect(step.links).toEqual([{ kind: 'split', from: 't1', into: 't2', at: hour / 2 }])
  })

  it('records a merge: the smaller ends in the larger', () => {
    const identity = numbered()
    identity.step([words([1, 9], [2, 9], [3, 9]), words([4, 6], [5, 6])], 0)
    const step = identity.step([words([1, 9], [2, 9], [3, 9], [4, 6], [5, 6])], hour / 2)
    expect(step.tracks.map((track) => track.id)).toEqual(['t1'])
    expect(step.links).toEqual([{ kind: 'merge', from: 't2', into: 't1', at: hour / 2 }])
    expect(identity.tracks().map((track) => track.id)).toEqual(['t1'])
  })

  it('takes an id up again within 48 hours, and not after', () => {
    for (const [pause, id] of [
      [47, 't1'],
      [49, 't2'],
    ] as const) {
      const identity = numbered()
      identity.step([words([1, 9], [2, 9])], 0)
      expect(identity.step([words([1, 9], [2, 9])], pause * hour).tracks[0]!.id).toBe(id)
    }
  })

  it('continues topics known before a restart', () => {
    const identity = numbered()
    identity.restore([{ id: 'old-7', words: words([1, 5], [2, 5]), seenAt: 0 }])
    expect(identity.step([words([1, 6], [2, 4])], hour).tracks[0]!.id).toBe('old-7')
  })
})

import { describe, expect, it } from 'vitest'
import type { ChangeMark, ModerationPeriod } from './drift.ts'
import { createDriftState, observeDrift } from './drift.ts'

const HOURS_6 = 6 * 3_600_000
const MIX = { fraud: 0.3, ads: 0.4, vulgar: 0.2, 'leak.privacy': 0.1 }

const randoms = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

interface Settings {
  acted?: number
  automated?: number
  overturned?: number
  mix?: Readonly<Record<string, number>>
  messages?: number
}

const world = (seed: number): ((index: number, settings?: Settings) => ModerationPeriod) => {
  const random = randoms(seed)
  const times = (n: number, p: number): number => {
    let hits = 0
    for (let i = 0; i < n; i++) if (random() < p) hits++
    return hits
  }
  return (index, { acted = 0.08, automated = 0.9, overturned = 0.02, mix = MIX, messages = 1500 } = {}) => {
    // The world moves too: volumes and shares follow the time of day.
    const swing = 1 + 0.15 * Math.sin(index)
    const n = times(Math.round(messages * swing), acted * swing)
    const byCategory: Record<string, number> = {}
    for (let i = 0; i < n; i++) {
      let at = random()
      const code = Object.entries(mix).find(([, share]) => (at -= share) < 0)?.[0] ?? 'ads'
      byCategory[code] = (byCategory[code] ?? 0) + 1
    }
    const total = Math.round(messages * swing)
    return {
      from: index * HOURS_6,
      messages: total,
      acted: n,
      automated: times(n, automated),
      overturned: times(n, overturned),
      byCategory,
    }
  }
}

const play = (periods: readonly (ModerationPeriod | null)[]): ChangeMark[] => {
  let state = createDriftState()
  return periods.flatMap((period) => {
    const seen = observeDrift(JSON.parse(JSON.stringify(state)), period)
    state = seen.state
    return seen.marks
  })
}

const changed = (seed: number, at: number, settings: Settings, length = 140): ModerationPeriod[] => {
  const draw = world(seed)
  return Array.from({ length }, (_, i) => draw(i, i >= at ? settings : {}))
}

describe('drift of the upstream moderation', () => {
  it('marks nothing while only the world moves', () => {
    for (const seed of [1, 2, 3, 4, 5]) expect(play(changed(seed, 1000, {}, 200))).toEqual([])
  })

  it.each([
    ['acted-share', { acted: 0.2 }, 0.2],
    ['automated-share', { automated: 0.55 }, 0.55],
    ['overturns', { overturned: 0.15 }, 0.15],
  ] as const)('marks a change of %s where it began', (kind, settings, after) => {
    for (const seed of [1, 2, 3]) {
      const marks = play(changed(seed, 80, settings)).filter((mark) => mark.kind === kind)
      expect(marks).toHaveLength(1)
      expect((marks[0] as ChangeMark).at / HOURS_6).toBeGreaterThanOrEqual(80)
      expect((marks[0] as ChangeMark).at / HOURS_6).toBeLessThanOrEqual(83)
      expect(marks[0]?.after).toBeGreaterThan(after * 0.6)
    }
  })

  it('names a flipped flag at once', () => {
    const marks = play(changed(7, 80, { automated: 0.1 }))
    expect(marks.filter((mark) => mark.at === 80 * HOURS_6)).toMatchObject([
      { kind: 'flipped', of: 'automated-share' },
    ])
  })

  it('marks a new mix of categories with the codes that moved', () => {
    const marks = play(changed(9, 80, { mix: { fraud: 0.05, ads: 0.3, vulgar: 0.55, 'leak.privacy': 0.1 } }))
    expect(marks).toHaveLength(1)
    expect(marks[0]).toMatchObject({ kind: 'category-mix' })
    expect(
      marks[0]?.categories
        .map((c) => c.code)
        .slice(0, 2)
        .sort(),
    ).toEqual(['fraud', 'vulgar'])
  })

  it('does not mark one odd period, nor periods around a gap', () => {
    const draw = world(4)
    const odd = Array.from({ length: 140 }, (_, i) => draw(i, i === 90 ? { acted: 0.2 } : {}))
    expect(play(odd)).toEqual([])
    expect(play(odd.map((period, i) => (i > 84 && i < 120 ? null : period)))).toEqual([])
  })

  it('learns the new usual and marks the way back', () => {
    const draw = world(6)
    const periods = Array.from({ length: 200 }, (_, i) =>
      draw(i, i >= 60 && i < 130 ? { automated: 0.5 } : {}),
    )
    const kinds = play(periods).map((mark) => mark.kind)
    expect(kinds).toHaveLength(2)
  })

  it('pools small periods instead of judging them', () => {
    const draw = world(12)
    const tiny = Array.from({ length: 900 }, (_, i) => draw(i, { messages: 60 }))
    expect(play(tiny)).toEqual([])
  })
})

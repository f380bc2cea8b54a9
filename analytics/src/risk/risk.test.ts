import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Component, Components } from './components.ts'
import {
  COMPONENTS,
  faded,
  growthComponent,
  harmComponent,
  negativeComponent,
  NO_RISK,
  reachComponent,
  responseComponent,
  spreadComponent,
  surgeComponent,
  unansweredComponent,
  unansweredMs,
} from './components.ts'
import { explain, explainChange, wholePoints } from './explain.ts'
import { CURRENT, formulaOf, formulaVersions } from './formula.ts'
import type { LEVELS } from './level.ts'
import { NO_LEVEL, rankOf, stepLevel } from './level.ts'
import { compareFormulas, replay, summarise } from './replay.ts'

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const components = fc.record(
  Object.fromEntries(COMPONENTS.map((name) => [name, unit])) as Record<Component, typeof unit>,
)
const formula = fc.constantFrom(...formulaVersions().map(formulaOf))
const name = fc.constantFrom(...COMPONENTS)
const sum = (e: Readonly<Record<Component, number>>): number =>
  COMPONENTS.reduce((total, key) => total + e[key], 0)
const HOUR = 3_600_000

describe('risk score', () => {
  it('follows the published formula', () => {
    const c: Components = {
      ...NO_RISK,
      surge: 1,
      growth: 0.5,
      persistence: 0.5,
      reach: 0.6,
      spread: 0.4,
      negative: 0.2,
      harm: 0.1,
      unanswered: 0.5,
    }
    const momentum = 0.5 + 0.15 + 0.1
    const impact = 0.35 * 0.6 + 0.2 * 0.4 + 0.25 * 0.2 + 0.2 * 0.1
    expect(formulaOf(CURRENT.topic).evaluate(c)).toBeCloseTo(100 * momentum ** 0.4 * impact ** 0.6 * 0.85, 9)
  })

  it('stays within 0..100, is 0 for nothing and 100 for everything', () => {
    fc.assert(
      fc.property(formula, components, (f, c) => {
        const score = f.evaluate(c)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(100)
      }),
    )
    for (const version of formulaVersions()) {
      const all = Object.fromEntries(COMPONENTS.map((key) => [key, 1])) as Record<Component, number>
      expect(formulaOf(version).evaluate(NO_RISK)).toBe(0)
      expect(formulaOf(version).evaluate(all)).toBeCloseTo(100, 9)
    }
  })

  it('never falls when a component rises', () => {
    fc.assert(
      fc.property(formula, components, name, unit, (f, c, key, other) => {
        const low = { ...c, [key]: Math.min(c[key], other) }
        const high = { ...c, [key]: Math.max(c[key], other) }
        expect(f.evaluate(high)).toBeGreaterThanOrEqual(f.evaluate(low))
      }),
      { numRuns: 1000 },
    )
  })

  it('reads no mood, reach or spread for a group', () => {
    fc.assert(
      fc.property(components, unit, unit, unit, (c, negative, reach, spread) => {
        const f = formulaOf(CURRENT.group)
        expect(f.evaluate({ ...c, negative, reach, spread })).toBe(f.evaluate(c))
      }),
    )
  })

  it('knows no version that never shipped', () => {
    expect(() => formulaOf('topic-0')).toThrow(RangeError)
  })

  it('goes to zero by itself when the cause is gone, without ever rising on the way', () => {
    fc.assert(
      fc.property(formula, components, (f, c) => {
        let before = f.evaluate(c)
        for (let minutes = 0; minutes <= 12 * 60; minutes += 20) {
          const score = f.evaluate(faded(c, minutes * 60_000))
          expect(score).toBeLessThanOrEqual(before)
          before = score
        }
        expect(before).toBe(0)
      }),
    )
  })
})

describe('explanation', () => {
  it('sums to the score', () => {
    fc.assert(
      fc.property(formula, components, (f, c) => {
        expect(sum(explain(f, c))).toBeCloseTo(f.evaluate(c), 8)
      }),
    )
  })

  it('gives nothing to what is not there and is fair to equals', () => {
    const f = formulaOf(CURRENT.topic)
    fc.assert(
      fc.property(components, name, (c, key) => {
        expect(explain(f, { ...c, [key]: 0 })[key]).toBe(0)
      }),
    )
    // reach and negative enter the same sum; scaled to equal products they must get equal points
    const even = explain(f, { ...NO_RISK, surge: 0.8, reach: 0.25, negative: 0.35 })
    expect(even.reach).toBeCloseTo(even.negative, 9)
    expect(even.reach).toBeGreaterThan(0)
  })

  it('explains a change by differences that sum to it', () => {
    fc.assert(
      fc.property(formula, components, components, (f, a, b) => {
        expect(sum(explainChange(explain(f, a), explain(f, b)))).toBeCloseTo(f.evaluate(b) - f.evaluate(a), 8)
      }),
    )
  })

  it('rounds to whole points that add up exactly', () => {
    fc.assert(
      fc.property(formula, components, components, (f, a, b) => {
        const whole = wholePoints(explain(f, a))
        expect(sum(whole)).toBe(Math.round(sum(explain(f, a))))
        for (const key of COMPONENTS)
          expect(Math.abs(whole[key] - explain(f, a)[key])).toBeLessThanOrEqual(1 + 1e-9)
        const change = explainChange(explain(f, a), explain(f, b))
        expect(sum(wholePoints(change))).toBe(Math.round(sum(change)))
      }),
    )
  })
})

describe('levels', () => {
  const run = (scores: readonly number[]): string[] => {
    let state = NO_LEVEL
    return scores.map((score) => (state = stepLevel(state, score)).level)
  }

  it('rises and falls only after two ticks, with five points of hysteresis', () => {
    expect(run([26, 26])).toEqual(['none', 'blue'])
    expect(run([26, 24, 26, 24])).toEqual(['none', 'none', 'none', 'none'])
    expect(run([70, 70, 62, 62, 59, 59])).toEqual(['none', 'orange', 'orange', 'orange', 'orange', 'yellow'])
    expect(run([90, 50, 50])).toEqual(['none', 'yellow', 'yellow'])
    expect(run([90, 90, 0, 70])).toEqual(['none', 'red', 'red', 'orange'])
  })

  it('does not flap while a score stays within five points below a threshold', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(25, 45, 65, 80),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }),
        (from, noise) => {
          const levels = run([from, from, ...noise.map((x) => from - 5 + 5 * x)])
          expect(new Set(levels.slice(1)).size).toBe(1)
        },
      ),
    )
  })

  it('always ends where a constant score belongs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true })),
        fc.constantFrom(10, 30, 50, 70, 90),
        (before, steady) => {
          // A step that was half taken before ends at the nearer level with the first tick; the rest takes two more.
          const last = run([...before, steady, steady, steady]).at(-1)
          expect(rankOf(last as (typeof LEVELS)[number])).toBe([10, 30, 50, 70, 90].indexOf(steady))
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

describe('replay', () => {
  it('gives the same levels as the live steps and compares versions', () => {
    const history = Array.from({ length: 20 }, (_, i) => ({
      at: i * 300_000,
      components: {
        ...NO_RISK,
        surge: i / 20,
        growth: i / 20,
        persistence: 1,
        reach: 1,
        spread: 1,
        negative: 1,
        harm: 1,
        unanswered: i / 20,
      },
    }))
    const rows = replay(formulaOf('topic-1'), history)
    expect(rows.at(-1)).toMatchObject({ level: 'red' })
    const summary = summarise(rows)
    expect(Object.values(summary.ticks).reduce((a, b) => a + b, 0)).toBe(20)
    expect(summary.raised).toMatchObject({ blue: 1, yellow: 1, orange: 1, red: 1 })
    expect(compareFormulas(formulaOf('topic-1'), formulaOf('topic-1'), history).differing).toBe(0)
    expect(compareFormulas(formulaOf('topic-1'), formulaOf('group-1'), history).differing).toBeGreaterThan(0)
  })
})

describe('components', () => {
  it('rise with what they measure and stay in [0,1]', () => {
    const count = fc.integer({ min: 0, max: 10_000 })
    const pair = fc.tuple(count, count).map(([a, b]): [number, number] => (a < b ? [a, b] : [b, a]))
    const rising: ((x: number) => number)[] = [
      (x) => surgeComponent(x / 100),
      (x) => growthComponent(x, 40),
      (x) => reachComponent(x, 900),
      (x) => spreadComponent(x, 12),
      (x) => negativeComponent(x, 10_000, 0.2),
      (x) => harmComponent([{ code: 'fraud', weight: 4, count: x }], 10_000),
      (x) => responseComponent(x * 60_000, HOUR),
      (x) => unansweredComponent({ owedSince: 0, answeredAt: null, reopenedAt: null }, HOUR, x * 60_000),
    ]
    fc.assert(
      fc.property(pair, fc.constantFrom(...rising), ([a, b], f) => {
        expect(f(b)).toBeGreaterThanOrEqual(f(a))
        expect(f(a)).toBeGreaterThanOrEqual(0)
        expect(f(b)).toBeLessThanOrEqual(1)
      }),
    )
    for (const f of rising) expect(f(9000)).toBeGreaterThan(f(1))
  })

  it('keeps what says nothing about harm out', () => {
    expect(harmComponent([{ code: 'offtopic', weight: 5, count: 500 }], 1000)).toBe(harmComponent([], 1000))
    expect(harmComponent([{ code: 'uncategorised', weight: 5, count: 500 }], 1000)).toBe(
      harmComponent([], 1000),
    )
    expect(harmComponent([{ code: 'fraud', weight: 4, count: 50 }], 1000)).toBeGreaterThan(0.2)
  })

  it('owes an answer until it is given, and again when the subject rises again', () => {
    const clock = { owedSince: 0, answeredAt: null, reopenedAt: null }
    expect(unansweredMs(clock, HOUR)).toBe(HOUR)
    expect(unansweredMs({ ...clock, answeredAt: HOUR / 2 }, HOUR)).toBe(0)
    expect(unansweredMs({ owedSince: 0, answeredAt: HOUR / 2, reopenedAt: HOUR }, 3 * HOUR)).toBe(2 * HOUR)
    expect(unansweredMs({ owedSince: null, answeredAt: null, reopenedAt: null }, HOUR)).toBe(0)
  })

  it('lowers the score of an answered topic', () => {
    const at = (answeredAt: number | null): number => {
      const unanswered = unansweredComponent({ owedSince: 0, answeredAt, reopenedAt: null }, HOUR, 3 * HOUR)
      return formulaOf(CURRENT.topic).evaluate({
        ...NO_RISK,
        surge: 0.9,
        growth: 0.6,
        persistence: 1,
        reach: 0.7,
        spread: 0.5,
        unanswered,
      })
    }
    expect(at(null) - at(2 * HOUR)).toBeGreaterThan(5)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SurgePoint } from './count-surge.ts'
import { createCountSurge, SURGE_DEFAULTS } from './count-surge.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)
const OPTIONS = { ...SURGE_DEFAULTS, tickMinutes: 15, utcOffsetMinutes: 0 }
const TICK = OPTIONS.tickMinutes * 60_000
const A_DAY = 96

/** Deterministic Poisson counts (Knuth), so that every run of the test sees the same series. */
const poisson = (seed: number): ((mean: number) => number) => {
  let state = seed
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
  return (mean) => {
    const limit = Math.exp(-mean)
    let count = 0
    for (let product = random(); product > limit; product *= random()) count++
    return count
  }
}

const daily = (at: number): number =>
  8 + 24 * Math.max(0, Math.sin((((at % (24 * HOUR)) / HOUR - 6) / 16) * Math.PI))

type Series = (at: number, index: number) => number | null

const play = (series: Series, ticks: number): { at: number; point: SurgePoint }[] => {
  const detector = createCountSurge(OPTIONS)
  return Array.from({ length: ticks }, (_, i) => {
    const at = START + i * TICK
    return { at, point: detector.observe(at, series(at, i)) }
  })
}

const alerts = (played: { at: number; point: SurgePoint }[]): number[] =>
  played.filter((p) => p.point.alert).map((p) => p.at)

describe('surge of a count', () => {
  it('finds a threefold rise at its onset, once', () => {
    const draw = poisson(3)
    const from = START + 20 * 24 * HOUR + 11 * HOUR
    const played = play(
      (at) => draw(at >= from && at < from + 2 * HOUR ? 3.5 * daily(at) : daily(at)),
      22 * A_DAY,
    )
    const near = alerts(played).filter((at) => at >= from && at < from + 24 * HOUR)
    expect(near).toHaveLength(1)
    expect((near[0] as number) - from).toBeLessThanOrEqual(2 * TICK)
  })

  it('learns a weekly meeting as a habit and still sees a surge beyond it', () => {
    const draw = poisson(11)
    const meeting = (at: number): boolean => {
      const hours = ((at - START) / HOUR) % 168
      return hours >= 34 && hours < 35
    }
    const extra = START + 5 * 168 * HOUR + 34 * HOUR
    const mean = (at: number): number =>
      daily(at) * (at >= extra && at < extra + HOUR ? 9 : meeting(at) ? 4 : 1)
    const found = alerts(play((at) => draw(mean(at)), 40 * A_DAY))
    const atMeetings = found.filter(meeting)
    expect(atMeetings.filter((at) => at < extra && at > START + 10 * 24 * HOUR)).toEqual([])
    expect(atMeetings.filter((at) => at >= extra)).toHaveLength(1)
  })

  it('raises few alerts on a stationary seasonal series', () => {
    const draw = poisson(5)
    expect(alerts(play((at) => draw(daily(at)), 60 * A_DAY)).length).toBeLessThanOrEqual(6)
  })

  it('says what it has learned', () => {
    const played = play((at) => daily(at), 15 * A_DAY)
    expect(played[0]?.point).toMatchObject({ phase: 'warming', learned: { days: 0, of: 14 }, usual: null })
    expect(played[5 * A_DAY]?.point).toMatchObject({ phase: 'learning', learned: { days: 5, of: 14 } })
    expect(played.at(-1)?.point).toMatchObject({ phase: 'ready', learned: { days: 14, of: 14 } })
  })

  it('draws a usual range that holds most ordinary ticks and rises by day', () => {
    const draw = poisson(8)
    const played = play((at) => draw(daily(at)), 30 * A_DAY).slice(20 * A_DAY)
    const replay = poisson(8)
    const counts = Array.from({ length: 30 * A_DAY }, (_, i) => replay(daily(START + i * TICK))).slice(
      20 * A_DAY,
    )
    const inside = played.filter(({ point }, i) => {
      const count = counts[i] as number
      return count >= Math.floor(point.usual?.lower ?? 0) && count <= Math.ceil(point.usual?.upper ?? 0)
    })
    expect(inside.length / played.length).toBeGreaterThan(0.95)
    const noon = played.find(({ at }) => at % (24 * HOUR) === 14 * HOUR)?.point.usual
    const night = played.find(({ at }) => at % (24 * HOUR) === 3 * HOUR)?.point.usual
    expect((noon?.middle ?? 0) / (night?.middle ?? 1)).toBeGreaterThan(2)
    expect(noon?.upper).toBeLessThan(100)
  })

  it('goes on from a saved state exactly as if it had never stopped', () => {
    const draw = poisson(21)
    const counts = Array.from({ length: 12 * A_DAY }, (_, i) => draw(daily(START + i * TICK)))
    const whole = createCountSurge(OPTIONS)
    let parts = createCountSurge(OPTIONS)
    counts.forEach((count, i) => {
      if (i % 97 === 0) parts = createCountSurge(OPTIONS, JSON.parse(JSON.stringify(parts.snapshot())))
      expect(parts.observe(START + i * TICK, count)).toEqual(whole.observe(START + i * TICK, count))
    })
  })

  it('refuses time that does not move forward', () => {
    const detector = createCountSurge(OPTIONS)
    detector.observe(START, 1)
    expect(() => detector.observe(START, 1)).toThrow(RangeError)
  })

  it('mutes a rise of too few events', () => {
    const detector = createCountSurge({ ...OPTIONS, leastCount: 3 })
    const found: number[] = []
    for (let i = 0; i < 20 * A_DAY; i++) {
      if (detector.observe(START + i * TICK, i % (3 * A_DAY) === 50 ? 2 : 0).alert) found.push(i)
    }
    expect(found).toEqual([])
    expect(detector.observe(START + 20 * A_DAY * TICK, 6).alert).toBe(true)
  })
})

describe('missing data', () => {
  const gap = fc.record({
    from: fc.integer({ min: 0, max: 25 * A_DAY }),
    ticks: fc.integer({ min: 1, max: 4 * A_DAY }),
  })

  it('never alerts, wherever the gaps are, on a series that only follows its day', () => {
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 8 }), (gaps) => {
        const missing = (i: number): boolean => gaps.some((g) => i >= g.from && i < g.from + g.ticks)
        expect(alerts(play((at, i) => (missing(i) ? null : Math.round(daily(at))), 25 * A_DAY))).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  it('treats a skipped tick and a null tick alike, and never alerts inside a gap', () => {
    const draw = poisson(2)
    const counts = Array.from({ length: 20 * A_DAY }, (_, i) => draw(daily(START + i * TICK)))
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 5 }), (gaps) => {
        const missing = (i: number): boolean => gaps.some((g) => i >= g.from && i < g.from + g.ticks)
        const told = createCountSurge(OPTIONS)
        const skipped = createCountSurge(OPTIONS)
        counts.forEach((count, i) => {
          const at = START + i * TICK
          const point = told.observe(at, missing(i) ? null : count)
          if (missing(i)) expect(point).toMatchObject({ alert: false, onset: 0, score: 0 })
          else expect(point).toEqual(skipped.observe(at, count))
        })
      }),
      { numRuns: 10 },
    )
  })

  it('stays quiet for a while after a gap, but not for longer than the rise', () => {
    const draw = poisson(13)
    const end = START + 12 * 24 * HOUR + 12 * HOUR
    const inGap = (at: number): boolean => at >= end - 14 * HOUR && at < end
    const risen =
      (hours: number) =>
      (at: number): number | null =>
        inGap(at) ? null : draw(at >= end && at < end + hours * HOUR ? 5 * daily(at) : daily(at))
    const after = (hours: number): number[] =>
      alerts(play(risen(hours), 13 * A_DAY)).filter((at) => at >= end)
    expect(after(3)).toEqual([])
    const [first] = after(6)
    expect(((first ?? 0) - end) / HOUR).toBeGreaterThanOrEqual(3.25)
    expect(((first ?? 0) - end) / HOUR).toBeLessThan(4.5)
  })

  it('keeps the usual range over a gap, which zeros would have pulled down', () => {
    const hole = (i: number): boolean => i > 4.5 * A_DAY && i <= 6 * A_DAY
    const middleAfter = (filler: number | null): number => {
      const played = play((at, i) => (hole(i) ? filler : 400 + Math.round(daily(at))), 6 * A_DAY + 2)
      return played.at(-1)?.point.usual?.middle ?? 0
    }
    expect(middleAfter(null)).toBeGreaterThan(400)
    expect(middleAfter(0)).toBeLessThan(395)
  })
})

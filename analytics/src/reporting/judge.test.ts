import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { criticalPoint } from './compare.ts'
import { gapHours, silentSpans } from './gaps.ts'
import { judge, judgedParams } from './judge.ts'
import { topicCourses } from './topics.ts'
import { assess, isSlow } from './units.ts'

describe('judging a count', () => {
  it('states no fall with a gap now and no rise with a gap before, and steady with neither', () => {
    expect(judge(50, 200, { gapNow: true }).verdict).toBe('gap')
    expect(judge(200, 50, { gapNow: true }).verdict).toBe('rose')
    expect(judge(200, 50, { gapBefore: true }).verdict).toBe('gap')
    expect(judge(50, 200, { gapBefore: true }).verdict).toBe('fell')
    expect(judge(100, 101, { gapBefore: true }).verdict).toBe('gap')
    expect(judge(100, null, { gapNow: true }).verdict).toBe('unknown')
  })

  it('gives a percentage with a stated change only', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.option(fc.nat(2000), { nil: null }), fc.boolean(), (now, before, gap) => {
        const { percent, verdict } = judgedParams(judge(now, before, { gapNow: gap }))
        if (percent === null) return
        expect(['rose', 'fell']).toContain(verdict)
        expect(before).toBeGreaterThanOrEqual(20)
        expect(Math.sign(percent)).toBe(verdict === 'rose' ? 1 : -1)
      }),
    )
  })

  it('asks for more the more is tested at once', () => {
    expect(criticalPoint(1)).toBeCloseTo(1.959964, 5)
    expect(criticalPoint(10)).toBeCloseTo(2.807034, 5)
    expect(criticalPoint(50)).toBeCloseTo(3.290527, 5)
  })
})

const HOUR = 3_600_000
describe('gaps', () => {
  const start = Date.parse('2026-11-16T00:00:00+08:00')
  const span = { fromMs: start, toMs: start + 7 * 24 * HOUR, timezone: 'Asia/Shanghai' }
  const sending = (silent: (at: number) => boolean) => {
    const hours = new Map<number, number>()
    for (let at = start - 28 * 24 * HOUR; at < span.toMs; at += HOUR) {
      const hour = new Date(at + 8 * HOUR).getUTCHours()
      if (hour >= 8 && hour < 20 && !silent(at)) hours.set(at, 30)
    }
    return hours
  }

  it('finds hours that are missing against the weeks before, and none of the nights', () => {
    const from = start + 33 * HOUR
    const hours = sending((at) => at >= from && at < from + 3 * HOUR)
    expect(silentSpans([{ source: 'a', hours }], span)).toEqual([{ source: 'a', from, to: from + 3 * HOUR }])
    expect(gapHours([{ source: 'a', hours }], span)).toHaveLength(3)
  })

  it('take a silent source for a gap where it usually carries a twentieth of the data, not where it carries less', () => {
    const from = start + 33 * HOUR
    const silent = { source: 'a', hours: sending((at) => at >= from && at < from + 3 * HOUR) }
    const times = (factor: number) => ({
      source: 'b',
      hours: new Map([...sending(() => false)].map(([at, count]) => [at, count * factor])),
    })
    const lost = [from, from + HOUR, from + 2 * HOUR]
    expect(gapHours([silent, times(1)], span)).toEqual(lost)
    expect(gapHours([silent, times(19)], span)).toEqual(lost)
    expect(gapHours([silent, times(20)], span)).toEqual([])
    expect(gapHours([silent, times(1), { source: 'c', hours: silent.hours }], span)).toEqual(lost)
  })

  it('keeps to the clock when it is changed: the hour that is gone or comes twice is no silence', () => {
    const timezone = 'Europe/Berlin'
    const local = (day: string) => DateTime.fromISO(day, { zone: timezone })
    for (const monday of ['2026-10-26', '2026-10-19', '2026-03-30', '2026-03-23']) {
      const from = local(monday)
      const hours = new Map<number, number>()
      for (
        let at = from.minus({ weeks: 5 }).toMillis();
        at < from.plus({ weeks: 1 }).toMillis();
        at += HOUR
      ) {
        const { hour } = DateTime.fromMillis(at, { zone: timezone })
        if (hour >= 8 && hour < 20) hours.set(at, 30)
      }
      const week = { fromMs: from.toMillis(), toMs: from.plus({ weeks: 1 }).toMillis(), timezone }
      expect(silentSpans([{ source: 'a', hours }], week), monday).toEqual([])
      const lost = from.plus({ days: 2, hours: 9 }).toMillis()
      hours.delete(lost)
      expect(gapHours([{ source: 'a', hours }], week), monday).toEqual([lost])
    }
  })

  it('expects nothing of a source that has just begun', () => {
    const hours = new Map([[start + 10 * HOUR, 500]])
    expect(silentSpans([{ source: 'new', hours }], span)).toEqual([])
  })
})

describe('topics', () => {
  const cell = (key: string, to: number, messages: number, people = 10) => ({
    ...{ kind: 'topic' as const, key, from: to - 300_000, to, people, messages },
    ...{ words: [key], sentiment: null },
  })

  it('are new, rose or fell by what was released; nothing is new where nothing could be released before', () => {
    const now = [cell('new', 100, 40), cell('up', 100, 300), cell('same', 100, 100)]
    const before = [cell('up', 10, 60), cell('same', 10, 105), cell('gone', 10, 200)]
    const status = (could: boolean) =>
      Object.fromEntries(topicCourses(now, before, new Map(), could).map(({ id, status: s }) => [id, s]))
    expect(status(true)).toEqual({ new: 'new', up: 'rose', same: 'steady', gone: 'fell' })
    expect(new Set(Object.values(status(false)))).toEqual(new Set(['unknown']))
  })

  it('count the largest window, never people of different windows together', () => {
    const [course] = topicCourses([cell('a', 100, 20, 15), cell('a', 200, 30, 10)], [], new Map(), true)
    expect(course?.now).toMatchObject({ messages: 50, peak: 15, cells: 2, first: 100, last: 200 })
  })
})

describe('units', () => {
  const unit = { unitId: 'u', medianMinutes: 1, p90Minutes: 2, findings: 0, overdue: 0 }
  it('are praised or helped by response times and register only, with confidence', () => {
    expect(assess({ ...unit, count: 200, within: 0.97 })).toBe('praise')
    expect(assess({ ...unit, count: 200, within: 0.9 })).toBe('usual')
    expect(assess({ ...unit, count: 200, within: 0.6 })).toBe('help')
    expect(assess({ ...unit, count: 19, within: 0 })).toBe('few')
    expect(assess({ ...unit, count: 200, within: 0.97, overdue: 1 })).toBe('help')
    expect(isSlow({ ...unit, count: 25, within: 0.8 })).toBe(false)
    expect(Object.keys({ ...unit, count: 1, within: 1 }).join()).not.toMatch(/mood|sentiment|topic|opinion/)
  })
})

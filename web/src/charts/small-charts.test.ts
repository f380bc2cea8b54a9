import { describe, expect, it } from 'vitest'
import { THEMES } from '@guanlan/charts/palette'
import { niceTop } from '@guanlan/charts/chart-style'
import { delayStrip } from './delay-strip.ts'
import { pulseOption } from './pulse-option.ts'
import { sparkPoints } from './sparkline.ts'

describe('sparkPoints', () => {
  it('runs from zero at the bottom to the highest at the top', () => {
    expect(sparkPoints([0, 5, 10], 100, 24)).toBe('0.0,23.0 50.0,12.0 100.0,1.0')
  })
  it('draws a single value as a level line and nothing as nothing', () => {
    expect(sparkPoints([4], 100, 24)).toBe('0.0,1.0 100,1.0')
    expect(sparkPoints([], 100, 24)).toBe('')
  })
})

describe('delayStrip', () => {
  const row = (tier: 'all' | 'illegal', medianMs: number | null, p90Ms: number | null) => ({
    tier,
    count: 9,
    medianMs,
    p90Ms,
  })
  it('places median, p90 and target in order on one axis', () => {
    const strip = delayStrip({
      targetMs: 60_000,
      withinTarget: 0.5,
      rows: [row('all', 1_000, 30_000), row('illegal', 2_000, 120_000)],
    })
    const [all, illegal] = strip.rows
    expect(all!.from).toBeLessThan(all!.to)
    expect(all!.to).toBeLessThan(strip.target)
    expect(illegal!.to).toBeGreaterThan(strip.target)
    expect([all!.late, illegal!.late]).toEqual([false, true])
    for (const at of [all!.from, illegal!.to, strip.target]) expect(at > 0 && at < 1).toBe(true)
  })
  it('leaves out what is not known and survives zero', () => {
    expect(delayStrip({ targetMs: 60_000, withinTarget: null, rows: [row('all', null, null)] }).rows).toEqual(
      [],
    )
    expect(
      Number.isFinite(
        delayStrip({ targetMs: 60_000, withinTarget: 1, rows: [row('all', 0, 0)] }).rows[0]!.from,
      ),
    ).toBe(true)
  })
})

describe('niceTop', () => {
  it.each([
    [0, 1],
    [1, 1],
    [9, 9],
    [45, 60],
    [230, 300],
  ])('gives %s room up to %s in whole steps', (max, top) => expect(niceTop(max, 4).max).toBe(top))
})

it('keeps the axis of the pulse from flickering with each second', () => {
  const option = (n: number) =>
    pulseOption([1, n], {
      palette: THEMES.dark,
      fontPx: 14,
      hatch: '',
      interactive: false,
      reducedMotion: false,
    }) as { yAxis: { max: number } }
  expect(option(31).yAxis.max).toBe(option(39).yAxis.max)
  expect(option(39).yAxis.max).toBeGreaterThanOrEqual(39)
})

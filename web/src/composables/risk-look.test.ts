import type { RiskPoints } from '@guanlan/contract/risk'
import { expect, it } from 'vitest'
import { partBars, partsOf } from './risk-look.ts'

const NONE: RiskPoints = {
  surge: 0,
  growth: 0,
  persistence: 0,
  reach: 0,
  spread: 0,
  negative: 0,
  harm: 0,
  response: 0,
  unanswered: 0,
}

it('lists what has points, the largest first, and sums to the score', () => {
  const { bars, sum, zero } = partBars({ ...NONE, surge: 30, harm: 42 })
  expect(bars.map((bar) => bar.component)).toEqual(['harm', 'surge'])
  expect(sum).toBe(72)
  expect(zero).toBe(0)
  expect(bars[0]).toMatchObject({ from: 0, width: 1 })
  expect(bars[1]?.width).toBeCloseTo(30 / 42)
})

it('points losses to the left of zero', () => {
  const { bars, zero, sum } = partBars({ ...NONE, growth: 12, unanswered: -4 })
  expect(sum).toBe(8)
  expect(zero).toBeCloseTo(0.25)
  expect(bars[1]).toMatchObject({ component: 'unanswered', from: 0, width: 0.25 })
})

it('has no part where there is no score', () => {
  expect(partsOf(NONE)).toEqual([])
  expect(partBars(NONE)).toEqual({ zero: 0, bars: [], sum: 0 })
})

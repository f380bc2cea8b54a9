import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../train/metrics.ts'
import { shareInterval } from '../privacy/release.ts'
import { knownRates } from './calibration.ts'
import { beforeRounding, calibratedShares } from './calibration-cell.ts'

const roundedDown = (n: number): number => n - (n % 5)

describe('a released interval', () => {
  it('gives back what was called so, as near as rounding lets it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, share) => {
          const hits = Math.round(share * n)
          const { share: found, variance } = beforeRounding(shareInterval(hits, n), roundedDown(n) + 2)
          expect(Math.abs(found - hits / n)).toBeLessThan(0.03)
          expect(variance).toBeLessThan(0.06 ** 2 / 12)
        },
      ),
    )
  })

  it('leans to neither side, though messages are rounded down and ends outwards', () => {
    const random = seededRandom(3)
    for (const share of [0.1, 0.3, 0.5, 0.8]) {
      let sum = 0
      for (let i = 0; i < 2000; i++) {
        const n = 20 + Math.floor(random() * 300)
        const hits = Math.min(n, Math.max(0, Math.round(n * (share + (random() - 0.5) / 10))))
        sum += beforeRounding(shareInterval(hits, n), roundedDown(n) + 2).share - hits / n
      }
      expect(Math.abs(sum / 2000), `at ${share}`).toBeLessThan(0.003)
    }
  })
})

describe('shares behind a cell', () => {
  const calibration = { negative: [92, 12, 46], positive: [18, 96, 36], neutral: [6, 8, 20] } as const
  /** Of 200 messages, `negatives` of them negative: called as the samples were. */
  function cellOf(negatives: number) {
    const part = (of: readonly number[], side: number) => of[side]! / of.reduce((sum, n) => sum + n, 0)
    const called = (side: number) =>
      Math.round(
        negatives * part(calibration.negative, side) + (200 - negatives) * part(calibration.positive, side),
      )
    return calibratedShares(knownRates(calibration, []), [
      {
        messages: 200,
        called: { negative: shareInterval(called(0), 200), positive: shareInterval(called(1), 200) },
      },
    ])
  }

  it('are those of negative and of positive messages, each within its interval', () => {
    for (const negatives of [20, 60, 100, 160]) {
      const { negative, positive } = cellOf(negatives)
      const [truth, rest] = [negatives / 200, 1 - negatives / 200]
      expect(Math.abs(negative.estimate - truth), `${negatives} negative`).toBeLessThan(0.06)
      expect(Math.abs(positive.estimate - rest), `${negatives} negative`).toBeLessThan(0.12)
      expect(negative.low <= truth && truth <= negative.high).toBe(true)
      expect(positive.low <= rest && rest <= positive.high).toBe(true)
    }
  })

  it('of many cells hold the truth in nine of ten, and are known better than those of one', () => {
    const random = seededRandom(17)
    const is = { negative: [0.6, 0.1], positive: [0.12, 0.62] } as const
    const call = (n: number, [low, high]: readonly [number, number]) => {
      const counts: [number, number, number] = [0, 0, 0]
      for (let i = 0; i < n; i++) {
        const at = random()
        counts[at < low ? 0 : at < low + high ? 1 : 2]++
      }
      return counts
    }
    const rounds = 100
    let [held, one, all] = [0, 0, 0]
    for (let i = 0; i < rounds; i++) {
      const [a, b] = [call(150, is.negative), call(150, is.positive)]
      const rates = knownRates({ negative: a, positive: b, neutral: [0, 0, 0] }, [])
      const share = 0.1 + 0.7 * random()
      let [negatives, messages] = [0, 0]
      const cells = Array.from({ length: 10 }, () => {
        const n = 30 + Math.floor(random() * 30)
        const own = Math.round(n * share)
        negatives += own
        messages += n
        const [c, d] = [call(own, is.negative), call(n - own, is.positive)]
        const called = { negative: shareInterval(c[0] + d[0], n), positive: shareInterval(c[1] + d[1], n) }
        return { messages: roundedDown(n), called }
      })
      const { low, high } = calibratedShares(rates, cells).negative
      if (low <= negatives / messages && negatives / messages <= high) held++
      all += high - low
      const first = calibratedShares(rates, [cells[0]!]).negative
      one += first.high - first.low
    }
    expect(held / rounds).toBeGreaterThanOrEqual(0.9)
    expect(all).toBeLessThan(0.7 * one)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ResponseMark } from './calibration.ts'
import { calibrate, calibrationError, LEAST_MARKS, probabilityOf } from './calibration.ts'

const randoms = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

const marksOf = (n: number, seed: number, truth: (score: number) => number): ResponseMark[] => {
  const random = randoms(seed)
  return Array.from({ length: n }, () => {
    const score = 20 + 80 * random()
    return { score, needed: random() < truth(score) }
  })
}

const truth = (score: number): number => 1 / (1 + Math.exp(-(score - 60) / 8))

describe('calibration', () => {
  it('finds back the share of needed responses, with an error of at most 0.05', () => {
    const calibration = calibrate(marksOf(2000, 3, truth))
    for (const score of [35, 50, 60, 70, 90])
      expect(Math.abs((probabilityOf(calibration, score) ?? 9) - truth(score))).toBeLessThan(0.1)
    expect(calibration.error).toBeLessThanOrEqual(0.05)
    const fresh = marksOf(2000, 4, truth).map(({ score, needed }) => ({
      probability: probabilityOf(calibration, score) ?? 0,
      needed,
    }))
    expect(calibrationError(fresh)).toBeLessThanOrEqual(0.05)
  })

  it('beats the raw score read as a probability', () => {
    const marks = marksOf(400, 5, (score) => truth(score) * 0.4)
    const raw = calibrationError(marks.map(({ score, needed }) => ({ probability: score / 100, needed })))
    expect(calibrate(marks).error).toBeLessThan(raw / 2)
  })

  it('never lets a higher score mean less', () => {
    const mark = fc.record({ score: fc.double({ min: 0, max: 100, noNaN: true }), needed: fc.boolean() })
    fc.assert(
      fc.property(
        fc.array(mark, { minLength: LEAST_MARKS, maxLength: 200 }),
        fc.array(fc.integer({ min: 0, max: 100 })),
        (marks, scores) => {
          const calibration = calibrate(marks)
          const values = scores.toSorted((a, b) => a - b).map((score) => probabilityOf(calibration, score))
          for (let i = 1; i < values.length; i++)
            expect((values[i] ?? 0) + 1e-12).toBeGreaterThanOrEqual(values[i - 1] ?? 0)
          for (const value of values) expect(value === null || (value >= 0 && value <= 1)).toBe(true)
        },
      ),
    )
  })

  it('says nothing before there are enough marks of both kinds', () => {
    expect(calibrate(marksOf(LEAST_MARKS - 1, 1, truth)).points).toEqual([])
    expect(probabilityOf(calibrate(marksOf(100, 1, () => 1)), 50)).toBeNull()
  })
})

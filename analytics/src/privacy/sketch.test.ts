import { describe, expect, it } from 'vitest'
import { createDecaySketch, createSlotSketch } from './sketch.ts'

const secret = (seed: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, i) => (i * 37 + seed) & 255)

describe('decaying sketch', () => {
  it('never underestimates, and errs little while it is not crowded', () => {
    const sketch = createDecaySketch(secret(1), 12)
    for (let term = 0; term < 1000; term++) sketch.add(term, 1 + (term % 7))
    let wrong = 0
    for (let term = 0; term < 1000; term++) {
      const estimate = sketch.estimate(term)
      expect(estimate).toBeGreaterThanOrEqual(1 + (term % 7) - 1e-6)
      if (estimate > 1 + (term % 7) + 1e-6) wrong++
    }
    expect(wrong).toBeLessThan(20)
    expect(sketch.estimate(123_456)).toBeLessThanOrEqual(7)
  })

  it('forgets by the factor it is told, over more steps than a float holds', () => {
    const sketch = createDecaySketch(secret(2), 10)
    sketch.add(5, 1024)
    for (let i = 0; i < 3; i++) sketch.decay(0.5)
    expect(sketch.estimate(5)).toBeCloseTo(128, 3)
    for (let i = 0; i < 60; i++) sketch.decay(0.5)
    expect(sketch.estimate(5)).toBeLessThan(1e-12)
    sketch.add(5, 3)
    expect(sketch.estimate(5)).toBeCloseTo(3, 3)
  })
})

describe('slot sketch', () => {
  it('keeps the largest value of a word and slot, up to 255, and forgets a slot that is cleared', () => {
    const sketch = createSlotSketch(secret(3), 8, 10)
    sketch.select(42)
    sketch.put(3, 9)
    sketch.put(3, 4)
    sketch.put(11, 2)
    sketch.put(4, 1000)
    expect([sketch.get(3), sketch.get(4), sketch.get(5)]).toEqual([9, 255, 0])
    sketch.clear(3)
    expect([sketch.get(3), sketch.get(4)]).toEqual([0, 255])
  })

  it('puts a word elsewhere under another secret', () => {
    const used = (seed: number): string => {
      const sketch = createSlotSketch(secret(seed), 1, 6)
      for (let term = 1000; term < 1030; term++) {
        sketch.select(term)
        sketch.put(0, 1)
      }
      return Array.from({ length: 200 }, (_, term) => {
        sketch.select(term)
        return sketch.get(0)
      }).join('')
    }
    expect(used(4)).toBe(used(4))
    expect(used(4)).not.toBe(used(5))
  })
})

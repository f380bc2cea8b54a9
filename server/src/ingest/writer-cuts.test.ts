import { expect, it } from 'vitest'
import { untilCut } from './writer.ts'

it('cuts just before the turn of the second, and once more when much comes', () => {
  const at = (ms: number, busy: boolean) => (ms + untilCut(ms, busy)) % 1000
  for (let ms = 0; ms < 1000; ms += 7) {
    expect(at(ms, false)).toBe(800)
    expect([500, 800]).toContain(at(ms, true))
    expect(untilCut(ms, true)).toBeLessThanOrEqual(700)
    expect(untilCut(ms, false)).toBeGreaterThan(0)
    expect(untilCut(ms, false)).toBeLessThanOrEqual(1000)
  }
})

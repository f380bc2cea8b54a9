import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Effect } from './alert-state.ts'
import { command, evaluate } from './engine.ts'
import { contextAt, isPage, MINUTE, MONDAY_10, observation, rule } from './testing.ts'
import { EMPTY_WORLD } from './world.ts'

/** One alert, one rule, one minute after the other, written as plainly as possible. Returns "minute:step". */
const oracle = (
  holds: readonly boolean[],
  acknowledgedAt: ReadonlySet<number>,
  pending: number,
  keep: number,
): string[] => {
  const pages: string[] = []
  let pendingFrom: number | null = null
  let clearFrom: number | null = null
  let firing = false
  let alert: 'none' | 'open' | 'taken' = 'none'
  let step = 0
  let due = 0
  let takenUntil = 0
  let cleared = false
  const delays = [0, 10, 15]
  for (let m = 0; m < holds.length; m++) {
    // a person acts before the evaluation of the same minute
    if (alert !== 'none' && acknowledgedAt.has(m)) {
      alert = 'taken'
      takenUntil = m + 30
    }
    let runs = alert === 'taken' && takenUntil <= m
    if (holds[m]) {
      clearFrom = null
      if (!firing) {
        pendingFrom ??= m
        if (m - pendingFrom >= pending) {
          firing = true
          if (alert === 'none') {
            alert = 'open'
            step = 0
            due = m
          }
          cleared = false
        }
      }
    } else {
      pendingFrom = null
      if (firing) {
        clearFrom ??= m
        if (m - clearFrom >= keep) {
          firing = false
          clearFrom = null
          cleared = true
        }
      }
    }
    if (runs) {
      alert = 'open'
      due = m
    }
    runs = alert === 'open' && due <= m
    if (runs) {
      pages.push(`${m}:${step}`)
      const next = step + 1
      due = m + (next < 3 ? (delays[next] as number) : 30)
      step = Math.min(next, 2)
    }
  }
  expect(typeof cleared).toBe('boolean')
  return pages
}

describe('brute-force oracle', () => {
  it('agrees on every page of a grave alert, minute by minute', () => {
    const stretch = fc.record({ on: fc.boolean(), minutes: fc.integer({ min: 1, max: 40 }) })
    fc.assert(
      fc.property(
        fc.array(stretch, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(200), { maxLength: 6 }),
        fc.constantFrom(0, 2, 5),
        fc.constantFrom(0, 3),
        (stretches, acks, pending, keep) => {
          const holds = stretches.flatMap(({ on, minutes }) => Array.from({ length: minutes }, () => on))
          const of = { ...rule, pendingSeconds: pending * 60, keepFiringSeconds: keep * 60 }
          const expected = oracle(holds, new Set(acks), pending, keep)
          let world = EMPTY_WORLD
          const pages = holds.flatMap((on, m) => {
            const context = contextAt(MONDAY_10 + m * MINUTE, { rules: new Map([[of.id, of]]) })
            const effects: Effect[] = []
            const [alert] = world.alerts.values()
            if (alert && acks.includes(m)) {
              const done = command(world, { type: 'acknowledge', alertId: alert.id, by: 'duty-1' }, context)
              world = done.world
              effects.push(...done.effects)
            }
            const done = evaluate(world, [{ rule: of, observations: [observation(on ? 12 : 0)] }], context)
            world = done.world
            const sent = [...effects, ...done.effects]
              .filter(isPage)
              .filter((page) => page.destination.channel === 'in-app')
            return sent.map((page) => `${m}:${page.because.step}`)
          })
          expect(pages).toEqual(expected)
        },
      ),
      { numRuns: 3000 },
    )
  })
})

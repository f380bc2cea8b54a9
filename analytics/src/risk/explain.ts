/**
 * Why this score: the exact Shapley value of each component (Shapley 1953), i.e. its mean contribution over every order in
 * which components could be added to "nothing is wrong". With eight components that is 256 evaluations; the values sum to
 * the score. Why it changed: the difference of two explanations, which sums to the difference of the scores.
 */
import type { Component, Components } from './components.ts'
import { COMPONENTS, NO_RISK } from './components.ts'
import type { Formula } from './formula.ts'

/** Points of the score (0..100) each component accounts for; unused components have none. */
export type Explanation = Readonly<Record<Component, number>>

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))

const onlyOf = (uses: readonly Component[], mask: number, c: Components): Components => {
  const partial: Record<Component, number> = { ...NO_RISK }
  uses.forEach((name, i) => {
    if (mask & (1 << i)) partial[name] = c[name]
  })
  return partial
}

const bits = (mask: number): number => {
  let count = 0
  for (let m = mask; m > 0; m &= m - 1) count++
  return count
}

/** Exact split of `formula.evaluate(components)`; sums to it up to floating-point rounding (< 1e-9). */
export const explain = (formula: Formula, components: Components): Explanation => {
  const { uses } = formula
  const n = uses.length
  const values = Array.from({ length: 1 << n }, (_, mask) => formula.evaluate(onlyOf(uses, mask, components)))
  const result: Record<Component, number> = { ...NO_RISK }
  const weights = Array.from(
    { length: n },
    (_, size) => (factorial(size) * factorial(n - size - 1)) / factorial(n),
  )
  uses.forEach((name, i) => {
    let sum = 0
    for (let mask = 0; mask < values.length; mask++) {
      if (mask & (1 << i)) continue
      sum +=
        (weights[bits(mask)] as number) * ((values[mask | (1 << i)] as number) - (values[mask] as number))
    }
    result[name] = sum
  })
  return result
}

/** "Why +9 since 10:00": what each component added or took away between two moments. */
export const explainChange = (before: Explanation, after: Explanation): Explanation =>
  Object.fromEntries(COMPONENTS.map((name) => [name, after[name] - before[name]])) as Record<
    Component,
    number
  >

/**
 * Whole points that sum exactly to the rounded total (largest remainders first, ties in component order), so that the
 * numbers on a screen add up.
 */
export const wholePoints = (explanation: Explanation): Explanation => {
  const total = Math.round(COMPONENTS.reduce((sum, name) => sum + explanation[name], 0))
  const floors = COMPONENTS.map((name) => ({
    name,
    points: Math.floor(explanation[name]),
    rest: explanation[name] % 1,
  }))
  let missing = total - floors.reduce((sum, { points }) => sum + points, 0)
  const byRest = floors.toSorted((a, b) => b.rest - Math.floor(b.rest) - (a.rest - Math.floor(a.rest)))
  for (const entry of byRest) {
    if (missing <= 0) break
    entry.points++
    missing--
  }
  return Object.fromEntries(floors.map(({ name, points }) => [name, points])) as Record<Component, number>
}

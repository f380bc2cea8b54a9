/**
 * Versioned risk formulas. A version never changes once it has been used: a new weighting is a new entry here, replayed
 * over history (replay.ts) before it is switched on.
 */
import type { Component, Components } from './components.ts'
import { COMPONENTS } from './components.ts'

export interface Formula {
  readonly version: string
  readonly scope: 'topic' | 'unit' | 'group'
  /** components it reads; the others do not move it */
  readonly uses: readonly Component[]
  /** weights inside momentum and impact; each sums to 1 */
  readonly weights: Weights
  /** 0..100, monotone in every used component, 0 at NO_RISK */
  evaluate(components: Components): number
}

export interface Weights {
  readonly momentum: Readonly<Partial<Record<Component, number>>>
  readonly impact: Readonly<Partial<Record<Component, number>>>
}

const weighted = (weights: Readonly<Partial<Record<Component, number>>>, c: Components): number => {
  let sum = 0
  for (const name of COMPONENTS) sum += (weights[name] ?? 0) * c[name]
  return Math.min(1, Math.max(0, sum))
}

/** U = 100 · L^0.4 · I^0.6 · (0.7 + 0.3 · unanswered). Scores below half a point are 0, so that a score can end. */
const product = (version: string, scope: Formula['scope'], { momentum, impact }: Weights): Formula => ({
  version,
  scope,
  weights: { momentum, impact },
  uses: COMPONENTS.filter((name) => name === 'unanswered' || name in momentum || name in impact),
  evaluate(c) {
    const u = 100 * weighted(momentum, c) ** 0.4 * weighted(impact, c) ** 0.6 * (0.7 + 0.3 * c.unanswered)
    return u < 0.5 ? 0 : Math.min(100, u)
  },
})

const MOMENTUM = { surge: 0.5, growth: 0.3, persistence: 0.2 }

const CALMER = { reach: 0.25, spread: 0.15, negative: 0.3, harm: 0.3 }

const FORMULAS: readonly Formula[] = [
  product('topic-1', 'topic', {
    momentum: MOMENTUM,
    impact: { reach: 0.35, spread: 0.2, negative: 0.25, harm: 0.2 },
  }),
  product('unit-1', 'unit', {
    momentum: MOMENTUM,
    impact: { reach: 0.35, spread: 0.2, negative: 0.25, harm: 0.2 },
  }),
  // An ordinary fast topic reached yellow without harm or anger: here impact asks more for them and less for numbers.
  product('topic-2', 'topic', { momentum: MOMENTUM, impact: CALMER }),
  product('unit-2', 'unit', { momentum: MOMENTUM, impact: CALMER }),
  // A group is judged by harm and by how it is answered, never by its mood; momentum is that of its harm counts.
  product('group-1', 'group', { momentum: MOMENTUM, impact: { harm: 0.7, response: 0.3 } }),
]

/** Version that is switched on for a scope unless the organisation chose another one. */
export const CURRENT: Readonly<Record<Formula['scope'], string>> = {
  topic: 'topic-1',
  unit: 'unit-1',
  group: 'group-1',
}

export const formulaVersions = (): readonly string[] => FORMULAS.map(({ version }) => version)

/** @throws RangeError for a version that never shipped. */
export const formulaOf = (version: string): Formula => {
  const formula = FORMULAS.find((f) => f.version === version)
  if (!formula) throw new RangeError(`unknown risk formula ${version}`)
  return formula
}

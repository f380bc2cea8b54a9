import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Deterministic random numbers: the same seed and key give the same sequence on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Whole number in [0, n). */
  below(n: number): number
  pick<T>(items: readonly T[]): T
  chance(probability: number): boolean
  /** Poisson-distributed count with mean `mean` (Knuth below 30, normal approximation above). */
  poisson(mean: number): number
  /** Log-normal with the given median and sigma of the logarithm. */
  logNormal(median: number, sigma: number): number
}

export function createRandom(seed: number, key = 0): Random {
  const generator = xoroshiro128plus(
    (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(key | 0, 0x85ebca6b) ^ 0x5bd1e995) | 0,
  )
  for (let warm = 0; warm < 4; warm++) generator.next()
  const next = () => (generator.next() >>> 0) / 4_294_967_296
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const poisson = (mean: number) => {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
    const limit = Math.exp(-mean)
    let count = 0
    for (let product = next(); product > limit; product *= next()) count++
    return count
  }
  return {
    next,
    below: (n) => Math.floor(next() * n),
    pick: (items) => items[Math.floor(next() * items.length)]!,
    chance: (probability) => next() < probability,
    poisson,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
  }
}

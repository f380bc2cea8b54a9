/**
 * Drift of the upstream moderation itself: has the instrument changed, rather than the world? Watches the shares that the
 * upstream decides (acted on, automated, overturned) and the mix of its categories, period by period, against their own
 * remembered past. A mark says when and what; charts draw it, and nothing before it is compared with what comes after.
 *
 * Shares: Pearson residual of the period's count under the remembered share, divided by the share's own past
 * overdispersion (quasi-binomial; McCullagh & Nelder 1989, 4.5). Mix: the same with Pearson's chi-square over categories.
 * Significant is not enough: a mark also needs an effect that a person would see.
 */

/** Floored counts of one period, any scope; `byCategory` sums to `acted` less what no category is named of. */
export interface ModerationPeriod {
  /** epoch ms, start of the period */
  readonly from: number
  readonly messages: number
  readonly acted: number
  /** decisions on acted messages taken without a human */
  readonly automated: number
  /** acted decisions that a correction reversed in this period */
  readonly overturned: number
  readonly byCategory: Readonly<Record<string, number>>
}

export type DriftKind = 'acted-share' | 'automated-share' | 'overturns' | 'flipped' | 'category-mix'

export interface ChangeMark {
  readonly at: number
  readonly kind: DriftKind
  /** the share that moved, before and after; for the mix: total variation distance, 0 before */
  readonly before: number
  readonly after: number
  /** for the mix: the (at most three) codes that moved most, with their share before and after */
  readonly categories: readonly { readonly code: string; readonly before: number; readonly after: number }[]
  /** for flipped: which share turned into its opposite */
  readonly of?: 'acted-share' | 'automated-share'
}

interface ShareState {
  weight: number
  share: number
  /** remembered squared Pearson residual: 1 = binomial */
  spread: number
  periods: number
  /** pooled counts of periods too small to judge alone */
  pool: { at: number; hits: number; of: number } | null
  suspect: { at: number; hits: number; of: number } | null
}

interface MixState {
  weight: number
  shares: Record<string, number>
  spread: number
  periods: number
  pool: { at: number; counts: Record<string, number>; of: number } | null
  suspect: { at: number; counts: Record<string, number>; of: number } | null
}

/** Plain: JSON brings it back. */
export interface DriftState {
  readonly version: 1
  acted: ShareState
  automated: ShareState
  overturned: ShareState
  mix: MixState
}

export interface DriftOptions {
  /** judged periods before anything is marked */
  readonly least: number
  /** decisions a judged period holds at least; smaller periods are pooled */
  readonly leastCount: number
  /** judged periods the reference remembers */
  readonly memory: number
}

export const DRIFT_DEFAULTS: DriftOptions = { least: 14, leastCount: 40, memory: 28 }

/** Residual in own standard deviations from which a period is suspect. */
const SUSPECT = 4.5
/** Chi-square per degree of freedom over its remembered value, likewise. */
const MIX_SUSPECT = 5
const MIX_EFFECT = 0.2
const FLIP_EFFECT = 0.4
const LEAST_SPREAD = 1
const EFFECTS = { 'acted-share': 0.05, 'automated-share': 0.15, overturns: 0.04 } as const
type Share = keyof typeof EFFECTS

const freshShare = (): ShareState => ({
  weight: 0,
  share: 0,
  spread: 1,
  periods: 0,
  pool: null,
  suspect: null,
})
const freshMix = (): MixState => ({ weight: 0, shares: {}, spread: 1, periods: 0, pool: null, suspect: null })
export const createDriftState = (): DriftState => ({
  version: 1,
  acted: freshShare(),
  automated: freshShare(),
  overturned: freshShare(),
  mix: freshMix(),
})

const learnShare = (
  s: ShareState,
  o: DriftOptions,
  hits: number,
  of: number,
  residual: number | null,
): void => {
  s.periods++
  s.weight = s.weight * (1 - 1 / o.memory) + of
  s.share += ((hits / of - s.share) * of) / s.weight
  if (residual !== null) s.spread += (Math.min(9, residual ** 2) - s.spread) / Math.min(s.periods, o.memory)
}

/** Remembered share with a weak prior, so that a share never seen is not impossible. */
const prior = (share: number, weight: number): number => (share * weight + 0.5) / (weight + 1)

const effectSeen = (kind: Share, before: number, after: number): boolean =>
  Math.abs(after - before) >= EFFECTS[kind] && (kind !== 'overturns' || after >= 2 * before)

const isFlip = (kind: Share, before: number, after: number): boolean =>
  kind !== 'overturns' && Math.abs(after - before) >= FLIP_EFFECT && Math.abs(after - (1 - before)) <= 0.1

const restart = (s: ShareState, hits: number, of: number): void => {
  s.weight = of
  s.share = hits / of
  s.periods = 1
  s.suspect = null
}

/** One share, one period. A flip is marked at once; anything else when the next judged period confirms it. */
const judgeShare = (
  s: ShareState,
  o: DriftOptions,
  kind: Share,
  at: number,
  hits: number,
  of: number,
): ChangeMark | null => {
  s.pool = { at: s.pool?.at ?? at, hits: (s.pool?.hits ?? 0) + hits, of: (s.pool?.of ?? 0) + of }
  if (s.pool.of < o.leastCount) return null
  const now = s.pool
  s.pool = null
  const p = prior(s.share, s.weight)
  const residual = s.weight > 0 ? (now.hits - now.of * p) / Math.sqrt(now.of * p * (1 - p)) : null
  const learned = s.periods >= o.least && residual !== null
  const sigma = Math.sqrt(Math.max(LEAST_SPREAD, s.spread) * (1 + now.of / Math.max(1, s.weight)))
  const after = now.hits / now.of
  const odd = learned && Math.abs(residual) / sigma >= SUSPECT && effectSeen(kind, p, after)
  if (!odd) {
    // A single odd period is neither marked nor learned.
    s.suspect = null
    learnShare(s, o, now.hits, now.of, residual)
    return null
  }
  const flip = isFlip(kind, p, after)
  const suspect = s.suspect
  if (!flip && (!suspect || (suspect.hits / suspect.of - p) * (after - p) < 0)) {
    s.suspect = now
    return null
  }
  const hitsSince = now.hits + (suspect?.hits ?? 0)
  const ofSince = now.of + (suspect?.of ?? 0)
  restart(s, hitsSince, ofSince)
  const mark = { at: suspect?.at ?? now.at, before: p, after: hitsSince / ofSince, categories: [] }
  return flip && kind !== 'overturns' ? { ...mark, kind: 'flipped', of: kind } : { ...mark, kind }
}

const addCounts = (
  into: Record<string, number>,
  counts: Readonly<Record<string, number>>,
): Record<string, number> => {
  for (const [code, n] of Object.entries(counts)) into[code] = (into[code] ?? 0) + n
  return into
}

const sharesOf = (counts: Readonly<Record<string, number>>, of: number): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([code, n]) => [code, n / of]))

const codesOf = (a: object, b: object): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()

/** Chi-square per degree of freedom of the period under the remembered mix, and their total variation distance. */
const compareMix = (
  s: MixState,
  counts: Readonly<Record<string, number>>,
  of: number,
): { chi: number; distance: number } => {
  const codes = codesOf(s.shares, counts)
  let chi = 0
  let distance = 0
  for (const code of codes) {
    const before = s.shares[code] ?? 0
    const p = (before * s.weight + 0.5) / (s.weight + 0.5 * codes.length)
    const expected = of * p * (1 + of / Math.max(1, s.weight))
    chi += ((counts[code] ?? 0) - of * p) ** 2 / expected
    distance += Math.abs((counts[code] ?? 0) / of - before) / 2
  }
  return { chi: chi / Math.max(1, codes.length - 1), distance }
}

const learnMix = (
  s: MixState,
  o: DriftOptions,
  counts: Readonly<Record<string, number>>,
  of: number,
  chi: number | null,
): void => {
  s.periods++
  s.weight = s.weight * (1 - 1 / o.memory) + of
  for (const code of codesOf(s.shares, counts)) {
    const before = s.shares[code] ?? 0
    s.shares[code] = before + (((counts[code] ?? 0) / of - before) * of) / s.weight
  }
  if (chi !== null) s.spread += (Math.min(9, chi) - s.spread) / Math.min(s.periods, o.memory)
}

const movers = (
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): ChangeMark['categories'] =>
  codesOf(before, after)
    .map((code) => ({ code, before: before[code] ?? 0, after: after[code] ?? 0 }))
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
    .slice(0, 3)

const judgeMix = (s: MixState, o: DriftOptions, at: number, period: ModerationPeriod): ChangeMark | null => {
  const named = Object.values(period.byCategory).reduce((sum, count) => sum + count, 0)
  s.pool = {
    at: s.pool?.at ?? at,
    counts: addCounts(s.pool?.counts ?? {}, period.byCategory),
    of: (s.pool?.of ?? 0) + named,
  }
  if (s.pool.of < o.leastCount) return null
  const now = s.pool
  s.pool = null
  const seen = s.weight > 0 ? compareMix(s, now.counts, now.of) : null
  const odd =
    s.periods >= o.least &&
    seen !== null &&
    seen.chi / Math.max(1, s.spread) >= MIX_SUSPECT &&
    seen.distance >= MIX_EFFECT
  if (!odd) {
    s.suspect = null
    learnMix(s, o, now.counts, now.of, seen?.chi ?? null)
    return null
  }
  if (!s.suspect) {
    s.suspect = now
    return null
  }
  const of = now.of + s.suspect.of
  const after = sharesOf(addCounts({ ...s.suspect.counts }, now.counts), of)
  const mark: ChangeMark = {
    at: s.suspect.at,
    kind: 'category-mix',
    before: 0,
    after: seen.distance,
    categories: movers(s.shares, after),
  }
  s.weight = of
  s.shares = after
  s.periods = 1
  s.suspect = null
  return mark
}

/**
 * Takes one period (in time order) into a copy of the state. A missing period is given as null: nothing is judged, nothing
 * is learned, and what was pooled from before it is dropped.
 */
export const observeDrift = (
  state: DriftState,
  period: ModerationPeriod | null,
  options: DriftOptions = DRIFT_DEFAULTS,
): { state: DriftState; marks: ChangeMark[] } => {
  const next = structuredClone(state)
  if (period === null) {
    for (const part of [next.acted, next.automated, next.overturned, next.mix]) part.pool = null
    return { state: next, marks: [] }
  }
  const { from, messages, acted, automated, overturned } = period
  const marks = [
    messages > 0 ? judgeShare(next.acted, options, 'acted-share', from, acted, messages) : null,
    acted > 0 ? judgeShare(next.automated, options, 'automated-share', from, automated, acted) : null,
    acted > 0
      ? judgeShare(next.overturned, options, 'overturns', from, Math.min(overturned, acted), acted)
      : null,
    acted > 0 ? judgeMix(next.mix, options, from, period) : null,
  ]
  return { state: next, marks: marks.filter((mark) => mark !== null) }
}

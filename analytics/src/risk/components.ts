/**
 * The components of the risk score: each in [0,1], each monotone in what it measures, each computed from released or
 * floored aggregates only. No component looks at a person, a stance or a word.
 */

export const COMPONENTS = [
  'surge',
  'growth',
  'persistence',
  'reach',
  'spread',
  'negative',
  'harm',
  'response',
  'unanswered',
] as const
export type Component = (typeof COMPONENTS)[number]
/** Each in [0,1]. What a scope does not have (a group has no mood) is 0. */
export type Components = Readonly<Record<Component, number>>

export const NO_RISK: Components = {
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

const unit = (x: number): number => (Number.isFinite(x) ? Math.min(1, Math.max(0, x)) : 0)

/** Lower end of the Wilson interval of a share; 0 without observations. `z` 1.64: one-sided 95 %. */
export const wilsonLower = (share: number, n: number, z = 1.64): number => {
  if (n <= 0) return 0
  const middle = share + (z * z) / (2 * n)
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  return Math.max(0, (middle - half) / (1 + (z * z) / n))
}

/** From a surge score (nats of return period, or -log10 p times 2.3): 0 at none, 0.63 at once in five days, near 1 at 7. */
export const surgeComponent = (score: number): number => unit(1 - Math.exp(-Math.max(0, score) / 2.35))

/** Growth of a count against the window before it; 1 when it quadrupled. A half is added so that small counts stay calm. */
export const growthComponent = (now: number, before: number): number =>
  unit(Math.log((Math.max(0, now) + 0.5) / (Math.max(0, before) + 0.5)) / Math.log(4))

/** Share of the last `of` released windows in which the subject was above its usual range. */
export const persistenceComponent = (above: number, of: number): number => (of <= 0 ? 0 : unit(above / of))

/** ln(1+n) / ln(1+0.3 active): 1 when three in ten of the active people take part. Both are floored counts. */
export const reachComponent = (people: number, active: number): number =>
  active <= 0 ? 0 : unit(Math.log1p(Math.max(0, people)) / Math.log1p(0.3 * active))

/** Groups of a topic beyond the first, against the unit's qualifying groups: one group is no spread. */
export const spreadComponent = (groups: number, ofGroups: number): number =>
  ofGroups <= 1 ? 0 : unit((groups - 1) / (Math.min(ofGroups, 10) - 1))

/** Lower bound of the negative share beyond the usual share of negatives; only where sentiment may be shown at all. */
export const negativeComponent = (negative: number, messages: number, usualShare: number): number =>
  messages < 20 ? 0 : unit((wilsonLower(unit(negative / messages), messages) - unit(usualShare)) / 0.5)

/** Acted-on messages of one category with its taxonomy weight, 1..5. */
export interface HarmCount {
  readonly code: string
  readonly weight: number
  readonly count: number
}

/** They say nothing about harm: kept out of risk (scope.md), shown as a warning about the upstream instead. */
const NOT_HARM = new Set(['offtopic', 'uncategorised'])
/** Weighted harm share that counts as full harm: one message in ten at the highest weight. */
const FULL_HARM_SHARE = 0.1

/** Lower bound of the weighted harm share of a scope's messages. */
export const harmComponent = (harms: readonly HarmCount[], messages: number): number => {
  const weighted = harms
    .filter(({ code }) => !NOT_HARM.has(code))
    .reduce((sum, { weight, count }) => sum + Math.max(0, count) * unit(weight / 5), 0)
  return messages <= 0 ? 0 : unit(wilsonLower(unit(weighted / messages), messages) / FULL_HARM_SHARE)
}

/** When an answer became owed and what happened since, epoch ms; null = not (yet). */
export interface AnswerClock {
  readonly owedSince: number | null
  readonly answeredAt: number | null
  /** the subject rose again after the answer */
  readonly reopenedAt: number | null
}

/** Milliseconds for which an answer is owed right now: 0 once answered, from the new rise on when it was reopened. */
export const unansweredMs = ({ owedSince, answeredAt, reopenedAt }: AnswerClock, now: number): number => {
  if (owedSince === null) return 0
  if (answeredAt === null || answeredAt < owedSince) return Math.max(0, now - owedSince)
  if (reopenedAt === null || reopenedAt < answeredAt) return 0
  return Math.max(0, now - reopenedAt)
}

/** 1 - e^(-unanswered/target). `targetMs` is the time in which the organisation wants to have answered. */
export const unansweredComponent = (clock: AnswerClock, targetMs: number, now: number): number =>
  targetMs <= 0 ? 0 : unit(1 - Math.exp(-unansweredMs(clock, now) / targetMs))

/** Median minutes to a human decision against the target: 0 within it, 1 at four times it. Read by groups. */
export const responseComponent = (medianMs: number, targetMs: number): number =>
  targetMs <= 0 || medianMs <= targetMs ? 0 : unit(Math.log(medianMs / targetMs) / Math.log(4))

const HALF_LIFE_MS = 20 * 60_000

/**
 * What a score is made of when nothing new has been released for `ageMs`: the momentum fades with a half-life of 20
 * minutes, so a score whose cause is gone goes to zero by itself (a full 100 in about seven hours).
 */
export const faded = (components: Components, ageMs: number): Components => {
  const keep = 2 ** (-Math.max(0, ageMs) / HALF_LIFE_MS)
  return {
    ...components,
    surge: components.surge * keep,
    growth: components.growth * keep,
    persistence: components.persistence * keep,
  }
}

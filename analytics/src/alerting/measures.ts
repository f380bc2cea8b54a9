/** How alerting itself does: time to acknowledge and to resolve, escalation and false-alarm share; per rule or roster, never per person. */
import type { AlertOutcome } from '@guanlan/contract/alert'

/** One finished or running episode of an alert. */
export interface Episode {
  /** rule, roster or drill it is counted under */
  readonly key: string
  readonly openedAt: number
  readonly acknowledgedAt: number | null
  /** who took it first; told apart for the floor, never given on */
  readonly acknowledgedBy: string | null
  readonly resolvedAt: number | null
  /** steps of the policy that ran */
  readonly steps: number
  readonly outcome: AlertOutcome | null
}

export interface Measure {
  readonly key: string
  readonly episodes: number
  /** medians in ms over those that were acknowledged or resolved; null below the floor of `enoughToTell` */
  readonly acknowledgeMs: number | null
  readonly resolveMs: number | null
  /** share of episodes that went beyond the first step, 0..1; null below the floor */
  readonly escalated: number | null
  /** share of false alarms among episodes with an outcome that a person gave; null below the floor */
  readonly falseAlarms: number | null
}

/** Middle of some numbers; null of none. */
export const median = (values: readonly number[]): number | null => {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2
}

/** Fewer are the times of single people on duty: the roster says who had the turn. */
const FEWEST_EPISODES = 5
const FEWEST_ACCOUNTS = 3

/**
 * May times and shares of these episodes be told? Only when at least five were acknowledged, by at least three accounts.
 *
 * @param acknowledgedBy who took each episode; null: nobody
 */
export const enoughToTell = (acknowledgedBy: readonly (string | null)[]): boolean => {
  const known = acknowledgedBy.filter((by) => by !== null)
  return known.length >= FEWEST_EPISODES && new Set(known).size >= FEWEST_ACCOUNTS
}

/** Middle of some numbers; null of fewer than five. */
export const medianOfMany = (values: readonly number[]): number | null =>
  values.length < FEWEST_EPISODES ? null : median(values)

const measure = (key: string, episodes: readonly Episode[]): Measure => {
  const times = (pick: (each: Episode) => number | null) =>
    episodes.flatMap((each) => {
      const at = pick(each)
      return at === null ? [] : [at - each.openedAt]
    })
  const judged = episodes.filter(({ outcome }) => outcome !== null && outcome !== 'recovered')
  const wrong = judged.filter(({ outcome }) => outcome === 'false-alarm').length
  const counted = { key, episodes: episodes.length }
  if (!enoughToTell(episodes.map(({ acknowledgedBy }) => acknowledgedBy)))
    return { ...counted, acknowledgeMs: null, resolveMs: null, escalated: null, falseAlarms: null }
  return {
    ...counted,
    acknowledgeMs: medianOfMany(times(({ acknowledgedAt }) => acknowledgedAt)),
    resolveMs: medianOfMany(times(({ resolvedAt }) => resolvedAt)),
    escalated: episodes.filter(({ steps }) => steps > 1).length / episodes.length,
    falseAlarms: judged.length < FEWEST_EPISODES ? null : wrong / judged.length,
  }
}

/** By key. What could be told of fewer people than the floor is null. */
export const measuresOf = (episodes: readonly Episode[]): Measure[] => {
  const byKey = new Map<string, Episode[]>()
  for (const episode of episodes) byKey.set(episode.key, [...(byKey.get(episode.key) ?? []), episode])
  return [...byKey].map(([key, own]) => measure(key, own)).sort((a, b) => (a.key < b.key ? -1 : 1))
}

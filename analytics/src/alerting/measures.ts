/** How alerting itself does: time to acknowledge and to resolve, escalation and false-alarm share; per rule or roster, never per person. */
import type { AlertOutcome } from '@guanlan/contract/alert'

/** One finished or running episode of an alert. */
export interface Episode {
  /** rule, roster or drill it is counted under */
  readonly key: string
  readonly openedAt: number
  readonly acknowledgedAt: number | null
  readonly resolvedAt: number | null
  /** steps of the policy that ran */
  readonly steps: number
  readonly outcome: AlertOutcome | null
}

export interface Measure {
  readonly key: string
  readonly episodes: number
  /** medians in ms over those that were acknowledged or resolved; null without any */
  readonly acknowledgeMs: number | null
  readonly resolveMs: number | null
  /** share of episodes that went beyond the first step, 0..1 */
  readonly escalated: number
  /** share of false alarms among episodes with an outcome that a person gave; null without any */
  readonly falseAlarms: number | null
}

/** Middle of some numbers; null of none. */
export const median = (values: readonly number[]): number | null => {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2
}

const measure = (key: string, episodes: readonly Episode[]): Measure => {
  const judged = episodes.filter(({ outcome }) => outcome !== null && outcome !== 'recovered')
  return {
    key,
    episodes: episodes.length,
    acknowledgeMs: median(
      episodes.flatMap((e) => (e.acknowledgedAt === null ? [] : [e.acknowledgedAt - e.openedAt])),
    ),
    resolveMs: median(episodes.flatMap((e) => (e.resolvedAt === null ? [] : [e.resolvedAt - e.openedAt]))),
    escalated: episodes.filter(({ steps }) => steps > 1).length / episodes.length,
    falseAlarms:
      judged.length === 0
        ? null
        : judged.filter(({ outcome }) => outcome === 'false-alarm').length / judged.length,
  }
}

export const measuresOf = (episodes: readonly Episode[]): Measure[] => {
  const byKey = new Map<string, Episode[]>()
  for (const episode of episodes) byKey.set(episode.key, [...(byKey.get(episode.key) ?? []), episode])
  return [...byKey].map(([key, own]) => measure(key, own)).sort((a, b) => (a.key < b.key ? -1 : 1))
}

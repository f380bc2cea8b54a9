import {
  growthComponent,
  harmComponent,
  NO_RISK,
  persistenceComponent,
  responseComponent,
  surgeComponent,
  type Components,
} from '@guanlan/analytics/risk/components'
import { medianDelay, type HarmHours } from './harm-hours.ts'
import { rootSurge } from './topic-risk.ts'

export interface HarmEvidence {
  readonly hours: HarmHours
  /** share of the running hour that has passed, 0..1 */
  readonly passed: number
  weightOf(code: string): number
  /** time to decide in, ms */
  readonly targetMs: number
}

const LASTING_HOURS = 6

/** Momentum and harm of what moderation acted on; the running hour is compared with as much of the hours before. */
export function harmComponents({ hours, passed, weightOf, targetMs }: HarmEvidence): Components {
  const { acted, messages, recent } = hours
  const earlier = acted.slice(3)
  const usual = earlier.reduce((sum, count) => sum + count, 0) / Math.max(1, earlier.length)
  const span = 1 + passed
  const now = (acted[0] ?? 0) + (acted[1] ?? 0)
  const before = (((acted[2] ?? 0) + (acted[3] ?? 0)) * span) / 2
  const lasting = acted.slice(0, LASTING_HOURS).filter((count) => count > Math.max(1, 1.5 * usual)).length
  const harms = [...recent].map(([code, count]) => ({ code, weight: weightOf(code), count }))
  const median = medianDelay(hours)
  return {
    ...NO_RISK,
    surge: surgeComponent(rootSurge(now, usual * span)),
    growth: now === 0 ? 0 : growthComponent(now, before),
    persistence: persistenceComponent(lasting, LASTING_HOURS),
    harm: harmComponent(harms, (messages[0] ?? 0) + (messages[1] ?? 0)),
    response: median === null ? 0 : responseComponent(median, targetMs),
  }
}

/** A unit: its own harm, and of its topics the reach, spread, mood and waiting of the most urgent one. */
export function unitComponents(harm: Components, topics: readonly Components[]): Components {
  const most = (name: keyof Components) => Math.max(0, ...topics.map((topic) => topic[name]))
  return {
    surge: Math.max(harm.surge, most('surge')),
    growth: Math.max(harm.growth, most('growth')),
    persistence: Math.max(harm.persistence, most('persistence')),
    reach: most('reach'),
    spread: most('spread'),
    negative: most('negative'),
    harm: Math.max(harm.harm, most('harm')),
    response: 0,
    unanswered: Math.max(harm.unanswered, most('unanswered')),
  }
}

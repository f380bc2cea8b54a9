import { ALERT_LEVELS } from '@guanlan/contract/alert-rule'
import type { RuleKind } from './kind.ts'

/** The value is the topic's risk level as a rank: 0 none, 1 blue … 4 red; the alert takes that level. */
export const topicRisk: RuleKind<'topic-risk'> = {
  kind: 'topic-risk',
  reading: () => ({ figure: 'risk-level', counted: null, windowMinutes: 0, detail: null }),
  judge: ({ atLeast }, value) => {
    const level = ALERT_LEVELS[Math.min(ALERT_LEVELS.length, Math.round(value)) - 1]
    if (!level || ALERT_LEVELS.indexOf(level) < ALERT_LEVELS.indexOf(atLeast)) return { state: 'ok' }
    return { state: 'holds', level }
  },
}

import type { RuleKind } from './kind.ts'
import { byLevels, withBasis } from './kind.ts'

export const timeToDecision: RuleKind<'time-to-decision'> = {
  kind: 'time-to-decision',
  reading: ({ tier, statistic, windowMinutes }) => ({
    figure: 'decision-minutes',
    counted: tier,
    windowMinutes,
    detail: statistic,
  }),
  judge: ({ levels, leastCount }, value, basis) =>
    withBasis(leastCount, basis, () => byLevels(levels, value)),
}

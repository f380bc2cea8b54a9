import type { RuleKind } from './kind.ts'
import { byLevels, withBasis } from './kind.ts'

export const rate: RuleKind<'rate'> = {
  kind: 'rate',
  reading: ({ counted, windowMinutes }) => ({ figure: 'share', counted, windowMinutes, detail: null }),
  judge: ({ levels, leastMessages }, value, basis) =>
    withBasis(leastMessages, basis, () => byLevels(levels, value)),
}

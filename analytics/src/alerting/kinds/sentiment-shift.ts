import type { RuleKind } from './kind.ts'
import { byLevels, withBasis } from './kind.ts'

/** Points (0..100) by which the negative share is above the subject's usual, lower confidence bound. */
export const sentimentShift: RuleKind<'sentiment-shift'> = {
  kind: 'sentiment-shift',
  reading: () => ({ figure: 'sentiment-drop', counted: null, windowMinutes: 0, detail: null }),
  judge: ({ levels, leastMessages }, value, basis) =>
    withBasis(leastMessages, basis, () => byLevels(levels, value)),
}

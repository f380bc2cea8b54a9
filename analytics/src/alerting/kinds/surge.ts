import type { RuleKind } from './kind.ts'
import { byLevels, withBasis } from './kind.ts'

/** Minutes over which the onset of a surge is remembered: the score itself is of one tick. */
const ONSET_MINUTES = 60

export const surge: RuleKind<'surge'> = {
  kind: 'surge',
  reading: ({ counted }) => ({ figure: 'surge-score', counted, windowMinutes: ONSET_MINUTES, detail: null }),
  judge: ({ levels, leastCount }, value, basis) =>
    withBasis(leastCount, basis, () => byLevels(levels, value)),
}

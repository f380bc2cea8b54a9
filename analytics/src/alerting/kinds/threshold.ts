import type { RuleKind } from './kind.ts'
import { byLevels } from './kind.ts'

export const threshold: RuleKind<'threshold'> = {
  kind: 'threshold',
  reading: ({ counted, windowMinutes }) => ({ figure: 'count', counted, windowMinutes, detail: null }),
  judge: ({ levels }, value) => byLevels(levels, value),
}

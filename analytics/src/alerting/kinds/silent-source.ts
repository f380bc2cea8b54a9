import type { RuleKind } from './kind.ts'
import { byLevels } from './kind.ts'

export const silentSource: RuleKind<'silent-source'> = {
  kind: 'silent-source',
  reading: () => ({ figure: 'silent-minutes', counted: null, windowMinutes: 0, detail: null }),
  judge: ({ levels }, value) => byLevels(levels, value),
}
